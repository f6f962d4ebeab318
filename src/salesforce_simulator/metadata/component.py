"""What a package is made of, what is wrong with it, and what an org keeps of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from salesforce_simulator.metadata.document import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One component on its way into the org.

    path: its file below the package's folder, a part's being its parent's. files: what is kept
    as it is, by path. node: its XML, for everything that is written in XML.
    """

    type: str
    full_name: str
    path: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    node: Node | None = None

    @property
    def key(self) -> tuple[str, str]:
        return self.type, self.full_name

    @property
    def xml(self) -> Node:
        """Its XML, an empty element for what has none."""
        return self.node or Node(self.type)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a component cannot be taken, where in its file, worded as the org words it."""

    type: str
    full_name: str
    path: str
    text: str
    line: int | None = None
    column: int | None = None
    warning: bool = False


def problem_of(
    component: Component, text: str, *, at: Node | None = None, warning: bool = False
) -> Problem:
    """Return a problem of a component, at an element of its XML where one is to blame."""
    return Problem(
        type=component.type,
        full_name=component.full_name,
        path=component.path,
        text=text,
        line=at.line if at else None,
        column=at.column if at else None,
        warning=warning,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A component that the org has. files: as text in base64, so that any content survives.

    xml: what its element contains, for parts of a file that others share.
    """

    id: str
    type: str
    full_name: str
    path: str
    created_by: str
    created: str
    modified_by: str
    modified: str
    files: dict[str, str] = field(default_factory=dict)
    xml: str = ""

    @property
    def key(self) -> tuple[str, str]:
        return self.type, self.full_name
