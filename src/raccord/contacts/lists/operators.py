"""Which comparisons fit which field, and whether a list asks for something that can be answered.

What a person typed into an address or a filter's form comes through `read` and becomes the stored
form; what was stored earlier (a saved view, a link in an e-mail) is looked at again by `check`,
since fields and choices go their own ways meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from enum import Enum

from raccord.contacts.lists.query import (
    CHANGED,
    CREATED,
    SYNC,
    Condition,
    ListQuery,
    Operator,
    Sort,
    standing,
)
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType
from raccord.engine.values import parse, plain_decimal

MOST_CONDITIONS = 20
MOST_VALUES = 100
LONGEST_VALUE = 255
LONGEST_TEXT = 200
MOST_DAYS = 36_500

_KNOWN = (Operator.EMPTY, Operator.NOT_EMPTY)
_TEXT = (Operator.IS, Operator.IS_NOT, Operator.CONTAINS, Operator.STARTS_WITH, *_KNOWN)
_NUMBER = (Operator.IS, Operator.IS_NOT, Operator.LESS, Operator.MORE, *_KNOWN)
_TIME = (Operator.IS, Operator.BEFORE, Operator.AFTER, Operator.IN_LAST_DAYS)
_ONE_OF = (Operator.IS, Operator.IS_NOT, *_KNOWN)

_OPERATORS: dict[FieldType, tuple[Operator, ...]] = {
    FieldType.TEXT: _TEXT,
    FieldType.LONG_TEXT: (Operator.CONTAINS, Operator.STARTS_WITH, *_KNOWN),
    FieldType.EMAIL: _TEXT,
    FieldType.PHONE: _TEXT,
    FieldType.URL: _TEXT,
    FieldType.INTEGER: _NUMBER,
    FieldType.DECIMAL: _NUMBER,
    FieldType.DATE: (*_TIME, *_KNOWN),
    FieldType.DATETIME: (*_TIME, *_KNOWN),
    FieldType.BOOLEAN: _ONE_OF,
    FieldType.CHOICE: _ONE_OF,
    FieldType.MULTIPLE_CHOICE: _ONE_OF,
    FieldType.CONSENT: _ONE_OF,
}
_OF_EVERY_CONTACT: dict[str, tuple[Operator, ...]] = {
    CHANGED: _TIME,
    CREATED: _TIME,
    SYNC: (Operator.IS, Operator.IS_NOT),
}
# Other types are compared by any text. Moments are asked for by the day.
_COMPARED_AS = {
    FieldType.INTEGER: FieldType.DECIMAL,
    FieldType.DECIMAL: FieldType.DECIMAL,
    FieldType.DATE: FieldType.DATE,
    FieldType.DATETIME: FieldType.DATE,
    FieldType.BOOLEAN: FieldType.CONSENT,
    FieldType.CONSENT: FieldType.CONSENT,
    FieldType.CHOICE: FieldType.CHOICE,
    FieldType.MULTIPLE_CHOICE: FieldType.CHOICE,
}
UNSORTABLE = frozenset({FieldType.LONG_TEXT, FieldType.MULTIPLE_CHOICE})


class Takes(Enum):
    """How many values an operator is given."""

    NONE = "none"
    ONE = "one"
    SEVERAL = "several"


_TAKES = {
    Operator.EMPTY: Takes.NONE,
    Operator.NOT_EMPTY: Takes.NONE,
    Operator.IS: Takes.SEVERAL,
    Operator.IS_NOT: Takes.SEVERAL,
    Operator.CONTAINS: Takes.SEVERAL,
    Operator.STARTS_WITH: Takes.SEVERAL,
}


def operators_of(type: FieldType) -> tuple[Operator, ...]:  # noqa: A002 - as in `engine`
    """The comparisons that make sense for fields of this type, the usual one first."""
    return _OPERATORS[type]


def operators_for(name: str, fields: ProjectFields) -> tuple[Operator, ...]:
    """The comparisons for a field's key or a special name; none if there is no such thing."""
    if name in _OF_EVERY_CONTACT:
        return _OF_EVERY_CONTACT[name]
    spec = fields.specs.get(name)
    return _OPERATORS[spec.type] if spec else ()


def takes(operator: Operator) -> Takes:
    """How many values belong to it."""
    return _TAKES.get(operator, Takes.ONE)


def is_sortable(name: str, fields: ProjectFields) -> bool:
    """Whether a list can be ordered by this field or special name."""
    if name in (CHANGED, CREATED):
        return True
    spec = fields.specs.get(name)
    return spec is not None and spec.type not in UNSORTABLE


