"""What stands in the cells of one contact: pure, and the same for every kind of file.

A cell is a Python value as a person would read it: text, a number, a day, or a moment in the
reader's time zone (without its offset: `csv_rows.py` adds it where a file can hold it).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from raccord.contacts.exports.columns import ID, WHY, Column
from raccord.contacts.exports.options import Wording
from raccord.contacts.lists.query import CHANGED, CREATED
from raccord.contacts.project_fields import plain_name
from raccord.engine.records import FieldSpec, FieldType, Value
from raccord.engine.values import Stored, from_json

Cell = str | int | Decimal | date | datetime | None
"""A datetime is aware, in the reader's time zone."""

ChoiceNames = Mapping[str, Mapping[str, str]]
"""Field key -> what a choice may be called, in plain form -> its code."""


@dataclass(frozen=True, slots=True)
class Row:
    """What is read of one contact. addresses: data transfer -> where its counterpart is found.
    refusals: data transfer -> why it was refused there."""

    uid: str
    values: Mapping[str, Stored]
    created_at: datetime
    changed_at: datetime
    addresses: Mapping[int, str]
    refusals: Mapping[int, str] = field(default_factory=dict)


def reader(
    columns: Sequence[Column],
    *,
    wording: Wording,
    choice_names: ChoiceNames,
    zone: ZoneInfo,
) -> Callable[[Row], list[Cell]]:
    """A function from a contact to its cells; what depends on the column is done beforehand."""
    read = [_reader(column, wording, choice_names, zone) for column in columns]

    def cells(row: Row) -> list[Cell]:
        return [cell(row) for cell in read]

    return cells


def _reader(
    column: Column, wording: Wording, choice_names: ChoiceNames, zone: ZoneInfo
) -> Callable[[Row], Cell]:
    if column.transfer is not None:
        transfer = column.transfer
        if column.name.startswith(WHY):
            return lambda row: row.refusals.get(transfer)
        return lambda row: row.addresses.get(transfer)
    if column.spec is None:
        special: dict[str, Callable[[Row], Cell]] = {
            ID: lambda row: row.uid,
            CREATED: lambda row: row.created_at.astimezone(zone),
            CHANGED: lambda row: row.changed_at.astimezone(zone),
        }
        return special[column.name]
    key, spec = column.name, column.spec
    shown = _shown(spec, wording, choice_names.get(key, {}), zone)

    def cell(row: Row) -> Cell:
        stored = row.values.get(key)
        return None if stored is None else shown(from_json(spec.type, stored))

    return cell


def _shown(
    spec: FieldSpec, wording: Wording, choice_names: Mapping[str, str], zone: ZoneInfo
) -> Callable[[Any], Cell]:
    """How a value of this field, which is not empty, is written."""
    match spec.type:
        case FieldType.BOOLEAN | FieldType.CONSENT:
            words = (_("Yes"), _("No")) if wording is Wording.LABELS else ("yes", "no")
            return lambda value: words[0] if value in (True, "yes") else words[1]
        case FieldType.CHOICE:
            named = _names_of_choices(spec, wording, choice_names)
            return lambda value: named.get(value, value)
        case FieldType.MULTIPLE_CHOICE:
            several = _names_of_choices(spec, wording, choice_names)
            return lambda value: _joined(value, several)
        case FieldType.DATETIME:
            return lambda value: value.astimezone(zone)
        case _:
            return lambda value: value


def _names_of_choices(
    spec: FieldSpec, wording: Wording, choice_names: Mapping[str, str]
) -> dict[str, str]:
    """Code -> its label, where an import would find the code again by that."""
    if wording is Wording.KEYS:
        return {}
    labels = {code: spec.choice_label(code) for code in spec.choices}
    return {
        code: label
        for code, label in labels.items()
        if choice_names.get(plain_name(label)) == code and ";" not in label
    }


def _joined(value: Value, named: Mapping[str, str]) -> str:
    choices = value if isinstance(value, tuple) else (str(value),)
    return ";".join(named.get(choice, choice) for choice in choices)
