"""Cut the text of a query into tokens."""

import re
from dataclasses import dataclass

from salesforce_simulator.soql.errors import malformed, unexpected

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<range>[A-Za-z_]+:\d+)
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<symbol><=|>=|!=|<>|[=<>(),])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = {
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "b": "\b",
    "f": "\f",
    "'": "'",
    '"': '"',
    "\\": "\\",
    # In LIKE these stand for the character itself; the backslash is kept for it to see.
    "_": "\\_",
    "%": "\\%",
}
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
MAX_LENGTH = 100_000


@dataclass(frozen=True, slots=True)
class Token:
    """`kind` is the group of the expression above, or "end"."""

    kind: str
    text: str
    position: int

    def is_word(self, *words: str) -> bool:
        return self.kind == "name" and self.text.upper() in words


def tokenize(text: str) -> list[Token]:
    """Return the tokens of a query and one of kind "end"; MALFORMED_QUERY if it has others."""
    if len(text) > MAX_LENGTH:
        raise malformed(f"SOQL statements cannot be longer than {MAX_LENGTH} characters.")
    tokens: list[Token] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise unexpected(text[position:].strip()[:1])
        tokens.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        position = match.end()
    tokens.append(Token("end", "", end))
    return tokens


def unquote(text: str) -> str:
    """Return what a quoted string stands for."""
    return _ESCAPE.sub(_unescape, text[1:-1])


def _unescape(match: re.Match[str]) -> str:
    code = match[1]
    if code.startswith("u") and len(code) > 1:
        return chr(int(code[1:], 16))
    if code not in _ESCAPES:
        raise malformed(f"Illegal character escape sequence: \\{code}")
    return _ESCAPES[code]
