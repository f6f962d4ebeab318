"""Which components a package holds: its files against its manifest.

What does not fit is a problem, in the org's words: a file that no member names, a member without
a file, a type that does not exist, XML that cannot be read.
"""

from dataclasses import dataclass, field

from salesforce_simulator.metadata.archive import Archive
from salesforce_simulator.metadata.component import Component, Problem
from salesforce_simulator.metadata.document import DocumentError, Node, parse
from salesforce_simulator.metadata.manifest import WILDCARD, Manifest, is_version, read_manifest
from salesforce_simulator.metadata.types import BY_FOLDER, TYPES, MetadataType, is_known

MANIFEST = "package.xml"
_DESTRUCTIVE = {
    "destructiveChangesPre.xml": True,
    "destructiveChanges.xml": True,
    "destructiveChangesPost.xml": False,
}
_META = "-meta.xml"


@dataclass(slots=True)
class Inventory:
    """What is to be done. removed: (type, full name, whether before all else, file)."""

    components: list[Component] = field(default_factory=list)
    removed: list[tuple[str, str, bool, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    version: str = ""


def take_inventory(archive: Archive, *, allow_missing: bool = False) -> Inventory:
    """Return the components of a package, and everything that is wrong with its form.

    allow_missing: members of the manifest may lack their files.
    """
    found = Inventory()
    content = archive.files.get(MANIFEST)
    if content is None:
        found.problems.append(_at_manifest(MANIFEST, "No package.xml found"))
        return found
    try:
        manifest = read_manifest(content)
    except DocumentError as broken:
        found.problems.append(_unreadable("", MANIFEST, MANIFEST, broken))
        return found
    found.version = manifest.version
    for kind in manifest.members:
        if not is_known(kind):
            text = f"Unknown type name '{kind}' specified in package.xml"
            found.problems.append(_at_manifest(kind, text))
    _read_components(archive, manifest, found)
    if not allow_missing:
        _check_members(manifest, found)
    _read_removals(archive, found)
    return found


def _read_components(archive: Archive, manifest: Manifest, found: Inventory) -> None:
    for kind, full_name, path, paths in _grouped(archive, found):
        files = {each: archive.files[each] for each in paths}
        try:
            read = _read_one(kind, full_name, path, files)
            problem = _missing_part(kind, full_name, path, files)
        except DocumentError as broken:
            found.problems.append(_unreadable(kind.name, full_name, path, broken))
            continue
        if problem is not None:
            found.problems.append(problem)
        else:
            _choose(kind, read, manifest, found)


def _grouped(archive: Archive, found: Inventory) -> list[tuple[MetadataType, str, str, list[str]]]:
    """Put the files of each component together (type, full name, path of it, of its files)."""
    groups: dict[str, tuple[MetadataType, str, str, list[str]]] = {}
    for path in sorted(archive.files):
        if path == MANIFEST or path in _DESTRUCTIVE:
            continue
        folder, _, rest = path.partition("/")
        kind = BY_FOLDER.get(folder)
        owner = _owner(kind, rest) if kind is not None and rest else None
        if kind is None or owner is None:
            text = "Not in package.xml"
            found.problems.append(Problem(type="", full_name=path, path=path, text=text))
            continue
        shown = f"{folder}/{owner}" if kind.bundle else f"{folder}/{owner}.{kind.suffix}"
        groups.setdefault(shown, (kind, owner, shown, []))[3].append(path)
    return list(groups.values())


def _owner(kind: MetadataType, rest: str) -> str | None:
    """Return the full name of the component that a file belongs to, None for a stray file."""
    if kind.bundle:
        name, _, inner = rest.partition("/")
        return name if inner else None
    name = rest.removesuffix(_META)
    ending = f".{kind.suffix}"
    return name.removesuffix(ending) if name.endswith(ending) else None


def _read_one(
    kind: MetadataType, full_name: str, path: str, files: dict[str, bytes]
) -> list[Component]:
    """Return a component and its parts. DocumentError where its XML cannot be read."""
    for each, content in files.items():
        if each.endswith((_META, ".xml")) and each != path:
            parse(content)
    if kind.bundle or kind.with_meta:
        meta = files.get(f"{path}{_META}")
        node = parse(meta) if meta is not None else None
        return [Component(type=kind.name, full_name=full_name, path=path, files=files, node=node)]
    content = files.get(path, b"")
    root = parse(content)
    if root.name != kind.name:
        message = f"Element {root.name} invalid at this location in type {kind.name}"
        raise DocumentError(message, line=root.line, column=root.column)
    if not kind.children:
        return [Component(type=kind.name, full_name=full_name, path=path, files=files, node=root)]
    own = Node(
        kind.name,
        children=[each for each in root.children if each.name not in kind.children],
        line=root.line,
        column=root.column,
    )
    parts = [
        _part(kind, full_name, path, each) for each in root.children if each.name in kind.children
    ]
    return [Component(type=kind.name, full_name=full_name, path=path, node=own), *parts]


def _part(kind: MetadataType, parent: str, path: str, node: Node) -> Component:
    name = node.get("fullName").strip()
    if not name:
        child = kind.children[node.name]
        message = f"Required field is missing: fullName in {child}"
        raise DocumentError(message, line=node.line, column=node.column)
    full_name = f"{parent}.{name}" if kind.in_name else name
    return Component(type=kind.children[node.name], full_name=full_name, path=path, node=node)


def _missing_part(
    kind: MetadataType, full_name: str, path: str, files: dict[str, bytes]
) -> Problem | None:
    """Say which file of a component is not there, or which version it is wrongly written for."""
    if kind.with_meta:
        for each in (path, f"{path}{_META}"):
            if each not in files:
                text = f"Required file is missing: {each}"
                return Problem(type=kind.name, full_name=full_name, path=path, text=text)
    meta = files.get(f"{path}{_META}") if kind.with_meta else None
    if meta is not None:
        asked = parse(meta).first("apiVersion")
        if asked is not None and not is_version(asked.text.strip()):
            text = f"Invalid api version:{asked.text.strip()}"
            return Problem(
                type=kind.name,
                full_name=full_name,
                path=f"{path}{_META}",
                text=text,
                line=asked.line,
                column=asked.column,
            )
    return None


def _choose(
    kind: MetadataType, read: list[Component], manifest: Manifest, found: Inventory
) -> None:
    """Keep what the manifest names: a parent with all its parts, or some parts by themselves."""
    whole, *parts = read
    if manifest.names(kind.name, whole.full_name) or (
        not kind.in_name and kind.name in manifest.members
    ):
        # An object's file that only lists fields changes nothing of the object itself.
        found.components += read
        return
    named = [each for each in parts if manifest.names(each.type, each.full_name)]
    found.components += named
    for each in parts if parts else read:
        if each not in named:
            found.problems.append(
                Problem(
                    type=each.type,
                    full_name=each.full_name,
                    path=each.path,
                    text="Not in package.xml",
                    line=each.xml.line if parts else None,
                    column=each.xml.column if parts else None,
                )
            )


def _check_members(manifest: Manifest, found: Inventory) -> None:
    there = {each.key for each in found.components}
    there |= {(each.type, each.full_name) for each in found.problems}
    for kind, names in manifest.members.items():
        if not is_known(kind):
            continue
        for name in names:
            if name == WILDCARD or (kind, name) in there or not _own_file(kind, there):
                continue
            text = (
                f"An object '{name}' of type {kind} was named in package.xml, "
                "but was not found in zipped directory"
            )
            found.problems.append(_at_manifest(name, text))


def _own_file(kind: str, there: set[tuple[str, str]]) -> bool:
    """CustomLabels is one file that holds them all: its member is whatever its writer calls it."""
    return not (kind in TYPES and not TYPES[kind].in_name and any(kind == k for k, _ in there))


def _read_removals(archive: Archive, found: Inventory) -> None:
    for path, before in _DESTRUCTIVE.items():
        content = archive.files.get(path)
        if content is None:
            continue
        try:
            manifest = read_manifest(content)
        except DocumentError as broken:
            found.problems.append(_unreadable("", path, path, broken))
            continue
        for kind, names in manifest.members.items():
            if not is_known(kind):
                text = f"Unknown type name '{kind}' specified in {path}"
                found.problems.append(Problem(type="", full_name=kind, path=path, text=text))
                continue
            for name in names:
                if name == WILDCARD:
                    text = f"Wildcards are not allowed in {path}"
                    found.problems.append(Problem(type=kind, full_name="*", path=path, text=text))
                else:
                    found.removed.append((kind, name, before, path))


def _at_manifest(name: str, text: str) -> Problem:
    return Problem(type="", full_name=name, path=MANIFEST, text=text)


def _unreadable(kind: str, full_name: str, path: str, broken: DocumentError) -> Problem:
    return Problem(
        type=kind,
        full_name=full_name,
        path=path,
        text=f"Error parsing file: {broken.message}",
        line=broken.line,
        column=broken.column,
    )
