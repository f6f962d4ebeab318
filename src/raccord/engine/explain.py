"""What became of values that departed, read off a later view.

A write may have been taken as it was, cut or rewritten, never have arrived, or been followed by
an edit over there. Which of these it was decides what the merge compares with; so this comes
before `merge`, whenever a link still holds `sent` values. Called by `plan`.
"""

from __future__ import annotations

from dataclasses import dataclass

from raccord.engine.choices import carried
from raccord.engine.errors import BadInput
from raccord.engine.mapping import alike, inward, outward, remote_normal
from raccord.engine.merge import valid
from raccord.engine.records import BaseEntry, FieldPair, Record, TransferSpec, Value, Values
from raccord.engine.transforms import ABSENT, Absent


@dataclass(frozen=True, slots=True)
class Explanation:
    """What became of a sent value. base: the new entry, None leaves it as it is."""

    row: str
    base: BaseEntry | None = None


def explain_sent(
    pair: FieldPair,
    *,
    sent: Value,
    seen: Value,
    base: BaseEntry | None,
    before: Value | Absent = ABSENT,
    by_us: bool = False,
) -> Explanation:
    """Say what a view shows of a value that departed.

    seen: what the remote field holds now. by_us: its record was last modified by our own user.
    before: what it showed at departure, ABSENT once that departure is settled.
    """
    entry = valid(pair, base)
    if alike(pair.remote, sent, seen):
        return Explanation("taken", _sent_entry(pair, sent, seen, entry))
    if _not_arrived(pair, sent, seen, entry, before):
        return Explanation("not_arrived")
    if _differs_in_case_only(pair, sent, seen):
        return Explanation("taken", _sent_entry(pair, sent, seen, entry))
    if by_us:
        return Explanation("rewritten", _sent_entry(pair, sent, seen, entry))
    return Explanation("changed_there")


def arrived(transfer: TransferSpec, *, sent: Values, before: Values, view: Record) -> bool:
    """Whether the view proves that unanswered writes took effect, so that no call is open.

    It does if it shows everything that was sent, something of which was not there before, and our
    own user wrote last. Everything, because two writes may be open at once; our own user, because
    a person who ticked the same box would hide a call that may still come. An answer "no" proves
    nothing, and whoever edits one of the fields meanwhile only makes us wait.
    """
    if transfer.own_user and view.modified_by != transfer.own_user:
        return False
    shown = [
        (
            alike(pair.remote, sent[name], view.values[name]),
            alike(pair.remote, before.get(name), view.values[name]),
        )
        for pair in transfer.pairs
        if (name := pair.remote.name) in sent and name in view.values
    ]
    return all(now for now, _ in shown) and any(not earlier for _, earlier in shown)


def _sent_entry(
    pair: FieldPair, sent: Value, seen: Value, entry: BaseEntry | None
) -> BaseEntry | None:
    """(what of ours was sent, what they made of it)."""
    if entry is not None:
        known = outward(pair, entry.ours)
        if known is not ABSENT and alike(pair.remote, known, carried(pair, sent)):
            return BaseEntry(entry.ours, seen, pair.fingerprint)
    try:
        return BaseEntry(inward(pair, sent), seen, pair.fingerprint)
    except BadInput:
        return None


def _not_arrived(
    pair: FieldPair,
    sent: Value,
    seen: Value,
    entry: BaseEntry | None,
    before: Value | Absent,
) -> bool:
    """Whether the field still shows what it did before. A settled entry holds `sent` itself."""
    if before is not ABSENT and (
        remote_normal(pair.remote, before) == remote_normal(pair.remote, seen)
    ):
        return True
    if entry is None or alike(pair.remote, entry.theirs, sent):
        return False
    return alike(pair.remote, entry.theirs, seen)


def _differs_in_case_only(pair: FieldPair, sent: Value, seen: Value) -> bool:
    a, b = remote_normal(pair.remote, sent), remote_normal(pair.remote, seen)
    return isinstance(a, str) and isinstance(b, str) and a.casefold() == b.casefold()
