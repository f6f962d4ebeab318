"""Find the counterpart of a contact that has none yet: matched, new, or ambiguous.

Our external id decides if anything carries it; then the match fields decide, in their order. The
first of these levels at which anything is found is the last that is looked at, and two different
records there are one too many: we refuse to guess. Called by `plan` with what the look-ups found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from raccord.engine.mapping import outward
from raccord.engine.records import FieldPair, Record, TransferSpec, Value, Values
from raccord.engine.transforms import ABSENT
from raccord.engine.values import normal_text


@dataclass(frozen=True, slots=True)
class Match:
    """The counterpart, or several that could be it, or neither: then the contact is new there.

    by: the remote field that decided, "" if none did.
    """

    record: Record | None = None
    ambiguous: tuple[Record, ...] = ()
    by: str = ""


def match(
    transfer: TransferSpec, *, external_id: str, local: Values, candidates: Sequence[Record]
) -> Match:
    """Decide between the candidates. Deleted or converted ones, and other objects', are none."""
    living = {
        record.id: record
        for record in candidates
        if not (record.deleted or record.converted_into) and record.object == transfer.object
    }
    for field, wanted in _levels(transfer, external_id, local):
        found = [record for record in living.values() if _form(record.values.get(field)) == wanted]
        if len(found) == 1:
            return Match(record=found[0], by=field)
        if found:
            return Match(ambiguous=tuple(sorted(found, key=lambda record: record.id)), by=field)
    return Match()


def wanted_value(transfer: TransferSpec, field: str, *, local_key: str, local: Values) -> str:
    """What to look up in the remote `field` for this contact; "" if there is nothing to look up."""
    value: Value = local.get(local_key)
    if value is None:
        return ""
    pair = _pair(transfer, field, local_key)
    sent = value if pair is None else outward(pair, value)
    return "" if sent is None or sent is ABSENT else str(sent).strip()


def _levels(transfer: TransferSpec, external_id: str, local: Values) -> Iterator[tuple[str, str]]:
    """Per level the remote field, and the form that a counterpart shows in it."""
    if transfer.external_id_field and external_id:
        yield transfer.external_id_field, _form(external_id)
    for field, local_key in transfer.match_fields:
        wanted = _form(wanted_value(transfer, field, local_key=local_key, local=local))
        if wanted:
            yield field, wanted


def _pair(transfer: TransferSpec, field: str, local_key: str) -> FieldPair | None:
    for pair in transfer.pairs:
        if pair.local.key == local_key and pair.remote.name == field:
            return pair
    return None


def _form(value: Value) -> str:
    """Look-ups ignore case over there, so the comparison of what they found does too."""
    form = None if value is None else normal_text(value)
    return form.casefold() if form else ""
