"""What a cell means, by the options of its import: the plain parsers of the fields, prepared for
dates, numbers and choices as this file writes them.

Only what the options say is understood; everything else is left as it is for the field's own
parser to refuse. Dates as ISO and plain numbers are understood always: workbooks hold those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from functools import partial
from zoneinfo import ZoneInfo

from raccord.contacts.imports.options import DateOrder, DecimalMark, ImportOptions
from raccord.contacts.project_fields import ProjectFields, plain_name
from raccord.engine.records import FieldSpec, FieldType, Value
from raccord.engine.values import Parser

Choices = Mapping[str, Mapping[str, str]]
"""Field key -> everything a choice may be called, in plain form -> its code."""

Spelling = Callable[[str], object]
"""From a cell, without spaces around, to what the field's own parser understands."""

_DATE = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})")
_TIME = re.compile(
    r"[ ,T]+([0-9]{1,2})[:h]([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?(?: ?([ap])\.?m\.?)?", re.I
)
_SPACES = "[ \u00a0\u202f\u2009]"
_GROUPED = rf"[0-9]{{1,3}}(?:(?:%s|{_SPACES}|')[0-9]{{3}})+"
_WITH_POINT = re.compile(rf"([+-]?{_GROUPED % ','})([.][0-9]*)?")
_WITH_COMMA = re.compile(rf"([+-]?(?:{_GROUPED % '[.]'}|[0-9]*))(,[0-9]*)?")
# A workbook's own numbers have a point, whatever people there type into texts.
_WITH_COMMA_IN_WORKBOOK = re.compile(rf"([+-]?(?:{_GROUPED % '(?!)'}|[0-9]*))(,[0-9]*)?")
_NO_DIGIT = re.compile("[^0-9+-]")
_NO_DECIMALS = re.compile(r"[.,]0*$")


def parsers(
    fields: ProjectFields, options: ImportOptions, choices: Choices
) -> Mapping[str, Parser]:
    """For each field that a column goes into, what makes its value of a cell."""
    wanted = [fields.specs[key] for key in options.columns if key and key in fields.specs]
    return {spec.key: _parser(fields, spec, options, choices) for spec in wanted}


def _parser(
    fields: ProjectFields, spec: FieldSpec, options: ImportOptions, choices: Choices
) -> Parser:
    parse = fields.parsers[spec.key]
    spelling = _spelling(spec, options, choices.get(spec.key, {}))
    if spelling is None:
        return parse

    def parse_cell(raw: object) -> Value:
        cell = str(raw).strip()
        return parse(spelling(cell)) if cell else None

    return parse_cell


def _spelling(spec: FieldSpec, options: ImportOptions, names: Mapping[str, str]) -> Spelling | None:
    """What prepares a cell for the field's own parser; None where there is nothing to prepare."""
    order, mark = options.date_order, options.decimal_mark
    workbook = bool(options.sheet)
    spelling: Spelling | None = None
    match spec.type:
        case FieldType.DATE:
            spelling = partial(as_date, order=order)
        case FieldType.DATETIME:
            spelling = partial(as_datetime, order=order, zone=ZoneInfo(options.time_zone or "UTC"))
        case FieldType.INTEGER if mark:
            spelling = partial(as_integer, mark=mark, workbook=workbook)
        case FieldType.DECIMAL if mark:
            spelling = partial(as_number, mark=mark, workbook=workbook)
        case FieldType.CHOICE if names:
            spelling = partial(_chosen, spec=spec, names=names)
        case FieldType.MULTIPLE_CHOICE if names:
            spelling = partial(_all_chosen, spec=spec, names=names)
    return spelling


def as_date(cell: str, *, order: DateOrder) -> object:
    """The date that is written in this order, or the cell if it is none."""
    if len(cell) == 10 and cell[4] == cell[7] == "-":
        return cell
    found = _date(cell, order)
    if found is None:
        return cell
    rest = cell[found[1] :]
    return found[0] if not rest or _time(rest) == time() else cell


def as_datetime(cell: str, *, order: DateOrder, zone: ZoneInfo) -> object:
    """The moment, in this zone if the cell names none; or the cell if it is none."""
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        found = _date(cell, order)
        clock = _time(cell[found[1] :]) if found else None
        if not found or clock is None:
            return cell
        moment = datetime.combine(found[0], clock)
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def as_number(cell: str, *, mark: DecimalMark, workbook: bool = False) -> str:
    """The number without groups and with a point, or the cell if it is none with this mark."""
    with_comma = _WITH_COMMA_IN_WORKBOOK if workbook else _WITH_COMMA
    found = (with_comma if mark is DecimalMark.COMMA else _WITH_POINT).fullmatch(cell)
    if not found:
        return cell
    whole, decimals = found.groups()
    if not whole.strip("+-") and not (decimals or "").strip(",."):
        return cell
    return _NO_DIGIT.sub("", whole) + (decimals or "").replace(",", ".")


def as_integer(cell: str, *, mark: DecimalMark, workbook: bool = False) -> str:
    """The same for a number without decimals, or with nothing but zeros there."""
    return _NO_DECIMALS.sub("", as_number(cell, mark=mark, workbook=workbook))


def _date(cell: str, order: DateOrder) -> tuple[date, int] | None:
    """(date, where it ends in the cell). Years have four digits: two leave the century open."""
    found = _DATE.match(cell)
    if not found:
        return None
    first, _, second, third = found.groups()
    if len(first) == 4:
        year, month, day = first, second, third
    elif order is DateOrder.DAY_FIRST:
        day, month, year = first, second, third
    elif order is DateOrder.MONTH_FIRST:
        month, day, year = first, second, third
    else:
        return None
    if len(year) != 4 or len(day) > 2 or len(month) > 2:
        return None
    try:
        return date(int(year), int(month), int(day)), found.end()
    except ValueError:
        return None


def _time(rest: str) -> time | None:
    """What follows a date: midnight if nothing, None if it is no time."""
    if not rest:
        return time()
    found = _TIME.fullmatch(rest)
    if not found:
        return None
    hour, minute, second, half = found.groups()
    hours = int(hour)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half in "pP" else 0)
    try:
        return time(hours, int(minute), int(second or 0))
    except ValueError:
        return None


def _chosen(cell: str, *, spec: FieldSpec, names: Mapping[str, str]) -> str:
    """The choice's code; a code as it is written goes before any label."""
    return cell if cell in spec.choices else names.get(plain_name(cell), cell)


def _all_chosen(cell: str, *, spec: FieldSpec, names: Mapping[str, str]) -> str | tuple[str, ...]:
    """Codes of all the choices in the cell, which semicolons separate."""
    if (whole := _chosen(cell, spec=spec, names=names)) in spec.choices:
        return (whole,)
    return tuple(
        _chosen(part.strip(), spec=spec, names=names) for part in cell.split(";") if part.strip()
    )
