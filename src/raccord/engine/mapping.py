"""One value out or in through a field pair, and whether the two sides of a pair agree.

Equality belongs to the *pair of fields*, not to the values: what the other side can only keep cut
to its length, in lower case or to the second, is the same there. See `merge` for what is made of
it.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from raccord.engine.errors import BadInput
from raccord.engine.records import FieldPair, Value
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.transforms import ABSENT, Absent, Conversion, conversion
from raccord.engine.values import equal, normal_text, parser

_EXACT = Context(prec=100)


def refusal(pair: FieldPair) -> BadInput | None:
    """Why the pair can not be converted any more (a type was changed); None while it can.

    `outward` and `inward` raise it, so whoever walks over pairs asks first.
    """
    chosen = conversion(pair.local.type, pair.remote.type, pair.transform)
    return _cannot_convert(pair) if chosen is None else None


def outward(pair: FieldPair, value: Value) -> Value | Absent:
    """What the remote field should hold for our `value`; None clears it, ABSENT says nothing."""
    chosen = _conversion(pair)
    return chosen.empty if value is None else chosen.out(value)


def inward(pair: FieldPair, value: Value) -> Value:
    """What our field should hold for their `value`.

    Raises BadInput when our field can not hold it: it is then held, with that reason.
    """
    if value is None:
        return None
    converted = _conversion(pair).back(value)
    places = pair.local.decimal_places
    if places is not None and isinstance(converted, Decimal):
        converted = _rounded(converted, places, ROUND_HALF_UP)
    return parser(pair.local)(converted)


def pair_equal(pair: FieldPair, ours: Value, theirs: Value) -> bool:
    """Whether the two agree: ours, sent, would be theirs; or theirs, taken, would be ours."""
    sent = outward(pair, ours)
    if sent is not ABSENT and alike(pair.remote, sent, theirs):
        return True
    try:
        return equal(pair.local.type, ours, inward(pair, theirs))
    except BadInput:
        return False


def alike(remote: RemoteField, sent: Value, seen: Value) -> bool:
    """Whether a remote field that was sent one value and shows the other has taken it.

    Its own limits count: length, scale, lower-casing, a restricted list, whole seconds.
    """
    if exactly(sent, seen):
        return True
    if isinstance(sent, Decimal | int) and isinstance(seen, Decimal | int):
        return _same_number(remote, sent, seen)
    sent_form, seen_form = remote_normal(remote, sent), remote_normal(remote, seen)
    return sent_form == seen_form or _is_cut(remote, sent_form, seen_form)


def exactly(one: Value, other: Value) -> bool:
    """The same value of the same type: 1, 1.0 and True are three."""
    return type(one) is type(other) and one == other


def remote_normal(remote: RemoteField, value: Value) -> Value:
    """The form in which values of a remote field are compared with one another."""
    if remote.type in (RemoteType.BOOLEAN, RemoteType.OPT_OUT):
        return bool(value)  # a box over there is ticked or not: it has no third state
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(microsecond=0)
    if remote.type is RemoteType.MULTIPICKLIST:
        parts = value.split(";") if isinstance(value, str) else value
        if isinstance(parts, list | tuple):
            return tuple(sorted({form for part in parts if (form := _text(remote, part))})) or None
    return _text(remote, value) if isinstance(value, str) else value


def fingerprint(pair: FieldPair) -> str:
    """Names what a base entry of this pair speaks of: the two fields and their types.

    The transform is left out on purpose: the entry holds what each side *held*, and a changed
    transform must not, by itself, move a value.
    """
    meaning = (pair.local.key, pair.local.type, pair.remote.name, pair.remote.type)
    return hashlib.sha256("|".join(meaning).encode()).hexdigest()[:12]


def fingerprinted(pair: FieldPair) -> FieldPair:
    """The pair with its fingerprint filled in, as `merge` and `plan` expect it."""
    return replace(pair, fingerprint=fingerprint(pair))


def _conversion(pair: FieldPair) -> Conversion:
    chosen = conversion(pair.local.type, pair.remote.type, pair.transform)
    if chosen is None:
        raise _cannot_convert(pair)
    return chosen


def _cannot_convert(pair: FieldPair) -> BadInput:
    about = {"field": pair.local.label or pair.local.key, "remote": pair.remote.label}
    return BadInput("raccord.mapping.cannot_convert", about, at=pair.local.key)


def _same_number(remote: RemoteField, sent: Decimal | int, seen: Decimal | int) -> bool:
    """Equal up to the field's scale, whichever way the other side rounds."""
    if sent == seen:
        return True
    if remote.scale is None or isinstance(sent, bool) or isinstance(seen, bool):
        return False
    return any(
        _rounded(Decimal(sent), remote.scale, rounding) == seen
        for rounding in (ROUND_HALF_UP, ROUND_HALF_EVEN, ROUND_DOWN)
    )


def _rounded(number: Decimal, places: int, rounding: str) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-places), rounding=rounding, context=_EXACT)


def _text(remote: RemoteField, value: str) -> str | None:
    form = normal_text(value)
    return normal_text(form.casefold()) if form and _ignores_case(remote) else form


def _ignores_case(remote: RemoteField) -> bool:
    if remote.type in (RemoteType.PICKLIST, RemoteType.MULTIPICKLIST):
        return remote.restricted
    return remote.lowercased or remote.type is RemoteType.EMAIL


def _is_cut(remote: RemoteField, whole: Value, seen: Value) -> bool:
    """Whether a field that keeps only its `max_length` characters would show `whole` so."""
    if not (isinstance(whole, str) and isinstance(seen, str)):
        return False
    longest = remote.max_length
    return longest is not None and len(whole) > longest and whole[:longest].strip() == seen
