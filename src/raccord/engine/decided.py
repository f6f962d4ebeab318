"""What a person's answer to a conflict makes of the base, so that the merge does the rest.

A decision writes nothing to the other side itself: it says what the two sides are now known to
have held together, and the next look finds that only one of them has changed since.
"""

from __future__ import annotations

from raccord.engine.errors import BadInput
from raccord.engine.mapping import inward
from raccord.engine.merge import MergeContext, merge
from raccord.engine.records import BaseEntry, FieldPair, FieldType, Value


def only_ours_changed(
    pair: FieldPair, *, before: Value, ours: Value, theirs: Value, base: BaseEntry | None
) -> BaseEntry:
    """The entry under which their value is known and `ours` is what a person chose after it.

    before: what we held until then. base: the entry so far. Where their value could be ours, it
    counts as what both held; else what we held in the base, or nothing.
    """
    if pair.local.type is FieldType.CONSENT:
        return BaseEntry(before, theirs, pair.fingerprint)
    entries = [BaseEntry(held, theirs, pair.fingerprint) for held in _held(pair, theirs, base)]
    return next((each for each in entries if _speaks(pair, ours, theirs, each)), entries[0])


def _held(pair: FieldPair, theirs: Value, base: BaseEntry | None) -> list[Value]:
    """What we may have held when theirs was seen, the most natural first."""
    held: list[Value] = [base.ours] if base is not None else []
    try:
        return [inward(pair, theirs), *held, None]
    except BadInput:
        return [*held, None]


def _speaks(pair: FieldPair, ours: Value, theirs: Value, entry: BaseEntry) -> bool:
    """Whether the merge would see our value as changed since that entry."""
    verdict = merge(pair, ours=ours, theirs=theirs, base=entry, context=MergeContext())
    return verdict.row != "neither_changed"
