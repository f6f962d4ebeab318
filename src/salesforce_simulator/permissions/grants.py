"""What one user was granted, and what an object type looks like to that user.

    {"objects": {"Lead": {"read": false}, "Contact": {"delete": false, "viewAll": true}},
     "fields": {"Contact.Phone": {"read": false}, "Contact.Title": {"edit": false}},
     "system": {"ApiEnabled": false, "ViewAllData": true}}

What is not named is granted, but for what no ordinary user has: see `ASKED_FOR`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from salesforce_simulator.schema import Field, SObjectType

OBJECT_RIGHTS = ("create", "read", "edit", "delete", "viewAll", "modifyAll")
FIELD_RIGHTS = ("read", "edit")
# Of these, only the administrator has the first two without being granted them.
ASKED_FOR = frozenset({"ViewAllData", "ModifyAllData", "CreateAuditFields"})
SYSTEM = ASKED_FOR | {
    "ApiEnabled",
    "AssignPermissionSets",
    "BulkApiHardDelete",
    "ManageNamedCredentials",
    "ModifyMetadata",
}
AUDIT_FIELDS = frozenset({"CreatedDate", "CreatedById", "LastModifiedDate", "LastModifiedById"})
_VERBS = ("create", "edit", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """One user's permissions. Objects and fields are named in lower case: `contact.phone`."""

    objects: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    fields: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)
    system: Mapping[str, bool] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Tell whether the user has a system permission, such as ModifyMetadata."""
        return self.system.get(name, name not in ASKED_FOR)

    def may(self, right: str, object_name: str) -> bool:
        """Tell whether the user has a right of OBJECT_RIGHTS on an object."""
        named = self.objects.get(object_name.lower(), {})
        if right == "viewAll":
            return self._all("ViewAllData") or named.get(right, self.may("modifyAll", object_name))
        if right == "modifyAll":
            return self._all("ModifyAllData") or named.get(right, False)
        if self.system.get("ModifyAllData"):
            return True
        # Nothing is written that cannot be read, nor deleted that cannot be edited.
        needed = {"create": ("read",), "edit": ("read",), "delete": ("read", "edit")}
        return all(named.get(each, True) for each in (right, *needed.get(right, ())))

    def seen(self, kind: SObjectType) -> SObjectType | None:
        """Return an object type as this user sees it, or None where it is invisible."""
        if not self.may("read", kind.name):
            return None
        fields = tuple(
            self._seen_field(kind, each) for each in kind.fields if self._readable(kind, each)
        )
        verbs = frozenset(each for each in _VERBS if self.may(each, kind.name))
        return replace(kind, fields=fields, verbs=kind.verbs & verbs)

    @property
    def restricts(self) -> bool:
        """Anything looks different to this user than to one who may do everything."""
        return bool(self.objects or self.fields or self.system.get("CreateAuditFields"))

    def _all(self, name: str) -> bool:
        return bool(self.system.get(name) or self.system.get("ModifyAllData"))

    def _readable(self, kind: SObjectType, each: Field) -> bool:
        # An address that is hidden hides what it is made of.
        names = [each.name, each.compound] if each.compound else [each.name]
        return all(self._field(kind, name).get("read", True) for name in names)

    def _seen_field(self, kind: SObjectType, each: Field) -> Field:
        if each.name in AUDIT_FIELDS and self.has("CreateAuditFields"):
            return replace(each, createable=True)
        names = [each.name, each.compound] if each.compound else [each.name]
        if all(self._field(kind, name).get("edit", True) for name in names):
            return each
        return replace(each, createable=False, updateable=False)

    def _field(self, kind: SObjectType, name: str) -> Mapping[str, bool]:
        return self.fields.get(f"{kind.name}.{name}".lower(), {})


def parse(spec: Any, *, find: Any) -> Grants:
    """Read a user's permissions; find: an object type by its name, None where there is none.

    ValueError names what makes no sense.
    """
    parts = _mapping(spec, "permissions")
    _only(parts, ("objects", "fields", "system"), "permissions")
    objects: dict[str, dict[str, bool]] = {}
    for name, rights in _mapping(parts.get("objects"), "objects").items():
        if find(name) is None:
            raise ValueError(f"permissions: there is no object {name!r}")
        objects[name.lower()] = _switches(rights, OBJECT_RIGHTS, name)
    fields: dict[str, dict[str, bool]] = {}
    for path, rights in _mapping(parts.get("fields"), "fields").items():
        _check_field(path, find=find)
        fields[path.lower()] = _switches(rights, FIELD_RIGHTS, path)
    system = _switches(parts.get("system") or {}, tuple(sorted(SYSTEM)), "system")
    return Grants(objects=objects, fields=fields, system=system)


def _check_field(path: str, *, find: Any) -> None:
    object_name, _, name = path.partition(".")
    kind: SObjectType | None = find(object_name)
    known = kind.field(name) if kind is not None else None
    if known is None:
        raise ValueError(f"permissions: there is no field {path!r}")
    if not known.permissionable and known.type != "address":
        raise ValueError(f"permissions: {path} is visible to everyone, as in any org")


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise ValueError(f"permissions: {what} must be an object")
    return value


def _switches(value: Any, known: tuple[str, ...], what: str) -> dict[str, bool]:
    switches = _mapping(value, what)
    _only(switches, known, what)
    if not all(isinstance(each, bool) for each in switches.values()):
        raise ValueError(f"permissions: {what}: each is true or false")
    return dict(switches)


def _only(mapping: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    unknown = sorted(set(mapping) - set(known))
    if unknown:
        raise ValueError(f"{what}: unknown {unknown[0]!r}; known are {', '.join(known)}")
