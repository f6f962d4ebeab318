"""Cut writes into the batches that a connector's `push` accepts.

One object and one action per batch; batches come in the order of their first row, and rows in
theirs, so that what is urgent stays in front. No remote record occurs twice in a batch, because
there is no saying which of its two rows would win. Called by the send step of the flow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raccord.engine.records import Action, Write


@dataclass(slots=True)
class _Open:
    """The batch of one object and action that still takes rows, and the records in it."""

    rows: list[Write] = field(default_factory=list)
    remote_ids: set[str] = field(default_factory=set)

    def takes(self, write: Write, *, rows_per_write: int) -> bool:
        return len(self.rows) < rows_per_write and write.remote_id not in self.remote_ids

    def add(self, write: Write) -> None:
        self.rows.append(write)
        if write.remote_id is not None:
            self.remote_ids.add(write.remote_id)


def batches(writes: Sequence[Write], *, rows_per_write: int) -> list[tuple[Write, ...]]:
    """The writes, each in exactly one batch of at most `rows_per_write` rows."""
    if rows_per_write < 1:
        raise ValueError("a batch holds at least one row")
    made: list[_Open] = []
    open_ones: dict[tuple[str, Action], _Open] = {}
    for write in writes:
        kind = (write.object, write.action)
        batch = open_ones.get(kind)
        if batch is None or not batch.takes(write, rows_per_write=rows_per_write):
            batch = open_ones[kind] = _Open()
            made.append(batch)
        batch.add(write)
    return [tuple(batch.rows) for batch in made]
