"""Choices on their way through a field pair: by its table of values, and what stays behind.

A value that is left out stays where it is: of several choices in one field, those that are left
out are neither sent nor taken, and a write to either side leaves them there. Called by `mapping`
and `merge`.
"""

from __future__ import annotations

from collections.abc import Iterable

from raccord.engine import value_pairs
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldPair, FieldType, Value
from raccord.engine.refused import Parser
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.transforms import ABSENT, Absent

MISSING_HERE = "raccord.value.missing_here"
MISSING_THERE = "raccord.value.missing_there"
LEFT_OUT = "raccord.value.left_out"

_OURS = (FieldType.CHOICE, FieldType.MULTIPLE_CHOICE)
_THEIRS = (RemoteType.PICKLIST, RemoteType.MULTIPICKLIST)


class LeftOut(BadInput):
    """The mapping says that this value of theirs does not come here."""


def has_table(local: FieldType, remote: RemoteType) -> bool:
    """Whether a pair of these types has a table of values."""
    return local in _OURS and remote in _THEIRS


def sent(pair: FieldPair, value: Value) -> Value | Absent:
    """A converted value of ours in their words; ABSENT where the only one is left out."""
    if not has_table(pair.local.type, pair.remote.type):
        return value
    if isinstance(value, str):
        found = _there(pair, value)
        return ABSENT if found is None else found
    if not isinstance(value, tuple):
        return value
    several = _each_once(_there(pair, each) for each in value)
    nothing_of_one = pair.local.type is FieldType.CHOICE and not several
    return ABSENT if nothing_of_one else several or None


def taken(pair: FieldPair, value: Value, *, parse: Parser) -> Value:
    """A converted value of theirs as one of our choices.

    Raises LeftOut where the only value is left out, BadInput (`MISSING_HERE`) for one that our
    field does not have.
    """
    if isinstance(value, tuple):
        found = _each_once(value_pairs.here(pair.value_pairs, each) for each in value)
        return parse(tuple(_known(pair, each, parse) for each in found)) if found else None
    if not isinstance(value, str):
        return parse(value)
    one = value_pairs.here(pair.value_pairs, value)
    if one is None:
        raise LeftOut(LEFT_OUT, _about(pair, value), at=pair.local.key)
    if pair.local.type is FieldType.MULTIPLE_CHOICE:
        return parse((_known(pair, one, parse),))
    return parse(_known(pair, one, parse))


def missing_there(pair: FieldPair, value: Value) -> BadInput | None:
    """Why their list, which takes nothing else, does not take a value that would be sent."""
    if not pair.remote.restricted or not pair.remote.choices:
        return None
    known = {choice.casefold() for choice in pair.remote.choices}
    wanted = value if isinstance(value, tuple) else (value,)
    unknown = (each for each in wanted if isinstance(each, str) and each.casefold() not in known)
    for first in unknown:
        return BadInput(MISSING_THERE, _about(pair, first), at=pair.local.key)
    return None


def carried(pair: FieldPair, theirs: Value) -> Value:
    """Their choices without those that stay there."""
    if not pair.value_pairs or not isinstance(theirs, tuple):
        return theirs
    behind = value_pairs.left_out_there(pair.value_pairs)
    return tuple(each for each in theirs if each not in behind) or None


def kept_there(pair: FieldPair, sent: Value, *, theirs: Value) -> Value:
    """What is written there: what is sent, and those of theirs that do not travel."""
    behind = value_pairs.left_out_there(pair.value_pairs)
    if not behind or not isinstance(theirs, tuple) or not isinstance(sent, tuple | None):
        return sent
    stays = tuple(each for each in theirs if each in behind)
    return _each_once((*(sent or ()), *stays)) or None


def kept_here(pair: FieldPair, taken: Value, *, ours: Value, parse: Parser) -> Value:
    """What is written here: what is taken, and those of ours that do not travel."""
    behind = value_pairs.left_out_here(pair.value_pairs)
    if not behind or not isinstance(ours, tuple) or not isinstance(taken, tuple | None):
        return taken
    stays = tuple(each for each in ours if each in behind and each in pair.local.choices)
    return parse((*(taken or ()), *stays)) if stays else taken


def stays_behind(pair: FieldPair, *, ours: Value, theirs: Value) -> bool:
    """Whether either side holds a choice that does not travel."""
    here, there = map(_held, (ours, theirs))
    return bool(
        here & value_pairs.left_out_here(pair.value_pairs)
        or there & value_pairs.left_out_there(pair.value_pairs)
    )


def their_choices(remote: RemoteField) -> dict[str, str]:
    """Value -> what a reader over there sees."""
    return {choice: remote.choice_label(choice) for choice in remote.choices}


def _there(pair: FieldPair, value: str) -> str | None:
    """What a value is over there, as their list spells it."""
    found = value_pairs.there(pair.value_pairs, value)
    if found is None or found in pair.remote.choices:
        return found
    same = (each for each in pair.remote.choices if each.casefold() == found.casefold())
    return next(same, found)


def _known(pair: FieldPair, value: str, parse: Parser) -> str:
    try:
        parse(value)
    except BadInput as unknown:
        raise BadInput(MISSING_HERE, _about(pair, value), at=pair.local.key) from unknown
    return value


def _about(pair: FieldPair, value: str) -> dict[str, str]:
    return {
        "field": pair.local.label or pair.local.key,
        "remote": pair.remote.label or pair.remote.name,
        "value": value,
    }


def _held(value: Value) -> set[str]:
    if isinstance(value, tuple):
        return set(value)
    return {value} if isinstance(value, str) else set()


def _each_once(values: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each for each in values if each is not None))
