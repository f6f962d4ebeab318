"""One value out or in through a field pair, and whether the two sides of a pair agree.

Equality belongs to the *pair of fields*, not to the values: what the other side can only keep cut
to its length, in lower case or to the second, is the same there. See `merge` for what is made of
it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal

from raccord.engine import choices
from raccord.engine.cutting import cut
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldPair, Value
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.transforms import ABSENT, Absent, Conversion, conversion
from raccord.engine.values import equal, normal_text, parser

LONGER_THERE = "raccord.value.longer_there"

_EXACT = Context(prec=100)
# How people and systems set a phone number apart; its digits are what is called.
_PHONE_SIGNS = re.compile(r"[\s().\-/\u2010-\u2013]+")
_PHONE_EXTENSION = re.compile(r"(?:extension|ext\.?|poste|x|#)(?=[0-9]+$)")


def refusal(pair: FieldPair) -> BadInput | None:
    """Why the pair can not be converted any more (a type was changed); None while it can.

    `outward` and `inward` raise it, so whoever walks over pairs asks first.
    """
    chosen = conversion(pair.local.type, pair.remote.type, pair.transform)
    return _cannot_convert(pair) if chosen is None else None


def outward(pair: FieldPair, value: Value) -> Value | Absent:
    """What the remote field should hold for our `value`; None clears it, ABSENT says nothing.

    An empty value is the pair's `when_empty`, where it has one: so both sides agree when theirs
    holds that and ours holds nothing.
    """
    chosen = _conversion(pair)
    if value is None:
        value = pair.when_empty
    if value is None:
        return chosen.empty
    sent = choices.sent(pair, chosen.out(value))
    longest = pair.remote.max_length
    if pair.cut and longest is not None and isinstance(sent, str):
        return cut(sent, longest=longest) or None
    return sent


def unsendable(pair: FieldPair, sent: Value) -> BadInput | None:
    """Why the remote field is known not to take what would be sent; None if nothing is known.

    Said before the call, so that only this field waits and the others go on.
    """
    longest = pair.remote.max_length
    if longest is not None and isinstance(sent, str) and len(sent) > longest:
        about = {"field": pair.local.label or pair.local.key, "remote": pair.remote.label}
        return BadInput(LONGER_THERE, {**about, "limit": str(longest)}, at=pair.local.key)
    return choices.missing_there(pair, sent)


def inward(pair: FieldPair, value: Value) -> Value:
    """What our field should hold for their `value`.

    Raises BadInput when our field can not hold it: it is then held, with that reason; LeftOut
    when the mapping says that it does not come here.
    """
    if value is None:
        return None
    converted = _conversion(pair).back(value)
    if choices.has_table(pair.local.type, pair.remote.type):
        return choices.taken(pair, converted, parse=parser(pair.local))
    places = pair.local.decimal_places
    if places is not None and isinstance(converted, Decimal):
        converted = _rounded(converted, places, ROUND_HALF_UP)
    return parser(pair.local)(converted)


def received(pair: FieldPair, theirs: Value, *, ours: Value) -> Value:
    """What our field, which holds `ours`, should hold for their value. Raises like `inward`."""
    taken = inward(pair, theirs)
    if not pair.value_pairs:
        return taken
    return choices.kept_here(pair, taken, ours=ours, parse=parser(pair.local))


def pair_equal(pair: FieldPair, ours: Value, theirs: Value) -> bool:
    """Whether the two agree: ours, sent, would be theirs; or theirs, taken, would be ours."""
    sent = outward(pair, ours)
    if sent is not ABSENT and alike(pair.remote, sent, choices.carried(pair, theirs)):
        return True
    try:
        return equal(pair.local.type, ours, received(pair, theirs, ours=ours))
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

    The transform is left out on purpose, with the table of values, the cut and the value where
    ours is empty: the entry holds
    what each side *held*, and a changed conversion must not, by itself, move a value.
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
    if form and remote.type is RemoteType.PHONE:
        return _phone(form)
    if form and remote.type is RemoteType.EMAIL:
        form = _one_domain(form)
    return normal_text(form.casefold()) if form and _ignores_case(remote) else form


def _phone(text: str) -> str:
    """The number without what only sets its digits apart; words stay, as does a country code."""
    number = _PHONE_SIGNS.sub("", text.casefold())
    return _PHONE_EXTENSION.sub("x", number) or text


def _one_domain(address: str) -> str:
    """A domain in letters of other scripts is the same in the ASCII form that it has in the DNS."""
    name, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return address
    try:
        return f"{name}@{domain.casefold().encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


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
