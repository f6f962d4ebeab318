"""Cut the text of a query into tokens."""

import re
from dataclasses import dataclass

from salesforce_simulator.soql.errors import malformed

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<datetime>\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d))
    | (?P<date>\d{4}-\d\d-\d\d)
    | (?P<number>[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<string>'(?:[^'\\]|\\.)*')
    | (?P<range>[A-Za-z_]+:\d+)
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)
    | (?P<symbol><=|>=|!=|<>|[=<>(),])
    | (?P<other>[!-/:-@\[-`{-~])
    )""",
    re.VERBOSE | re.DOTALL | re.ASCII,
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
    # Needed where they would be wildcards, allowed everywhere.
    "_": "_",
    "%": "%",
}
_CHARACTER = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)|.", re.DOTALL)
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
    if not end:
        raise malformed("SOQL statements cannot be empty or null")
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise _unknown(text, position)
        kind, position = match.lastgroup, match.end()
        token = Token(kind, match[kind], match.start(kind))
        if kind == "other":
            _check_other(text, token)
        tokens.append(token)
    tokens.append(Token("end", "", end))
    return tokens


def unquote(text: str) -> str:
    """Return what a quoted string stands for."""
    return "".join(character for character, _ in characters(text[1:-1]))


def characters(text: str) -> list[tuple[str, bool]]:
    """Return the characters that the inside of a quoted string stands for, and which of them
    were escaped: LIKE takes those as they are."""
    found: list[tuple[str, bool]] = []
    for match in _CHARACTER.finditer(text):
        one = match[0] if match[1] is None else _unescape(match[1])
        if found and _is_half(found[-1][0]) and _is_half(one):
            # Two escapes may be the halves of one character; a half alone is none.
            one = found.pop()[0] + one
        found.append((one, match[1] is not None))
    return [(_whole(one) if _is_half(one[0]) else one, escaped) for one, escaped in found]


def _is_half(character: str) -> bool:
    return len(character) == 1 and "\ud800" <= character <= "\udfff"


def _whole(halves: str) -> str:
    return halves.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _unescape(code: str) -> str:
    if code.startswith("u") and len(code) > 1:
        return chr(int(code[1:], 16))
    if code not in _ESCAPES:
        raise malformed(f"Illegal character escape sequence: \\{code}")
    return _ESCAPES[code]


def _check_other(text: str, token: Token) -> None:
    if token.text == "'":
        message = f"line {_place(text, len(text))} mismatched character '<EOF>' expecting '''"
        raise malformed(message)
    if token.text == ":":
        raise malformed("Bind variables only allowed in Apex code")


def _unknown(text: str, position: int) -> Exception:
    found = position + len(text[position:]) - len(text[position:].lstrip())
    return malformed(
        f"line {_place(text, found)} no viable alternative at character '{text[found]}'"
    )


def _place(text: str, position: int) -> str:
    row = text.count("\n", 0, position) + 1
    return f"{row}:{position - text.rfind(chr(10), 0, position) - 1}"
