"""Retrieve: a zip of the components that a manifest names, as they were deployed or as they are."""

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.ids import make_id, normal_id
from salesforce_simulator.metadata.archive import pack
from salesforce_simulator.metadata.document import Node, leaf, write_document
from salesforce_simulator.metadata.holdings import (
    Holding,
    find,
    holdings,
    is_custom,
    parent_of,
    parts,
)
from salesforce_simulator.metadata.listing import file_properties
from salesforce_simulator.metadata.manifest import WILDCARD, Manifest, write_manifest
from salesforce_simulator.metadata.types import PARENTS, TYPES, is_known

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

_KEPT = 100


@dataclass(slots=True)
class Retrieval:
    """One retrieve: its zip, what lies in it, and what could not be found."""

    id: str
    user_id: str
    zip: bytes = b""
    properties: list[dict[str, Any]] = field(default_factory=list)
    messages: list[dict[str, str]] = field(default_factory=list)

    def result(self, *, with_zip: bool) -> dict[str, Any]:
        """Return a RetrieveResult."""
        return {
            "done": True,
            "fileProperties": self.properties,
            "id": self.id,
            "messages": self.messages,
            "status": "Succeeded",
            "success": True,
            "zipFile": base64.b64encode(self.zip).decode() if with_zip else None,
        }


class Retrievals:
    """The last retrieves of an org."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._known: dict[str, Retrieval] = {}
        self._last = 0

    def add(self, manifest: Manifest, *, user_id: str, version: str, single: bool) -> Retrieval:
        """Make the zip of what a manifest names; single: its files lie at the top of the zip."""
        with self._org.lock:
            self._last += 1
            retrieval = Retrieval(make_id("09S", self._last), user_id)
            _fill(
                self._org,
                retrieval,
                manifest,
                version=version,
                folder="" if single else "unpackaged/",
            )
            self._known[retrieval.id] = retrieval
            for old in list(self._known)[:-_KEPT]:
                del self._known[old]
        return retrieval

    def get(self, retrieval_id: str) -> Retrieval:
        """Return the retrieve of an id in either form. ApiError if there is none."""
        found = self._known.get(normal_id(retrieval_id) or "")
        if found is None:
            raise ApiError("INVALID_ID_FIELD", f"invalid retrieve id: {retrieval_id}", status=404)
        return found


def _fill(
    org: "Org", retrieval: Retrieval, manifest: Manifest, *, version: str, folder: str
) -> None:
    files: dict[str, bytes] = {}
    found: dict[str, list[str]] = {}
    shared: dict[tuple[str, str], list[tuple[str, Holding]]] = {}
    for kind, names in manifest.members.items():
        for each in _named(org, retrieval, kind, names, folder):
            found.setdefault(kind, []).append(each.full_name)
            retrieval.properties.append(file_properties(org, each, folder=folder))
            files |= each.files
            _take_parts(org, each, shared)
    for (kind, full_name), chosen in shared.items():
        whole = full_name in found.get(kind, ()) or kind in found
        files |= _shared_file(org, kind, full_name, chosen, whole=whole)
    files["package.xml"] = write_manifest(found, version)
    retrieval.zip = pack({f"{folder}{path}": data for path, data in files.items()})


def _named(
    org: "Org", retrieval: Retrieval, kind: str, names: list[str], folder: str
) -> list[Holding]:
    """Return the components that members of one type name; note those that are not there."""
    known = {each.full_name: each for each in holdings(org, kind)} if is_known(kind) else {}
    chosen: dict[str, Holding] = {}
    for name in names:
        if name == WILDCARD:
            chosen |= {each.full_name: each for each in known.values() if is_custom(each)}
        elif name in known:
            chosen[name] = known[name]
        elif not (kind in TYPES and not TYPES[kind].in_name):
            text = f"Entity of type '{kind}' named '{name}' cannot be found"
            message = {"fileName": f"{folder}package.xml", "problem": text}
            retrieval.messages.append(message)
    return list(chosen.values())


def _take_parts(
    org: "Org", holding: Holding, shared: dict[tuple[str, str], list[tuple[str, Holding]]]
) -> None:
    """Put what lies in a shared file with the others of that file."""
    parent = parent_of(holding.type, holding.full_name)
    if parent is not None:
        entry = (PARENTS[holding.type][1], holding)
        of_file = shared.setdefault(parent, [])
        if not any(known.full_name == holding.full_name for _, known in of_file):
            of_file.append(entry)
    elif TYPES[holding.type].children:
        of_file = shared.setdefault((holding.type, holding.full_name), [])
        known_names = {(each.type, each.full_name) for _, each in of_file}
        of_file += [
            each
            for each in parts(org, holding)
            if (each[1].type, each[1].full_name) not in known_names
        ]


def _shared_file(
    org: "Org", kind: str, full_name: str, chosen: list[tuple[str, Holding]], *, whole: bool
) -> dict[str, bytes]:
    own = find(org, kind, full_name) if whole else None
    children = list(own.node.children) if own is not None else []
    for element, each in chosen:
        content = [child for child in each.node.children if child.name != "fullName"]
        name = each.full_name.rpartition(".")[2] if TYPES[kind].in_name else each.full_name
        children.append(Node(element, children=[leaf("fullName", name), *content]))
    children.sort(key=lambda child: child.name)
    path = f"{TYPES[kind].folder}/{full_name}.{TYPES[kind].suffix}"
    return {path: write_document(kind, children)}
