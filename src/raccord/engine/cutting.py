"""Text cut to the length that a field over there holds, where a mapping says so."""

from __future__ import annotations

from unicodedata import category

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def cut(text: str, *, longest: int) -> str:
    """The first `longest` characters (code points) at most, never a part of what is read as one.

    A letter keeps its accents, a family its children; where that is not possible, because one of
    them alone is longer, the text is cut inside it.
    """
    if len(text) <= longest:
        return text
    at = longest
    while at and _inside(text, at):
        at -= 1
    return text[: at or longest].rstrip()


def _inside(text: str, at: int) -> bool:
    """Whether what begins at this position belongs to what stands before it."""
    following, before = text[at], text[at - 1]
    if _JOINER in (following, before) or category(following).startswith("M"):
        return True
    if ord(following) in _SKIN_TONES:
        return True
    return ord(following) in _FLAG_LETTERS and _flag_letters_before(text, at) % 2 == 1


def _flag_letters_before(text: str, at: int) -> int:
    count = 0
    while at > count and ord(text[at - count - 1]) in _FLAG_LETTERS:
        count += 1
    return count
