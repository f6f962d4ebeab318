"""Which value here belongs to which value there, where two lists of choices differ.

A mapping of a choice to a list over there carries such a table, made by a person. A value that the
table does not name stays itself; one that is *left out* stays where it is and does not travel, in
neither direction. Of several values that belong to the same one, the first is its way back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from unicodedata import combining, normalize


class ValuePair(NamedTuple):
    """One line of the table. None beside a value: it is left out."""

    ours: str | None
    theirs: str | None


ValuePairs = tuple[ValuePair, ...]


def there(table: ValuePairs, value: str) -> str | None:
    """What our value is over there; None if it is left out."""
    return next((each.theirs for each in table if each.ours == value), value)


def here(table: ValuePairs, value: str) -> str | None:
    """What their value is here; None if it is left out."""
    return next((each.ours for each in table if each.theirs == value), value)


def left_out_here(table: ValuePairs) -> frozenset[str]:
    """Values of ours that do not travel."""
    return frozenset(each.ours for each in table if each.ours is not None and each.theirs is None)


def left_out_there(table: ValuePairs) -> frozenset[str]:
    """Values of theirs that do not travel."""
    return frozenset(each.theirs for each in table if each.theirs is not None and each.ours is None)


def suggested(ours: Mapping[str, str], theirs: Mapping[str, str]) -> ValuePairs:
    """Pairs for values that are called the same though they are spelled differently.

    ours, theirs: value -> what a reader sees. Values that are equal as they are need no line;
    what several could be meant by gets none.
    """
    fold_there = _by_name({value: name for value, name in theirs.items() if value not in ours})
    fold_here = _by_name({value: name for value, name in ours.items() if value not in theirs})
    return tuple(
        ValuePair(values[0], fold_there[name][0])
        for name, values in fold_here.items()
        if len(values) == 1 and len(fold_there.get(name, ())) == 1
    )


def from_lists(stored: Sequence[Sequence[str | None]]) -> ValuePairs:
    """The table from its stored form, a list of [ours, theirs]."""
    return tuple(ValuePair(*pair) for pair in stored)


def to_lists(table: ValuePairs) -> list[list[str | None]]:
    """The stored form of a table."""
    return [[each.ours, each.theirs] for each in table]


def _by_name(values: Mapping[str, str]) -> dict[str, list[str]]:
    """Each name that a value goes by, without case and accents -> the values of that name."""
    found: dict[str, list[str]] = {}
    for value, label in values.items():
        for name in {_folded(value), _folded(label)}:
            found.setdefault(name, []).append(value)
    return found


def _folded(text: str) -> str:
    plain = (each for each in normalize("NFKD", text.casefold()) if not combining(each))
    return " ".join("".join(plain).split())
