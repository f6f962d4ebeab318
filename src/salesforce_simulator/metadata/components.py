"""The components that an org has, by type and full name, kept over a restart."""

import base64
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from salesforce_simulator.ids import make_id, serial_of
from salesforce_simulator.metadata.component import Component, Deployed
from salesforce_simulator.metadata.document import Node, parse, write
from salesforce_simulator.metadata.types import prefix_of

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


class Components:
    """Holds what was deployed. The caller holds the org's lock."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._known: dict[tuple[str, str], Deployed] = {}
        self._last_serial = 0

    def __iter__(self) -> Iterator[Deployed]:
        return iter(self._known.values())

    def get(self, kind: str, full_name: str) -> Deployed | None:
        return self._known.get((kind, full_name))

    def of_type(self, kind: str) -> list[Deployed]:
        return [each for each in self._known.values() if each.type == kind]

    def is_changed_by(self, component: Component) -> bool:
        """Tell whether taking a component would change anything."""
        known = self._known.get(component.key)
        return known is None or (known.files, known.xml) != _content(component)

    def put(self, component: Component, *, user_id: str) -> Deployed:
        """Keep a component as created or changed now by a user."""
        known = self._known.get(component.key)
        stamp = self._org.now_stamp()
        files, xml = _content(component)
        if known is None:
            self._last_serial += 1
            known = Deployed(
                id=make_id(prefix_of(component.type), self._last_serial),
                type=component.type,
                full_name=component.full_name,
                path=component.path,
                created_by=user_id,
                created=stamp,
                modified_by=user_id,
                modified=stamp,
            )
        kept = replace(
            known,
            path=component.path,
            files=files,
            xml=xml,
            modified=stamp,
            modified_by=user_id,
        )
        self._known[kept.key] = kept
        self._org.journal.component(asdict(kept))
        return kept

    def remove(self, kind: str, full_name: str) -> Deployed | None:
        """Forget a component and return it."""
        gone = self._known.pop((kind, full_name), None)
        if gone is not None:
            self._org.journal.component_gone(kind, full_name)
        return gone

    def restore(self, content: dict[str, Any]) -> None:
        """Take a component back from the journal."""
        kept = Deployed(**content)
        self._known[kept.key] = kept
        self._last_serial = max(self._last_serial, serial_of(kept.id))


def content_of(kept: Deployed) -> dict[str, bytes]:
    """Return the files of a component by path."""
    return {path: base64.b64decode(text) for path, text in kept.files.items()}


def node_of(kept: Deployed) -> Node:
    """Return the XML of a component: of its part of a file, or of its file."""
    if kept.xml:
        return parse(kept.xml.encode())
    files = content_of(kept)
    for path in (f"{kept.path}-meta.xml", kept.path):
        if path in files:
            return parse(files[path])
    return Node(kept.type)


def _content(component: Component) -> tuple[dict[str, str], str]:
    files = {path: base64.b64encode(data).decode() for path, data in component.files.items()}
    return files, write(component.node) if component.node and not files else ""
