"""createMetadata and its relatives: components one by one, without a zip.

Each answer is a SaveResult. With AllOrNoneHeader one refusal takes all of a call back.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from salesforce_simulator.metadata.component import Component, Problem
from salesforce_simulator.metadata.document import Node, write_document
from salesforce_simulator.metadata.judging import exists, in_order, judge, remove, take_effect
from salesforce_simulator.metadata.landscape import Landscape
from salesforce_simulator.metadata.types import PARENTS, TYPES, MetadataType

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

MOST = 10
_ROLLED_BACK = (
    "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "Record rolled back because not all records were valid and the request was using "
    "AllOrNone header",
)

Result = dict[str, Any]


def save(
    org: "Org", nodes: Iterable[Node], *, verb: str, user_id: str, all_or_none: bool
) -> list[Result]:
    """Create, update or upsert (the verb) components; return a result for each, in their order."""
    results: list[Result] = []
    batch: list[list[Component]] = []
    with org.lock:
        land = Landscape(org)
        for node in nodes:
            read = _components(node)
            full_name = node.get("fullName").strip()
            kind = read[0].type if read else ""
            new = not exists(org, kind, full_name)
            errors = _errors(read, land, verb=verb, new=new)
            results.append(_result(full_name, errors, created=new if verb == "upsert" else None))
            batch.append([] if errors else read)
        if all_or_none and any(not each["success"] for each in results):
            return [_rolled_back(each) if each["success"] else each for each in results]
        for components in batch:
            for component in in_order(components):
                take_effect(org, component)
                org.components.put(component, user_id=user_id)
    return results


def delete(org: "Org", kind: str, full_names: list[str]) -> list[Result]:
    """Delete components of a type; return a result for each."""
    results = []
    with org.lock:
        for full_name in full_names:
            if exists(org, kind, full_name) and (kind != "CustomObject" or "__" in full_name):
                remove(org, kind, full_name)
                results.append(_result(full_name, []))
            else:
                text = f"In field: fullName - no {kind} named {full_name} found"
                results.append(_result(full_name, [("INVALID_CROSS_REFERENCE_KEY", text)]))
    return results


def _components(node: Node) -> list[Component]:
    """Return the component of a `metadata` element and its parts, [] for an unknown type."""
    name = node.attributes.get("xsi:type", "").rpartition(":")[2]
    full_name = node.get("fullName").strip()
    if name in PARENTS:
        parent, element = PARENTS[name]
        owner = full_name.partition(".")[0] if parent.in_name else parent.name
        path = f"{parent.folder}/{owner}.{parent.suffix}"
        content = Node(element, children=node.children, line=node.line, column=node.column)
        return [Component(type=name, full_name=full_name, path=path, node=content)]
    kind = TYPES.get(name)
    if kind is None or kind.bundle or kind.with_meta:
        return []
    own = [each for each in node.children if each.name not in {"fullName", *kind.children}]
    path = f"{kind.folder}/{full_name}.{kind.suffix}"
    files = {} if kind.children else {path: write_document(name, own)}
    whole = Node(name, children=own, line=node.line, column=node.column)
    parts = [
        _part(kind, full_name, path, each) for each in node.children if each.name in kind.children
    ]
    return [
        Component(type=name, full_name=full_name, path=path, files=files, node=whole),
        *parts,
    ]


def _part(kind: MetadataType, parent: str, path: str, node: Node) -> Component:
    name = node.get("fullName")
    full_name = f"{parent}.{name}" if kind.in_name else name
    return Component(type=kind.children[node.name], full_name=full_name, path=path, node=node)


def _errors(
    components: list[Component], land: Landscape, *, verb: str, new: bool
) -> list[tuple[str, str]]:
    if not components:
        return [("INVALID_TYPE", "This type of metadata is not available for this operation")]
    whole = components[0]
    if not whole.full_name:
        return [("REQUIRED_FIELD_MISSING", "Required field is missing: fullName")]
    if verb == "create" and not new:
        text = f"There is already a component of this type named {whole.full_name}"
        return [("DUPLICATE_DEVELOPER_NAME", text)]
    if verb == "update" and new:
        text = f"In field: fullName - no {whole.type} named {whole.full_name} found"
        return [("INVALID_CROSS_REFERENCE_KEY", text)]
    problems: list[Problem] = []
    for each in in_order(components):
        land.brought.add(each.key)
        problems += judge(each, land)
    return [("FIELD_INTEGRITY_EXCEPTION", each.text) for each in problems if not each.warning]


def _result(
    full_name: str, errors: list[tuple[str, str]], *, created: bool | None = None
) -> Result:
    result: Result = {
        "errors": [{"message": text, "statusCode": code} for code, text in errors],
        "fullName": full_name,
        "success": not errors,
    }
    return result if created is None else {"created": created and not errors, **result}


def _rolled_back(result: Result) -> Result:
    return {
        **_result(result["fullName"], [_ROLLED_BACK]),
        **({"created": False} if "created" in result else {}),
    }
