"""Which contacts a list holds: a query as a condition of the database.

The one meaning of a list. The screens page through it (`paging.py`), exports and bulk acts take
all of it. How the contacts stand with other systems is known elsewhere: `Elsewhere` is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from functools import cached_property, reduce
from operator import and_, or_
from typing import Protocol
from zoneinfo import ZoneInfo

from django.contrib.postgres.lookups import DataContains
from django.db.models import BooleanField, ExpressionWrapper, F, Func, Q, QuerySet, Value
from django.db.models.expressions import Expression
from django.db.models.lookups import (
    Contains,
    Exact,
    GreaterThan,
    GreaterThanOrEqual,
    IsNull,
    LessThan,
    LessThanOrEqual,
    StartsWith,
)
from django.utils import timezone

from raccord.contacts.invalid import InvalidInput
from raccord.contacts.lists import expressions, sort_indexes, words
from raccord.contacts.lists.days import Days
from raccord.contacts.lists.operators import UNSORTABLE, check
from raccord.contacts.lists.query import (
    CHANGED,
    CREATED,
    SYNC,
    Condition,
    ListQuery,
    Operator,
    SyncState,
    standing,
)
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import FieldSpec, FieldType

Literal = Callable[[datetime], Expression]

NOBODY = Q(pk__in=())
"""What no contact fulfils."""


class InvalidList(InvalidInput):
    """A list that cannot be looked up as asked; see `operators.check` for the places."""


class Elsewhere(Protocol):
    """Who knows how contacts stand with other systems (`sync/list_conditions.py`)."""

    def standing(self, project: Project, state: SyncState, transfer: int | None, cause: str) -> Q:
        """The contacts that stand so with one data transfer, or with any (None); for one cause."""
        ...


def matching(
    project: Project,
    query: ListQuery,
    *,
    elsewhere: Elsewhere | None = None,
    fields: ProjectFields | None = None,
    now: datetime | None = None,
    aided: bool = True,
) -> QuerySet[Contact]:
    """The living contacts of the project that fulfil the query, in no order.

    aided: with what indexes can answer beside each condition; the same contacts without it.

    Raises InvalidList where the query names what the project does not have (any more): leaving a
    condition out would be more contacts than anybody asked for.
    """
    fields = fields or ProjectFields.of(project)
    if problems := check(query, fields):
        raise InvalidList(problems)
    meaning = _Meaning(project, fields, elsewhere, now or timezone.now(), aided=aided)
    found = Contact.objects.filter(project=project, deleted_at=None)
    if query.ids is not None:
        found = found.filter(pk__in=query.ids)
    if query.words:
        found = found.filter(words.typed(query, project.pk))
    for condition in query.conditions:
        found = found.filter(meaning.of(condition))
    return found


class _Meaning:
    """What conditions mean for one project at one moment."""

    def __init__(
        self,
        project: Project,
        fields: ProjectFields,
        elsewhere: Elsewhere | None,
        now: datetime,
        *,
        aided: bool,
    ) -> None:
        self.project = project
        self.fields = fields
        self.elsewhere = elsewhere
        self.aided = aided
        self.zone = ZoneInfo(project.time_zone)
        self.today = now.astimezone(self.zone).date()

    @cached_property
    def with_parts(self) -> frozenset[str]:
        return sort_indexes.with_parts(self.project)

    def of(self, condition: Condition) -> Q:
        if condition.field == SYNC:
            return _maybe_not(condition, self._standing(condition))
        if condition.field in (CHANGED, CREATED):
            return self._at(F(expressions.COLUMNS[condition.field]), condition, Value)
        return self._of_field(condition, self.fields.specs[condition.field])

    def _standing(self, condition: Condition) -> Q:
        if self.elsewhere is None:
            raise ValueError("conditions about other systems need somebody who knows them")
        known = self.elsewhere
        return _any(known.standing(self.project, *standing(each)) for each in condition.values)

    def _of_field(self, condition: Condition, spec: FieldSpec) -> Q:
        if condition.operator in (Operator.EMPTY, Operator.NOT_EMPTY):
            return Q(IsNull(_kept(spec), condition.operator is Operator.EMPTY))
        if spec.type is FieldType.DATE:
            return self._on(condition, spec.key)
        if spec.type is FieldType.DATETIME:
            return self._at(expressions.code(spec.key), condition, _iso)
        return _maybe_not(condition, self._compared(condition, spec))

    def _compared(self, condition: Condition, spec: FieldSpec) -> Q:
        if spec.type in expressions.NUMBERS:
            return _number(condition, spec.key)
        one = self._text if spec.type in expressions.FREE_TEXTS else self._choice
        return _any(one(condition, spec, value) for value in condition.values)

    def _text(self, condition: Condition, spec: FieldSpec, value: str) -> Q:
        stored = expressions.folded(expressions.stored_text(spec.key))
        equal = Q(_TEXT_LOOKUPS[condition.operator](stored, expressions.folded(value)))
        if condition.operator is Operator.IS_NOT:
            return equal
        if condition.operator is Operator.CONTAINS:
            return words.somewhere(value) & self._parts(spec, value) & equal
        return self._among(value, begins=condition.operator is Operator.STARTS_WITH) & equal

    def _among(self, value: str, *, begins: bool) -> Q:
        if not self.aided:
            return words.somewhere(value)
        return words.among(value, self.project.pk, begins=begins)

    def _parts(self, spec: FieldSpec, value: str) -> Q:
        if not self.aided or spec.key not in self.with_parts or len(value) < expressions.PART:
            return Q()
        held, wanted = (
            expressions.parts(expressions.stored_text(spec.key)),
            expressions.parts(value),
        )
        return Q(DataContains(held, wanted))

    def _choice(self, condition: Condition, spec: FieldSpec, value: str) -> Q:
        """Choices, consents, yes and no: compared as they are stored."""
        if spec.type is FieldType.CONSENT:
            return Q(Exact(expressions.code(spec.key), Value(value)))
        if spec.type is FieldType.BOOLEAN:
            return Q(Exact(expressions.code(spec.key), Value(_BOOLEANS[value])))
        several = spec.type is FieldType.MULTIPLE_CHOICE
        equal = Q(values__contains={spec.key: [value] if several else value})
        if condition.operator is Operator.IS_NOT:
            return equal
        return self._among(value, begins=False) & equal

    def _on(self, condition: Condition, key: str) -> Q:
        """Days of a field that holds days."""
        stored = expressions.code(key)
        found = []
        for days in Days.meant(condition, today=self.today):
            first = days.first and Q(GreaterThanOrEqual(stored, Value(days.first.isoformat())))
            last = days.last and Q(LessThanOrEqual(stored, Value(days.last.isoformat())))
            found.append(_all(limit for limit in (first, last) if limit))
        return _any(found)

    def _at(
        self,
        moment: Expression | F,
        condition: Condition,
        literal: Callable[[datetime], Expression],
    ) -> Q:
        """Days of something that holds moments."""
        found = []
        for days in Days.meant(condition, today=self.today):
            begin, end = days.moments(self.zone)
            first = begin and Q(GreaterThanOrEqual(moment, literal(begin)))
            last = end and Q(LessThan(moment, literal(end)))
            found.append(_all(limit for limit in (first, last) if limit))
        return _any(found)


def _number(condition: Condition, key: str) -> Q:
    stored = expressions.number(key)
    given = [Value(Decimal(value)) for value in condition.values]
    match condition.operator:
        case Operator.LESS:
            return Q(LessThan(stored, given[0]))
        case Operator.MORE:
            return Q(GreaterThan(stored, given[0]))
        case _:
            return _any(Q(Exact(stored, number)) for number in given)


def _kept(spec: FieldSpec) -> Expression | F:
    """What is NULL where the field is empty; if there may be an index, then what is in it."""
    if spec.type in UNSORTABLE:
        return expressions.stored_text(spec.key)
    return expressions.sorted_by(spec.key, spec)


def _iso(moment: datetime) -> Expression:
    """As values hold moments: in UTC, so that their order is that of their texts."""
    return Value(moment.isoformat())


def _maybe_not(condition: Condition, found: Q) -> Q:
    """IS_NOT is whoever IS leaves, those who are empty there included."""
    if condition.operator is not Operator.IS_NOT:
        return found
    fulfilled = ExpressionWrapper(found, output_field=BooleanField())
    return Q(
        Func(fulfilled, template="((%(expressions)s) IS NOT TRUE)", output_field=BooleanField())
    )


def _any(found: Iterable[Q]) -> Q:
    return reduce(or_, found, NOBODY)


def _all(found: Iterable[Q]) -> Q:
    return reduce(and_, found, Q())


_BOOLEANS = {"yes": "true", "no": "false"}
_TEXT_LOOKUPS: dict[Operator, Callable[[Expression, Expression], Expression]] = {
    Operator.IS: Exact,
    Operator.IS_NOT: Exact,
    Operator.CONTAINS: Contains,
    Operator.STARTS_WITH: StartsWith,
}
