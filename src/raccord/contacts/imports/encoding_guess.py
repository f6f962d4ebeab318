"""In which encoding a text file is: seen while it passes by on its way in.

A byte order mark says so, and text beyond ASCII that is well-formed UTF-8 is UTF-8. Of the older
encodings with one byte per character none can be told by rule; the one is proposed in which most
of the other bytes are letters that people write.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator

from raccord.contacts.imports.encoding import UTF_8, marked

ENCODINGS = (
    "utf-8",
    "windows-1252",
    "iso-8859-15",
    "mac-roman",
    "cp850",
    "utf-16-le",
    "utf-16-be",
    "utf-32-le",
    "utf-32-be",
)
"""What is proposed, and what a person may choose from; commands can name any other."""

_GUESSED = ("windows-1252", "mac-roman", "cp850")
# How much a character counts: capitals are rare among letters, and signs among both.
_WEIGHTS = {
    **dict.fromkeys("ÉÈÊËÀÂÄÇÎÏÔÖÙÛÜŒÆÑÁÍÓÚÃÕÅØÌÒ’‘“”«»–—…€°\xa0", 1),
    **dict.fromkeys("éèêëàâäçîïôöùûüÿœæñáíóúßãõåøìò", 3),
    "\ufffd": -3,
}
_ASCII = bytes(range(128))
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r"))
_MOST_CONTROLS = 0.02
_BROKEN = re.compile("[\udc80-\udcff]")
_BEGINNING = 4_000


class Survey:
    """Looks at a file piece by piece; afterwards `guess` says its encoding."""

    def __init__(self) -> None:
        self._beginning = b""
        self._decoder = codecs.getincrementaldecoder(UTF_8)("surrogateescape")
        self._bytes: Counter[int] = Counter()
        self._well_formed = 0
        self._broken = 0

    def seen(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, looked at."""
        for piece in pieces:
            self._look(piece)
            yield piece
        self._count(self._decoder.decode(b"", final=True))

    @property
    def guess(self) -> str:
        """A codec's name."""
        if known := marked(self._beginning) or _wide(self._beginning):
            return known
        if self._well_formed >= self._broken:
            return UTF_8
        return max(_GUESSED, key=self._written_in)

    @property
    def is_text(self) -> bool:
        """Whether the file can be a text at all: a picture or a document is full of controls."""
        if marked(self._beginning) or _wide(self._beginning):
            return True
        printed = self._beginning.translate(None, _CONTROLS)
        return len(self._beginning) - len(printed) <= len(self._beginning) * _MOST_CONTROLS

    def _look(self, piece: bytes) -> None:
        if len(self._beginning) < _BEGINNING:
            self._beginning += piece[: _BEGINNING - len(self._beginning)]
        self._bytes.update(piece.translate(None, _ASCII))
        self._count(self._decoder.decode(piece))

    def _count(self, text: str) -> None:
        if not text.isascii():
            broken = len(_BROKEN.findall(text))
            self._broken += broken
            self._well_formed += len(text) - len(text.encode("ascii", "ignore")) - broken

    def _written_in(self, encoding: str) -> int:
        """How much the other bytes look like what people write, if they are in this encoding."""
        return sum(
            count * _WEIGHTS.get(bytes([byte]).decode(encoding, errors="replace"), 0)
            for byte, count in self._bytes.items()
        )


def _wide(beginning: bytes) -> str:
    """UTF-16 without its mark: every other byte of most texts is zero."""
    even, odd = beginning[::2].count(0), beginning[1::2].count(0)
    if max(even, odd) * 4 <= len(beginning):
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"
