"""The rows of one object: by id, by indexed value, and in the order of their last change.

A row is a dict that is never changed in place: an update puts a new one. So a reader may keep a
row without copying it, and a transaction rolls back by putting the old one again. Values that are
null are absent. The recycle bin is a second dict: what is deleted costs nothing to the living.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from salesforce_simulator.index import ValueIndex
from salesforce_simulator.schema.sobject import SObjectType

Row = dict[str, Any]


class Store:
    """Rows of one object type. The caller holds the org's lock."""

    def __init__(self, kind: SObjectType) -> None:
        self.kind = kind
        self._live: dict[str, Row] = {}
        self._deleted: dict[str, Row] = {}
        self.last_serial = 0
        # Ids of records that were erased from the bin, with the stamp of their deletion.
        self.delete_log: dict[str, str] = {}
        # Ids in the order of their last change: a poll reads the tail, not the table.
        self._by_change: dict[str, None] = {}
        self._latest_stamp = ""
        self._stamps_ascend = True
        self._indexes: dict[str, ValueIndex] = {}
        self.set_kind(kind)

    @property
    def live(self) -> Mapping[str, Row]:
        """The rows that are not deleted, by id."""
        return self._live

    @property
    def deleted(self) -> Mapping[str, Row]:
        """The rows in the recycle bin, by id, the first deleted first."""
        return self._deleted

    def set_kind(self, kind: SObjectType) -> None:
        """Take a changed type: give old rows its check boxes, build the indexes anew."""
        self.kind = kind
        boxes = [
            each.name
            for each in kind.fields
            if each.custom and each.type == "boolean" and each.formula is None
        ]
        self._indexes = {each.name: ValueIndex(each) for each in kind.fields if each.is_indexed}
        for row in self.rows(deleted=True):
            for name in boxes:
                row.setdefault(name, False)
        for row in self.live.values():
            self._index(row)

    def forget_field(self, name: str) -> None:
        """Drop a field's values from every row, the type's own definition left aside."""
        for rows in (self._live, self._deleted):
            for record_id, row in rows.items():
                if name in row:
                    rows[record_id] = {key: value for key, value in row.items() if key != name}

    def get(self, record_id: str) -> Row | None:
        """Return a row, deleted or not."""
        return self.live.get(record_id) or self.deleted.get(record_id)

    def put(self, row: Row) -> Row | None:
        """Store a row under its Id, in the bin when it is deleted. Return the one it replaces."""
        record_id: str = row["Id"]
        old = self.remove(record_id)
        if row["IsDeleted"]:
            self._deleted[record_id] = row
        else:
            self._live[record_id] = row
            self._index(row)
        self._by_change[record_id] = None
        stamp: str = row["SystemModstamp"]
        self._stamps_ascend = self._stamps_ascend and stamp >= self._latest_stamp
        self._latest_stamp = stamp
        return old

    def remove(self, record_id: str) -> Row | None:
        """Forget a row altogether and return it."""
        self._by_change.pop(record_id, None)
        old = self._live.pop(record_id, None)
        if old is None:
            return self._deleted.pop(record_id, None)
        for name, index in self._indexes.items():
            value = old.get(name)
            if value is not None:
                index.drop(value, record_id)
        return old

    def erase(self, record_id: str) -> str | None:
        """Remove a deleted row for good, log it, and return when it was deleted."""
        old = self.remove(record_id)
        if old is None:
            return None
        self.delete_log[record_id] = stamp = str(old["SystemModstamp"])
        return stamp

    def has_index(self, name: str) -> bool:
        return name in self._indexes

    def ids_with(self, name: str, value: Any) -> tuple[str, ...]:
        """Return the ids of living rows whose indexed field holds a value."""
        return self._indexes[name].find(value)

    def changed_since(self, stamp: str, *, deleted: bool) -> Iterator[Row]:
        """Yield rows with SystemModstamp >= stamp, the last changed first."""
        if not self._stamps_ascend:
            # A transaction that committed late, or a clock that was set back.
            self.reorder()
        for record_id in reversed(self._by_change):
            row = self._live.get(record_id)
            if row is None:
                if not deleted:
                    continue
                row = self._deleted[record_id]
            if row["SystemModstamp"] >= stamp:
                yield row
            else:
                return

    def reorder(self) -> None:
        """Sort by last change again, after older rows were put behind newer ones."""
        ordered = sorted(self.rows(deleted=True), key=lambda row: str(row["SystemModstamp"]))
        self._by_change = {row["Id"]: None for row in ordered}
        self._latest_stamp = ordered[-1]["SystemModstamp"] if ordered else ""
        self._stamps_ascend = True

    def in_change_order(self) -> Iterator[Row]:
        """Yield every row, deleted ones too, the first changed first."""
        for record_id in self._by_change:
            yield self.live.get(record_id) or self.deleted[record_id]

    def newest_first(self) -> Iterator[Row]:
        """Yield every row, deleted ones too, the last changed first."""
        for record_id in reversed(self._by_change):
            yield self.live.get(record_id) or self.deleted[record_id]

    def rows(self, *, deleted: bool) -> Iterator[Row]:
        yield from self.live.values()
        if deleted:
            yield from self.deleted.values()

    def _index(self, row: Row) -> None:
        for name, index in self._indexes.items():
            value = row.get(name)
            if value is not None:
                index.add(value, row["Id"])
