"""Functions of a field: parts of dates, labels, formatted text, distances.

Each becomes a field of its own, so that conditions, groups and order treat it as one.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent

from salesforce_simulator.clock import from_stamp
from salesforce_simulator.schema import Field
from salesforce_simulator.soql.asker import Asker
from salesforce_simulator.soql.distance import distance
from salesforce_simulator.soql.expression_parser import AGGREGATES
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import Expression, FunctionCall, Path
from salesforce_simulator.store import Row

_CURRENCY = "USD"


def resolve(names: Names, expression: Expression) -> Found:
    """Return what an expression reads from a row. ApiError where it makes no sense."""
    if isinstance(expression, Path):
        return names.find(expression)
    function = expression.function
    if function == "DISTANCE":
        return distance(names, expression)
    if function in DATE_PARTS:
        return _date_part(names, expression)
    if function in {"TOLABEL", "FORMAT", "CONVERTCURRENCY"}:
        return _shown(names, expression)
    if function in AGGREGATES or function == "GROUPING":
        message = f"{function} is allowed in grouped queries only, and not in their WHERE"
        raise names.refuse("MALFORMED_QUERY", expression.position, message)
    message = f"{function} cannot stand here"
    raise names.refuse("MALFORMED_QUERY", expression.position, message)


def is_shown_only(expression: Expression) -> bool:
    """Whether it changes how a value is shown and not what is grouped: toLabel() and its kin."""
    shown = {"TOLABEL", "FORMAT", "CONVERTCURRENCY", "DISTANCE"}
    return isinstance(expression, FunctionCall) and expression.function in shown


def _date_part(names: Names, call: FunctionCall) -> Found:
    inner, in_zone = _zoned(call)
    found = _only_field(names, call, inner)
    types = {"datetime"} if call.function in {"DAY_ONLY", "HOUR_IN_DAY"} else {"date", "datetime"}
    if found.field.type not in types or (in_zone and found.field.type != "datetime"):
        message = f"invalid function on {found.field.type} field: {found.field.name}"
        raise names.refuse("INVALID_FIELD", call.position, message)
    part, who = DATE_PARTS[call.function], names.asker
    read_value = _moment_in_zone(who) if in_zone else _moment
    kind = "date" if call.function == "DAY_ONLY" else "int"

    def made(value: str) -> Any:
        return part(read_value(value), who)

    label = f"{call.function}({'convertTimezone(' if in_zone else ''}{found.field.name})"
    field = Field(
        name=label, label=label, type=kind, filterable=True, sortable=True, groupable=True
    )
    return _made(found, field, made, key=f"{label} of {found.key}")


def _zoned(call: FunctionCall) -> tuple[FunctionCall, bool]:
    inner = call.arguments[0]
    if isinstance(inner, FunctionCall) and inner.function == "CONVERTTIMEZONE":
        return inner, True
    return call, False


def _shown(names: Names, call: FunctionCall) -> Found:
    inner = call.arguments[0]
    if isinstance(inner, FunctionCall) and inner.function in {"CONVERTCURRENCY", "CONVERTTIMEZONE"}:
        found = _only_field(names, call, inner)
    else:
        found = _only_field(names, call, call)
    key = f"{call.function} of {found.key}"
    if call.function == "FORMAT":
        return _made(found, found.field, formatter(found.field, names.asker), key=key)
    if call.function == "CONVERTCURRENCY" and found.field.type != "currency":
        message = f"convertCurrency is allowed on currency fields only: {found.field.name}"
        raise names.refuse("INVALID_FIELD", call.position, message)
    # Values of picklists are their labels here, and the org has one currency.
    return _made(found, found.field, lambda value: value, key=key)


def _only_field(names: Names, call: FunctionCall, inner: FunctionCall) -> Found:
    if len(inner.arguments) == 1 and isinstance(inner.arguments[0], Path):
        return names.find(inner.arguments[0])
    message = f"{call.function} takes one field"
    raise names.refuse("MALFORMED_QUERY", call.position, message)


def _made(found: Found, field: Field, make: Callable[[Any], Any], *, key: str) -> Found:
    def after(read: Callable[[Row], Any]) -> Callable[[Row], Any]:
        def read_made(row: Row) -> Any:
            value = read(row)
            return make(value) if value is not None else None

        return read_made

    return replace(
        found, field=field, read=after(found.read), read_here=after(found.read_here), key=key
    )


def _moment(value: str) -> datetime:
    return from_stamp(value) if "T" in value else datetime.fromisoformat(value)


def _moment_in_zone(who: Asker) -> Callable[[str], datetime]:
    return lambda value: from_stamp(value).astimezone(who.now.tzinfo)


def _fiscal(moment: date, who: Asker) -> tuple[int, int]:
    """Return the fiscal year, named by the year it ends in, and the month in it from 0."""
    month = (moment.month - who.fiscal_month) % 12
    ends_later = who.fiscal_month > 1 and moment.month >= who.fiscal_month
    return moment.year + ends_later, month


DATE_PARTS: dict[str, Callable[[datetime, Asker], Any]] = {
    "CALENDAR_MONTH": lambda at, _: at.month,
    "CALENDAR_QUARTER": lambda at, _: (at.month + 2) // 3,
    "CALENDAR_YEAR": lambda at, _: at.year,
    "DAY_IN_MONTH": lambda at, _: at.day,
    "DAY_IN_WEEK": lambda at, _: at.isoweekday() % 7 + 1,
    "DAY_IN_YEAR": lambda at, _: at.timetuple().tm_yday,
    "DAY_ONLY": lambda at, _: at.date().isoformat(),
    "FISCAL_MONTH": lambda at, who: _fiscal(at, who)[1] + 1,
    "FISCAL_QUARTER": lambda at, who: _fiscal(at, who)[1] // 3 + 1,
    "FISCAL_YEAR": lambda at, who: _fiscal(at, who)[0],
    "HOUR_IN_DAY": lambda at, _: at.hour,
    "WEEK_IN_MONTH": lambda at, _: (at.day + 6) // 7,
    "WEEK_IN_YEAR": lambda at, _: (at.timetuple().tm_yday + 6) // 7,
}


def formatter(field: Field, who: Asker) -> Callable[[Any], str]:
    """Return the function that shows a value as the asker's locale has it."""
    locale = who.locale
    forms: dict[str, Callable[[Any], str]] = {
        "date": lambda value: format_date(date.fromisoformat(value), "short", locale=locale),
        "datetime": lambda value: format_datetime(
            _moment_in_zone(who)(value), "short", locale=locale
        ),
        "currency": lambda value: format_currency(value, _CURRENCY, locale=locale),
        "percent": lambda value: format_percent(value / 100, locale=locale),
        "int": lambda value: format_decimal(value, locale=locale),
        "double": lambda value: format_decimal(value, locale=locale),
    }
    return forms.get(field.type, str)
