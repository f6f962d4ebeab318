"""Apex: what can be told without a compiler. Nothing here runs, and types are not checked.

A class that real Salesforce refuses for its types is accepted; what is refused here (braces that
do not match, a name that is not the file's, an unclosed string or comment) is refused there too.
"""

import re
from collections.abc import Iterator

from salesforce_simulator.metadata.component import Component, Problem
from salesforce_simulator.metadata.landscape import Landscape

_PIECES = re.compile(
    r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
    |(?P<text>'(?:\\.|[^'\\\n])*')
    |(?P<open>/\*|')
    |(?P<brace>[{}()\[\]])
    |(?P<other>[^/'{}()\[\]]+|/)
    """,
    re.DOTALL | re.VERBOSE,
)
_PAIRS = {"}": "{", ")": "(", "]": "["}
_CLASS = re.compile(r"\b(?:class|interface|enum)\s+(\w+)", re.IGNORECASE)
_TRIGGER = re.compile(r"^\s*trigger\s+(\w+)\s+on\s+(\w+)\s*\(([^)]*)\)", re.IGNORECASE)
_EVENTS = frozenset(
    f"{when} {what}"
    for when in ("before", "after")
    for what in ("insert", "update", "delete", "undelete")
) - {"before undelete"}


def check_apex(component: Component, land: Landscape) -> Iterator[Problem]:
    """Judge a class or trigger by its form."""
    body = component.files[component.path].decode("utf-8", errors="replace")
    broken = _unbalanced(body)
    if broken is not None:
        text, offset = broken
        yield _at(component, text, body, offset)
        return
    code = without_comments(body)
    if component.type == "ApexTrigger":
        yield from _check_trigger(component, code, body, land)
        return
    found = _CLASS.search(code)
    if found is None:
        yield _at(component, "Unexpected token '<EOF>'.", body, len(body))
    elif found[1] != component.full_name:
        text = f"File name mismatch with class name: {found[1]}"
        yield _at(component, text, body, max(0, body.find(found[1])))


def without_comments(body: str) -> str:
    """Return Apex code with blanks in the place of comments and of what strings hold."""
    return "".join(
        re.sub(r"[^\n]", " ", piece[0]) if piece.lastgroup in {"comment", "text"} else piece[0]
        for piece in _PIECES.finditer(body)
    )


def length_without_comments(body: str) -> int:
    return sum(len(piece[0]) for piece in _PIECES.finditer(body) if piece.lastgroup != "comment")


def _check_trigger(
    component: Component, code: str, body: str, land: Landscape
) -> Iterator[Problem]:
    found = _TRIGGER.match(code)
    if found is None:
        first = code.split()
        yield _at(component, f"Unexpected token '{first[0] if first else '<EOF>'}'.", body, 0)
        return
    name, object_name, events = found.groups()
    if name != component.full_name:
        yield _at(component, f"File name mismatch with trigger name: {name}", body, found.start(1))
    if not land.has_object(object_name):
        text = f"Invalid type: {object_name}"
        yield _at(component, text, body, found.start(2))
    for event in events.split(","):
        if " ".join(event.lower().split()) not in _EVENTS:
            text = f"Unexpected token '{event.strip()}'."
            yield _at(component, text, body, found.start(3))


def _unbalanced(body: str) -> tuple[str, int] | None:
    """Return what is wrong with braces, strings or comments, and where."""
    waiting: list[str] = []
    for piece in _PIECES.finditer(body):
        if piece.lastgroup == "open":
            what = "Unterminated comment" if piece[0] == "/*" else "Unterminated string literal"
            return what, piece.start()
        if piece.lastgroup != "brace":
            continue
        if piece[0] not in _PAIRS:
            waiting.append(piece[0])
        elif not waiting or waiting.pop() != _PAIRS[piece[0]]:
            return f"Extra '{piece[0]}'", piece.start()
    if waiting:
        closing = next(close for close, start in _PAIRS.items() if start == waiting[-1])
        return f"Missing '{closing}' at 'EOF'", len(body)
    return None


def _at(component: Component, text: str, body: str, offset: int) -> Problem:
    before = body[:offset]
    return Problem(
        type=component.type,
        full_name=component.full_name,
        path=component.path,
        text=text,
        line=before.count("\n") + 1,
        column=offset - (before.rfind("\n") + 1) + 1,
    )
