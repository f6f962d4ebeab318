"""PermissionSet and Profile: everything they name must be there, fields in particular."""

from collections.abc import Iterator

from salesforce_simulator.metadata.component import Component, Problem, problem_of
from salesforce_simulator.metadata.document import Node
from salesforce_simulator.metadata.landscape import Landscape

# The element of a grant, the element in it that names something, the type of what it names.
_NAMED = (
    ("objectPermissions", "object", "CustomObject"),
    ("fieldPermissions", "field", "CustomField"),
    ("classAccesses", "apexClass", "ApexClass"),
    ("pageAccesses", "apexPage", "ApexPage"),
    ("tabSettings", "tab", "CustomTab"),
    ("tabVisibilities", "tab", "CustomTab"),
    ("customPermissions", "name", "CustomPermission"),
    ("customSettingAccesses", "name", "CustomObject"),
    ("customMetadataTypeAccesses", "name", "CustomObject"),
    ("applicationVisibilities", "application", "CustomApplication"),
    ("externalCredentialPrincipalAccesses", "externalCredentialPrincipal", "ExternalCredential"),
)
_OF_CUSTOM_THINGS = frozenset({"CustomTab", "CustomApplication"})


def check_permission_set(component: Component, land: Landscape) -> Iterator[Problem]:
    """Judge a permission set: its label, and what it grants."""
    node = component.xml
    if component.type == "PermissionSet" and not node.get("label"):
        yield problem_of(component, "Required field is missing: label", at=node)
    for grant, element, kind in _NAMED:
        for each in node.all(grant):
            name = _name(each.get(element), kind)
            if not _is_there(name, kind, land):
                yield problem_of(component, f"In field: {element} - no {kind} named {name} found")
            elif kind == "CustomField" and _is_required(name, land):
                yield problem_of(component, f"You cannot deploy to a required field: {name}")
    for each in node.all("objectPermissions"):
        yield from _check_object_rights(component, each)


def _name(text: str, kind: str) -> str:
    # A principal is named ExternalCredential-Principal.
    return text.partition("-")[0] if kind == "ExternalCredential" else text


def _is_there(name: str, kind: str, land: Landscape) -> bool:
    if kind in _OF_CUSTOM_THINGS and (name.startswith("standard") or kind == "CustomApplication"):
        return name.startswith("standard") or land.has(kind, name)
    return land.has(kind, name)


def _is_required(full_name: str, land: Landscape) -> bool:
    object_name, _, name = full_name.partition(".")
    kind = land.object(object_name)
    field = kind.field(name) if kind is not None else None
    return field is not None and not field.permissionable


def _check_object_rights(component: Component, grant: Node) -> Iterator[Problem]:
    """Nobody may create, edit or delete what he may not read."""
    name = grant.get("object")
    for right, needed in (
        ("allowCreate", "allowRead"),
        ("allowEdit", "allowRead"),
        ("allowDelete", "allowEdit"),
    ):
        if grant.flag(right) and not grant.flag(needed):
            verb, basis = right.removeprefix("allow"), needed.removeprefix("allow")
            text = f"Permission {verb} {name} depends on permission(s): {basis} {name}"
            yield problem_of(component, text)
