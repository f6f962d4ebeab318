"""The org's schema: object types, their fields, and what describe answers.

Standard objects are compact tables (`contact.py`, `lead.py`, ...) in the notation of
`notation.py`; a seed adds custom fields (`custom.py`); `describe.py` expands both to the full
answers of the API.
"""

from collections.abc import Iterable, Iterator

from salesforce_simulator.schema.account import ACCOUNT
from salesforce_simulator.schema.campaign import CAMPAIGN, CAMPAIGN_MEMBER
from salesforce_simulator.schema.contact import CONTACT
from salesforce_simulator.schema.field import Field
from salesforce_simulator.schema.group import GROUP
from salesforce_simulator.schema.lead import LEAD
from salesforce_simulator.schema.opportunity import OPPORTUNITY
from salesforce_simulator.schema.organization import ORGANIZATION
from salesforce_simulator.schema.permission_set_assignment import PERMISSION_SET_ASSIGNMENT
from salesforce_simulator.schema.sobject import SObjectType
from salesforce_simulator.schema.user import USER

STANDARD_OBJECTS = (
    ACCOUNT,
    CONTACT,
    LEAD,
    OPPORTUNITY,
    CAMPAIGN,
    CAMPAIGN_MEMBER,
    USER,
    GROUP,
    ORGANIZATION,
    PERMISSION_SET_ASSIGNMENT,
)


class Schema:
    """The object types of one org, by name in any case and by key prefix."""

    def __init__(self, types: Iterable[SObjectType] = STANDARD_OBJECTS) -> None:
        self._types = {each.name.lower(): each for each in types}

    def __iter__(self) -> Iterator[SObjectType]:
        return iter(self._types.values())

    def find(self, name: str) -> SObjectType | None:
        return self._types.get(name.lower())

    def by_prefix(self, prefix: str) -> SObjectType | None:
        return next((each for each in self if each.key_prefix == prefix), None)

    def children(self, parent: SObjectType) -> Iterator[tuple[SObjectType, Field, str | None]]:
        """Yield the references of all objects that point at this one: the object, its field, and
        the name that the parent knows its children by, None where it has none."""
        for kind in self:
            for field in kind.fields:
                if parent.name in field.targets:
                    named = field.relationship == parent.name
                    yield kind, field, field.children or (kind.label_plural if named else None)

    def child(self, parent: SObjectType, relationship: str) -> tuple[SObjectType, Field] | None:
        """Return the object and its field behind the name of a child relationship, in any case."""
        for kind, field, name in self.children(parent):
            if name is not None and name.lower() == relationship.lower():
                return kind, field
        return None

    def add_object(self, added: SObjectType) -> None:
        """Add an object type. ValueError if there is one of that name."""
        if self.find(added.name) is not None:
            raise ValueError(f"custom object {added.name}: there is one of this name already")
        self._types[added.name.lower()] = added

    def replace_object(self, changed: SObjectType) -> None:
        """Put an object type in the place of the one of its name, wherever that stands."""
        self._types[changed.name.lower()] = changed

    def remove_object(self, name: str) -> None:
        self._types.pop(name.lower(), None)

    def add_field(self, object_name: str, added: Field) -> SObjectType:
        """Give an object a custom field and return its new type. ValueError if unknown."""
        found = self.find(object_name)
        if found is None:
            raise ValueError(f"custom field {added.name}: there is no object {object_name!r}")
        changed = found.with_field(added)
        self._types[found.name.lower()] = changed
        return changed


__all__ = ["STANDARD_OBJECTS", "Field", "SObjectType", "Schema"]
