"""package.xml and destructiveChanges.xml: which components a package names, by type."""

from dataclasses import dataclass, field

from salesforce_simulator.metadata.document import DocumentError, Node, leaf, parse, write_document
from salesforce_simulator.releases import NEWEST

WILDCARD = "*"
_OLDEST = 7


@dataclass(frozen=True, slots=True)
class Manifest:
    """Full names by type, and the version of the API that the files are written for."""

    members: dict[str, list[str]] = field(default_factory=dict)
    version: str = ""

    def names(self, kind: str, full_name: str) -> bool:
        """Tell whether a component is named, by itself or by a wildcard."""
        named = self.members.get(kind, ())
        return full_name in named or WILDCARD in named


def read_manifest(content: bytes) -> Manifest:
    """Return what a manifest names. DocumentError where it is none."""
    root = parse(content)
    if root.name != "Package":
        raise DocumentError(f"Element {root.name} invalid at this location", line=root.line)
    return manifest_of(root)


def manifest_of(root: Node) -> Manifest:
    """Return the manifest that an element holds: a Package, or what a retrieve asks for."""
    members: dict[str, list[str]] = {}
    for types in root.all("types"):
        name = types.get("name").strip()
        if not name:
            raise DocumentError("Required field is missing: name", line=types.line)
        known = members.setdefault(name, [])
        known += [each.strip() for each in types.texts("members") if each.strip() not in known]
    return Manifest(members, _version(root))


def write_manifest(members: dict[str, list[str]], version: str) -> bytes:
    types = [
        Node(
            "types",
            children=[*(leaf("members", each) for each in sorted(names)), leaf("name", kind)],
        )
        for kind, names in sorted(members.items())
    ]
    return write_document("Package", [*types, leaf("version", version)])


def _version(root: Node) -> str:
    found = root.first("version")
    text = found.text.strip() if found is not None else ""
    if text and not is_version(text):
        line = found.line if found is not None else 1
        raise DocumentError(f"Invalid api version:{text}", line=line)
    return text


def is_version(text: str) -> bool:
    """Tell whether files can be written for a version, which may be older than any that answers."""
    whole, _, fraction = text.partition(".")
    return whole.isdigit() and fraction in {"", "0"} and _OLDEST <= int(whole[:4]) <= NEWEST
