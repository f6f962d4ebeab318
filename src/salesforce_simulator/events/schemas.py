"""The schemas of the org's events: of objects as they are now, of platform events, and old ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from salesforce_simulator.events.schema import EventSchema, change_schema, flat_field, make_schema
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.schema.custom import custom_field

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


class Schemas:
    """Makes each schema once for each form that an object has; keeps what it made."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        # Platform events by name, and how each was described.
        self.platform: dict[str, EventSchema] = {}
        self.platform_specs: dict[str, dict[str, Any]] = {}
        self._present: dict[str, tuple[SObjectType, EventSchema]] = {}
        self._by_id: dict[str, EventSchema] = {}

    def of(self, object_name: str) -> EventSchema:
        """Return the present schema of an object's change events. KeyError if there is none."""
        kind = self._org.stores[object_name].kind
        known = self._present.get(object_name)
        if known is not None and known[0] is kind:
            return known[1]
        schema = change_schema(kind)
        self._present[object_name] = (kind, schema)
        self._by_id[schema.id] = schema
        return schema

    def by_id(self, schema_id: str) -> EventSchema | None:
        """Return a schema that events were or may be written by, an old one too."""
        if schema_id not in self._by_id:
            # A subscriber may have kept an id from before a restart.
            for name in list(self._org.stores):
                self.of(name)
        return self._by_id.get(schema_id)

    def define_platform_event(self, spec: Mapping[str, Any]) -> None:
        """Let events of a kind be published, described as in a seed.

        Keys: name (ends in __e), fields (as in `custom_fields`). ValueError with the reason where
        the description makes no sense.
        """
        name = str(spec.get("name", ""))
        if not name.endswith("__e") or not name[0].isalpha():
            message = f"platform event {name!r}: the name must begin with a letter, end in __e"
            raise ValueError(message)
        fields: list[dict[str, Any]] = [
            {"name": "CreatedDate", "type": "long", "doc": "CreatedDate:DateTime"},
            {"name": "CreatedById", "type": "string", "doc": "CreatedBy:EntityId"},
            *(flat_field(custom_field(each)) for each in spec.get("fields", [])),
        ]
        schema = make_schema(name, fields)
        self.platform[name], self._by_id[schema.id] = schema, schema
        if self.platform_specs.get(name) != spec:
            self.platform_specs[name] = dict(spec)
            self._org.journal.platform_event(dict(spec))
