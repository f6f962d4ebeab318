"""What the org can list, read and give back: deployed components, and the schema it began with."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from salesforce_simulator.metadata.component import Deployed
from salesforce_simulator.metadata.components import content_of, node_of
from salesforce_simulator.metadata.document import Node, leaf
from salesforce_simulator.metadata.fields import field_node
from salesforce_simulator.metadata.types import PARENTS, TYPES
from salesforce_simulator.schema import Field, SObjectType

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A component of the org. files are empty for what is a part of a shared file."""

    type: str
    full_name: str
    path: str
    node: Node
    files: dict[str, bytes] = field(default_factory=dict)
    kept: Deployed | None = None


def holdings(org: "Org", kind: str) -> Iterator[Holding]:
    """Yield the components of a type, each once."""
    for kept in org.components.of_type(kind):
        if kind != "CustomObject" or kept.xml:
            yield _held(org, kept)
    if kind == "CustomObject":
        for each in org.whole.schema:
            if org.components.get(kind, each.name) is None:
                yield _held_object(each)
    elif kind == "CustomField":
        for each in org.whole.schema:
            for known in each.fields:
                if known.custom and org.components.get(kind, f"{each.name}.{known.name}") is None:
                    yield _held_field(each, known)


def find(org: "Org", kind: str, full_name: str) -> Holding | None:
    return next((each for each in holdings(org, kind) if each.full_name == full_name), None)


def parts(org: "Org", parent: Holding) -> Iterator[tuple[str, Holding]]:
    """Yield the parts of a component that lie in its file, each after the name of its element."""
    kind = TYPES[parent.type]
    for element, child in sorted(kind.children.items()):
        for each in holdings(org, child):
            if each.full_name.startswith(f"{parent.full_name}.") or not kind.in_name:
                yield element, each


def is_custom(holding: Holding) -> bool:
    """Tell whether a wildcard means this component: standard objects are named one by one."""
    return holding.type != "CustomObject" or "__" in holding.full_name


def _held(org: "Org", kept: Deployed) -> Holding:
    node = node_of(kept)
    if kept.type == "CustomObject" and not node.get("label"):
        kind = org.whole.schema.find(kept.full_name)
        if kind is not None and kind.custom:
            node = _object_node(kind)
    return Holding(
        type=kept.type,
        full_name=kept.full_name,
        path=kept.path,
        node=node,
        files=content_of(kept),
        kept=kept,
    )


def _held_object(kind: SObjectType) -> Holding:
    return Holding(
        type="CustomObject",
        full_name=kind.name,
        path=f"objects/{kind.name}.object",
        node=_object_node(kind) if kind.custom else Node("CustomObject"),
    )


def _held_field(kind: SObjectType, known: Field) -> Holding:
    return Holding(
        type="CustomField",
        full_name=f"{kind.name}.{known.name}",
        path=f"objects/{kind.name}.object",
        node=field_node(known),
    )


def _object_node(kind: SObjectType) -> Node:
    name = kind.field("Name")
    children = [leaf("label", kind.label), leaf("pluralLabel", kind.label_plural)]
    if kind.name.endswith("__c") and not kind.custom_setting:
        label = name.label if name is not None else f"{kind.label} Name"
        children = [
            leaf("deploymentStatus", "Deployed"),
            leaf("label", kind.label),
            Node("nameField", children=[leaf("label", label), leaf("type", "Text")]),
            leaf("pluralLabel", kind.label_plural),
            leaf("sharingModel", "ReadWrite"),
        ]
    return Node("CustomObject", children=children)


def parent_of(kind: str, full_name: str) -> tuple[str, str] | None:
    """Return (type, full name) of the component whose file a part lies in, None for no part."""
    found = PARENTS.get(kind)
    if found is None:
        return None
    parent = found[0]
    return parent.name, full_name.partition(".")[0] if parent.in_name else parent.name
