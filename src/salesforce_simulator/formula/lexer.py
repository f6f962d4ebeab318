"""Cut the text of a formula into tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from salesforce_simulator.formula.syntax import FormulaError

Kind = Literal["number", "string", "name", "symbol", "end"]
_TOKEN = re.compile(
    r"\s+|/\*.*?\*/"
    r"|(?P<number>\d+(?:\.\d+)?|\.\d+)"
    r"""|(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')"""
    r"|(?P<name>[A-Za-z]\w*(?:\.[A-Za-z]\w*)*)"
    r"|(?P<symbol><>|<=|>=|==|!=|&&|\|\||[-+*/^&=<>!(),])",
    re.DOTALL,
)
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t"}


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text; of a string, what it stands for."""

    kind: Kind
    text: str
    position: int


def tokens(text: str) -> Iterator[Token]:
    """Yield the tokens of a formula and one of kind "end". FormulaError where there is none."""
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise FormulaError(f"unexpected {text[position]!r} at {position + 1}")
        kind = match.lastgroup
        if kind is not None:
            found = match[kind]
            shown = _unescaped(found[1:-1]) if kind == "string" else found
            yield Token(kind, shown, position)  # type: ignore[arg-type]
        position = match.end()
    yield Token("end", "", position)


def _unescaped(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text, flags=re.DOTALL)
