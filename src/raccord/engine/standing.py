"""How a field stands between the two sides, as far as is known without asking. Pure.

For people who wonder whether both sides hold the same, and if not, why; `merge` is what decides.
"""

from __future__ import annotations

from enum import StrEnum

from raccord.engine.consent import reading
from raccord.engine.mapping import pair_equal, refusal
from raccord.engine.merge import valid
from raccord.engine.records import BaseEntry, Direction, FieldPair, FieldType, Value
from raccord.engine.values import equal


class Standing(StrEnum):
    """SAME: both hold the same. NOT_COMPARED: nobody has looked at the pair of fields yet.

    TO_SEND: ours was changed since the two last agreed. NOT_TAKEN, NOT_SENT: they differ, and the
    direction leaves it so. REWRITTEN: they differ, neither side changed it since, and that holds:
    what was sent was cut or rewritten over there. UNFIT: the two types do not convert any more.
    """

    SAME = "same"
    NOT_COMPARED = "not_compared"
    TO_SEND = "to_send"
    NOT_TAKEN = "not_taken"
    NOT_SENT = "not_sent"
    REWRITTEN = "rewritten"
    UNFIT = "unfit"


def standing(pair: FieldPair, *, ours: Value, base: BaseEntry | None) -> Standing:
    """Where our present value stands to what both sides held when they last belonged together."""
    if refusal(pair) is not None:
        return Standing.UNFIT
    entry = valid(pair, base)
    if entry is None:
        return Standing.NOT_COMPARED
    if _same(pair, ours, entry):
        return Standing.SAME
    if pair.direction is Direction.INBOUND:
        return Standing.NOT_SENT
    if not equal(pair.local.type, ours, entry.ours):
        return Standing.TO_SEND
    return Standing.NOT_TAKEN if pair.direction is Direction.OUTBOUND else Standing.REWRITTEN


def _same(pair: FieldPair, ours: Value, entry: BaseEntry) -> bool:
    if pair.local.type is FieldType.CONSENT and ours == reading(pair, entry.theirs, base=entry):
        return True
    return pair_equal(pair, ours, entry.theirs)
