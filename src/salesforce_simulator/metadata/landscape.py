"""What a component may refer to: what the org has, and what the same deployment brings along."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from salesforce_simulator.metadata.components import node_of
from salesforce_simulator.metadata.document import Node
from salesforce_simulator.schema import SObjectType

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

# Objects that every org has and this one does not simulate, as targets of references.
_ELSEWHERE = frozenset(
    {"Group", "Individual", "Profile", "RecordType", "UserExternalCredential", "UserRole"}
)


@dataclass(slots=True)
class Landscape:
    """The org as it will be once the components judged so far are in it.

    added: object types with their new fields, by name in lower case. brought: the components that
    were judged good, or that others may rely on.
    """

    org: "Org"
    added: dict[str, SObjectType] = field(default_factory=dict)
    brought: set[tuple[str, str]] = field(default_factory=set)
    removed: set[tuple[str, str]] = field(default_factory=set)
    value_sets: dict[str, list[str]] = field(default_factory=dict)

    def object(self, name: str) -> SObjectType | None:
        """Return an object type by its name in any case."""
        if any(kind == "CustomObject" and gone == name for kind, gone in self.removed):
            return None
        return self.added.get(name.lower()) or self.org.whole.schema.find(name)

    def has_object(self, name: str) -> bool:
        return name in _ELSEWHERE or self.object(name) is not None

    def has(self, kind: str, full_name: str) -> bool:
        """Tell whether there is such a component, or will be."""
        if (kind, full_name) in self.removed:
            return False
        if kind == "CustomObject":
            return self.has_object(full_name)
        if kind == "CustomField":
            object_name, _, name = full_name.partition(".")
            known = self.object(object_name)
            return known is not None and known.field(name) is not None
        known_component = self.org.components.get(kind, full_name) is not None
        return known_component or (kind, full_name) in self.brought

    def value_set(self, name: str) -> list[str] | None:
        """Return the values of a global value set, None where there is none of that name."""
        if name in self.value_sets:
            return self.value_sets[name]
        kept = self.org.components.get("GlobalValueSet", name)
        return values_of(node_of(kept)) if kept is not None else None

    def planned(self) -> "Org":
        """Return the org with everything that was judged so far, for formulas to refer to."""
        from salesforce_simulator.metadata.planned_org import PlannedOrg

        return PlannedOrg(self.org.whole, self.added.values())

    def put(self, kind: SObjectType) -> None:
        self.added[kind.name.lower()] = kind


def values_of(value_set: Node) -> list[str]:
    """Return the values that a GlobalValueSet defines."""
    return [each.get("fullName") for each in value_set.all("customValue")]
