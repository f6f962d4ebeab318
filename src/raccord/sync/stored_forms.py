"""From jsonb columns to values and back, for one data transfer; json is parsed once per row.

Most fields are text and come out of JSON as they are, so only the others are touched.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from raccord.engine.records import (
    BaseEntry,
    FieldSpec,
    FieldType,
    TransferSpec,
    Value,
    Values,
)
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.values import from_json, to_json

_NATIVE_LOCAL = {
    FieldType.TEXT,
    FieldType.LONG_TEXT,
    FieldType.INTEGER,
    FieldType.BOOLEAN,
    FieldType.EMAIL,
    FieldType.PHONE,
    FieldType.URL,
    FieldType.CHOICE,
    FieldType.CONSENT,
}
_CONVERTED_REMOTE = {
    RemoteType.DECIMAL,
    RemoteType.DATE,
    RemoteType.DATETIME,
    RemoteType.MULTIPICKLIST,
}

Restore = Callable[[object], Value]


class StoredForms:
    """Decodes and encodes what the database holds about the pairs of one transfer."""

    def __init__(self, spec: TransferSpec) -> None:
        self._ours = {
            pair.local.key: _local_restore(pair.local)
            for pair in spec.pairs
            if pair.local.type not in _NATIVE_LOCAL
        }
        self._theirs = {
            pair.remote.name: _remote_restore(pair.remote)
            for pair in spec.pairs
            if pair.remote.type in _CONVERTED_REMOTE
        }
        self._of_pair = {
            pair.local.key: (
                self._ours.get(pair.local.key),
                self._theirs.get(pair.remote.name),
            )
            for pair in spec.pairs
        }

    def contact_values(self, text: str) -> Values:
        """A contact's stored values."""
        return _restored(orjson.loads(text), self._ours)

    def sent(self, text: str | None) -> Values | None:
        """What departed, by remote field name; None when nothing is unexplained."""
        return None if text is None else _restored(orjson.loads(text), self._theirs)

    def base(self, text: str) -> Mapping[str, BaseEntry]:
        """The base entries of the fields that are still mapped."""
        if text == "{}":
            return {}
        of_pair = self._of_pair
        entries = orjson.loads(text).items()
        return {key: _entry(entry, *of_pair[key]) for key, entry in entries if key in of_pair}


def _entry(
    entry: list[Any], restore_ours: Restore | None, restore_theirs: Restore | None
) -> BaseEntry:
    ours, theirs, fingerprint = entry if len(entry) == 3 else (entry[0], *entry)
    if restore_ours and ours is not None:
        ours = restore_ours(ours)
    if restore_theirs and theirs is not None:
        theirs = restore_theirs(theirs)
    return BaseEntry(ours, theirs, fingerprint)


def dump_values(values: Values) -> dict[str, object]:
    """Values ready for JSON."""
    return {name: value if type(value) is str else to_json(value) for name, value in values.items()}


def dump_base(entries: Mapping[str, BaseEntry]) -> dict[str, list[object]]:
    """Base entries ready for JSON: what the other side holds is left out where it is equal."""
    dumped: dict[str, list[object]] = {}
    for key, entry in entries.items():
        if entry.ours is entry.theirs:  # most text: no need to convert it twice and compare
            dumped[key] = [to_json(entry.ours), entry.fingerprint]
            continue
        ours, theirs = to_json(entry.ours), to_json(entry.theirs)
        same = ours == theirs and type(ours) is type(theirs)
        dumped[key] = [ours, entry.fingerprint] if same else [ours, theirs, entry.fingerprint]
    return dumped


def _restored(stored: dict[str, Any], restorers: Mapping[str, Restore]) -> dict[str, Value]:
    for key, restore in restorers.items():
        if stored.get(key) is not None:
            stored[key] = restore(stored[key])
    return stored


def _local_restore(spec: FieldSpec) -> Restore:
    return lambda stored: from_json(spec.type, stored)


def _remote_restore(field: RemoteField) -> Restore:
    return lambda stored: from_json(field.type, stored)
