"""Brings a file to UTF-8 piece by piece while it is stored, or says why that cannot be.

UTF-8 is kept byte for byte, so that single broken lines can be rejected by themselves later; any
other encoding is translated here, where a wrong one shows as a file that makes no sense.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator

from raccord.engine.errors import BadInput

UTF_8 = "utf-8"
# The longer ones first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, UTF_8),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BROKEN = re.compile("[\udc80-\udcff]")
_MULTI_BYTE = re.compile("[^\x00-\x7f\udc80-\udcff]")
_LINE_BREAK = re.compile("\r\n?|\n")


class Utf8Pieces:
    """Iterates over the file in UTF-8, without a byte order mark.

    given: the encoding that a person named, "" if none; a byte order mark knows better.
    Raises BadInput (``raccord.import.encoding`` with the first broken line) while or after
    iterating. encoding: known once iteration began.
    """

    def __init__(self, pieces: Iterable[bytes], *, given: str = "") -> None:
        self._pieces = iter(pieces)
        self._given = checked(given)
        self.encoding = ""

    def __iter__(self) -> Iterator[bytes]:
        first = next(self._pieces, b"")
        while len(first) < 4 and (more := next(self._pieces, b"")):
            first += more
        mark, marked = next((m for m in _MARKS if first.startswith(m[0])), (b"", ""))
        self.encoding = marked or self._given or UTF_8
        pieces = _chained(first[len(mark) :], self._pieces)
        if self.encoding == UTF_8:
            return self._kept(pieces, sure=bool(marked or self._given))
        return self._translated(pieces)

    def _kept(self, pieces: Iterable[bytes], *, sure: bool) -> Iterator[bytes]:
        """UTF-8 as it is. Broken bytes are the file's own fault only if it is UTF-8 for sure.

        sure: a mark or a person said so; else characters beyond ASCII that are well-formed do.
        """
        decoder = codecs.getincrementaldecoder(UTF_8)("surrogateescape")
        line = 1
        broken_line: int | None = None
        for piece in pieces:
            if not sure and b"\x00" in piece[:1000] and _looks_like_utf_16(piece[:1000]):
                raise _wrong_encoding(1, "UTF-8")
            text = decoder.decode(piece)
            if not text.isascii():
                broken = _BROKEN.search(text) if broken_line is None else None
                if broken:
                    broken_line = line + len(_LINE_BREAK.findall(text, 0, broken.start()))
                sure = sure or _MULTI_BYTE.search(text) is not None
            line += len(_LINE_BREAK.findall(text)) if broken_line is None else 0
            yield piece
        if not decoder.decode(b"", final=True).isascii() and broken_line is None:
            broken_line = line
        if broken_line is not None and not sure:
            raise _wrong_encoding(broken_line, "UTF-8")

    def _translated(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        decoder = codecs.getincrementaldecoder(self.encoding)()
        line = 1
        for piece in _chained_with_end(pieces):
            try:
                text = decoder.decode(piece, final=not piece)
                encoded = text.encode()
            except UnicodeError as error:
                raise _wrong_encoding(line + _lines_before(error), self.encoding) from error
            line += len(_LINE_BREAK.findall(text))
            if encoded:
                yield encoded


def marked(beginning: bytes) -> str:
    """The encoding that a byte order mark at the beginning of a file tells; "" without one."""
    return next((name for mark, name in _MARKS if beginning.startswith(mark)), "")


def checked(given: str) -> str:
    """The codec's own name for an encoding that a person named. Raises BadInput."""
    if not given:
        return ""
    try:
        b"a".decode(given)
        return codecs.lookup(given).name
    except (LookupError, UnicodeError, ValueError) as error:
        raise BadInput("raccord.import.unknown_encoding", params={"encoding": given}) from error


def _lines_before(error: UnicodeError) -> int:
    """Line breaks of the failed piece before the broken byte, as well as it can be told."""
    if not isinstance(error, UnicodeDecodeError):
        return 0
    before = error.object[: error.start].decode(error.encoding, errors="ignore")
    return len(_LINE_BREAK.findall(before))


def _wrong_encoding(line: int, encoding: str) -> BadInput:
    params = {"line": str(line), "encoding": encoding.upper()}
    return BadInput("raccord.import.encoding", params=params, at="encoding")


def _looks_like_utf_16(head: bytes) -> bool:
    return head.count(0) * 4 > len(head)


def _chained(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    if first:
        yield first
    yield from rest


def _chained_with_end(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces and an empty one, which tells the decoder that this was all."""
    yield from filter(None, pieces)
    yield b""