def read(name: str, operator: str, raw: Iterable[str], fields: ProjectFields) -> Condition:
    """The condition that was meant, in stored form. Raises BadInput (`at` is `name`)."""
    if not (fitting := operators_for(name, fields)):
        raise BadInput("raccord.list.unknown_field", {"field": name}, at=name)
    if operator not in fitting:
        raise BadInput("raccord.list.unfit_operator", {"field": _label(name, fields)}, at=name)
    asked = Operator(operator)
    given = tuple(dict.fromkeys(text for value in raw if (text := value.strip())))
    _require_number_of_values(asked, given, name)
    return Condition(name, asked, tuple(_stored(name, asked, one, fields) for one in given))


def check(query: ListQuery, fields: ProjectFields) -> list[BadInput]:
    """What is wrong with a list; nothing if it can be looked up.

    `at` is the place of the condition among `query.conditions` ("0", "1", …), "sort" or "text".
    """
    problems = []
    if len(query.text) > LONGEST_TEXT:
        problems.append(_bad("text_too_long", at="text", limit=str(LONGEST_TEXT)))
    if len(query.conditions) > MOST_CONDITIONS:
        limit = str(MOST_CONDITIONS)
        problems.append(_bad("too_many_conditions", at=str(MOST_CONDITIONS), limit=limit))
    for place, condition in enumerate(query.conditions[:MOST_CONDITIONS]):
        try:
            read(condition.field, condition.operator, condition.values, fields)
        except BadInput as problem:
            problems.append(BadInput(problem.code, problem.params, at=str(place)))
    if not is_sortable(query.sort.by, fields):
        problems.append(_bad("unsortable", at="sort", field=_label(query.sort.by, fields)))
    return problems


def answerable(query: ListQuery, fields: ProjectFields) -> ListQuery:
    """What is left of a list without everything that `check` complains about: to show something
    beside the complaint. Never to be acted upon: fewer conditions are more contacts."""
    bad = {problem.at for problem in check(query, fields)}
    kept = tuple(one for place, one in enumerate(query.conditions) if str(place) not in bad)
    return replace(
        query,
        text=query.text[:LONGEST_TEXT],
        conditions=kept[:MOST_CONDITIONS],
        sort=Sort() if "sort" in bad else query.sort,
    )


def _require_number_of_values(asked: Operator, given: tuple[str, ...], name: str) -> None:
    wanted = takes(asked)
    if wanted is Takes.NONE and given:
        raise _bad("needs_no_value", at=name)
    if wanted is not Takes.NONE and not given:
        raise _bad("needs_value", at=name)
    if wanted is Takes.ONE and len(given) > 1:
        raise _bad("needs_one_value", at=name)
    if len(given) > MOST_VALUES:
        raise _bad("too_many_values", at=name, limit=str(MOST_VALUES))


def _stored(name: str, asked: Operator, raw: str, fields: ProjectFields) -> str:
    if asked is Operator.IN_LAST_DAYS:
        return _days(raw, name)
    if name == SYNC:
        return _sync_state(raw)
    if name in (CHANGED, CREATED):
        return _typed(FieldSpec(name, FieldType.DATE), raw)
    spec = fields.specs[name]
    if spec.type in _COMPARED_AS:
        return _typed(replace(spec, type=_COMPARED_AS[spec.type]), raw)
    if len(raw) > LONGEST_VALUE:
        raise _bad("value_too_long", at=name, limit=str(LONGEST_VALUE))
    return raw.replace("\x00", "")


def _typed(spec: FieldSpec, raw: str) -> str:
    """As a field of that type would take it; the sentence then is the value's own."""
    value = parse(spec, raw)
    return plain_decimal(value) if isinstance(value, Decimal) else str(value)


def _days(raw: str, name: str) -> str:
    if not (raw.isascii() and raw.isdecimal() and 1 <= int(raw[:9]) <= MOST_DAYS):
        raise _bad("days", at=name, limit=str(MOST_DAYS))
    return str(int(raw[:9]))


def _sync_state(raw: str) -> str:
    try:
        standing(raw)
    except ValueError:
        raise _bad("sync_state", at=SYNC) from None
    return raw


def _label(name: str, fields: ProjectFields) -> str:
    spec = fields.specs.get(name)
    return spec.label if spec else name


def _bad(kind: str, *, at: str, **params: str) -> BadInput:
    return BadInput(f"raccord.list.{kind}", params, at=at)
