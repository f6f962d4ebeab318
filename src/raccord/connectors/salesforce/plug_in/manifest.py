"""package.xml: which components a package holds, read from its files."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from xml.sax.saxutils import escape

_TYPES = {
    "applications": "CustomApplication",
    "classes": "ApexClass",
    "customPermissions": "CustomPermission",
    "externalCredentials": "ExternalCredential",
    "labels": "CustomLabels",
    "lwc": "LightningComponentBundle",
    "namedCredentials": "NamedCredential",
    "objects": "CustomObject",
    "permissionsets": "PermissionSet",
    "PlatformEventSubscriberConfigs": "PlatformEventSubscriberConfig",
    "tabs": "CustomTab",
    "translations": "Translations",
    "triggers": "ApexTrigger",
}
_FIELD = re.compile(r"<fields>\s*<fullName>([^<]+)</fullName>")
_LABEL = re.compile(r"<labels>\s*<fullName>([^<]+)</fullName>")


def of(files: Mapping[str, bytes], *, api: str) -> bytes:
    """The manifest of a package's files; KeyError for a folder that is of no known type."""
    return written(members(files), api=api)


def members(files: Mapping[str, bytes]) -> dict[str, set[str]]:
    """The components that files hold, by type; KeyError for a folder that is of no known type."""
    found: dict[str, set[str]] = {}
    for path, data in files.items():
        for kind, name in _named(path, data):
            found.setdefault(kind, set()).add(name)
    return found


def written(components: Mapping[str, Collection[str]], *, api: str) -> bytes:
    """A manifest that names these components, by type."""
    types = "".join(
        "    <types>\n"
        + "".join(f"        <members>{escape(name)}</members>\n" for name in sorted(names))
        + f"        <name>{kind}</name>\n    </types>\n"
        for kind, names in sorted(components.items())
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Package xmlns="http://soap.sforce.com/2006/04/metadata">\n'
        f"{types}    <version>{api}</version>\n</Package>\n"
    ).encode()


def _named(path: str, data: bytes) -> Iterator[tuple[str, str]]:
    folder, _, rest = path.partition("/")
    kind = _TYPES[folder]
    name = rest.split("/")[0].split(".")[0]
    if kind == "CustomObject":
        yield from (("CustomField", f"{name}.{field}") for field in _FIELD.findall(data.decode()))
        if not name.endswith(("__c", "__e")):
            # A standard object is not ours: naming it would mean to bring all of it.
            return
    if kind == "CustomLabels":
        yield from (("CustomLabel", label) for label in _LABEL.findall(data.decode()))
    yield kind, name
