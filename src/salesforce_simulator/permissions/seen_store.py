"""The rows of one object as one user sees them: fewer rows, fewer fields, the same questions."""

from collections.abc import Iterator, Mapping
from typing import Any

from salesforce_simulator.permissions.sharing import Sees
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.store import Row, Store


class SeenRows(Mapping[str, Row]):
    """Rows by id, those alone that pass the test."""

    def __init__(self, rows: Mapping[str, Row], sees: Sees) -> None:
        self._rows = rows
        self._sees = sees

    def __getitem__(self, record_id: str) -> Row:
        row = self._rows[record_id]
        if not self._sees(row):
            raise KeyError(record_id)
        return row

    def __iter__(self) -> Iterator[str]:
        return (record_id for record_id, row in self._rows.items() if self._sees(row))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class SeenStore(Store):
    """Reads a store through a user's eyes. It is for reading: transactions write to the store."""

    def __init__(self, store: Store, kind: SObjectType, sees: Sees | None) -> None:
        self._store = store
        self._sees = sees
        self.kind = kind

    @property
    def live(self) -> Mapping[str, Row]:
        return self._seen(self._store.live)

    @property
    def deleted(self) -> Mapping[str, Row]:
        return self._seen(self._store.deleted)

    @property
    def delete_log(self) -> dict[str, str]:  # type: ignore[override]
        # Whose record it was is gone with the record: only who sees all of them is told.
        return self._store.delete_log if self._sees is None else {}

    def put(self, row: Row) -> Row | None:
        raise TypeError("a view of a store is for reading")

    def remove(self, record_id: str) -> Row | None:
        raise TypeError("a view of a store is for reading")

    def has_index(self, name: str) -> bool:
        return self.kind.field(name) is not None and self._store.has_index(name)

    def ids_with(self, name: str, value: Any) -> tuple[str, ...]:
        found = self._store.ids_with(name, value)
        live = self.live
        return found if self._sees is None else tuple(each for each in found if each in live)

    def changed_since(self, stamp: str, *, deleted: bool) -> Iterator[Row]:
        return filter(self._sees, self._store.changed_since(stamp, deleted=deleted))

    def in_change_order(self) -> Iterator[Row]:
        return filter(self._sees, self._store.in_change_order())

    def newest_first(self) -> Iterator[Row]:
        return filter(self._sees, self._store.newest_first())

    def _seen(self, rows: Mapping[str, Row]) -> Mapping[str, Row]:
        return rows if self._sees is None else SeenRows(rows, self._sees)
