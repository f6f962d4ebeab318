"""Indexes for what the lists of large projects are sorted and filtered by, made when wanted.

Nobody can afford an index for every field of every project, since each one makes every write of
a contact dearer. So a list that would have been quicker with one says so (`want`), a worker makes
it while everybody goes on working (`keep`), and the next such list uses it. What nobody used for
long makes room for others, and what belongs to a field that is gone or of another type now goes.

An index whose making was interrupted is there and invalid: it is dropped and made again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import structlog
from django.db import IntegrityError, connection, transaction
from django.db.models.functions import Now
from psycopg import sql

from raccord.contacts import wakeups
from raccord.contacts.lists.expressions import COLUMNS, FREE_TEXTS, PART, Form, form_of
from raccord.contacts.lists.operators import is_sortable
from raccord.contacts.lists.query import CHANGED, ListQuery, Operator
from raccord.contacts.models import Contact, Field, ListIndex, Project
from raccord.contacts.project_fields import ProjectFields

log = structlog.get_logger(__name__)

LARGE = 20_000
"""Living contacts up to which a list needs no index of its own."""
MOST = 12
"""Per project."""
UNUSED = timedelta(days=14)
"""After so long an index makes room for one that is wanted more."""

# Whole texts are found by their words.
_FOUND = {
    True: {Operator.EMPTY, Operator.NOT_EMPTY},
    False: set(Operator) - {Operator.IS_NOT},
}
_LOCK = 0x7261636C  # of whoever makes and drops these indexes
_USE_NOTED_EVERY = timedelta(days=1)

_THERE = """
SELECT class.relname, index.indisvalid FROM pg_index AS index
JOIN pg_class AS class ON class.oid = index.indexrelid
WHERE index.indrelid = 'contacts_contact'::regclass AND class.relname ~ '^list_index_[0-9]+$'
"""
_EXPRESSIONS = {
    Form.TEXT: '(raccord_sort_text(values ->> {by}) COLLATE "C")',
    Form.NUMBER: "raccord_number(values ->> {by})",
    Form.CODE: '((values ->> {by}) COLLATE "C")',
    Form.PARTS: "raccord_parts(values ->> {by})",
}


def ready(project: Project, fields: ProjectFields) -> frozenset[str]:
    """What lists of the project can be sorted by through an index: field keys, special names."""
    rows = ListIndex.objects.filter(project=project).exclude(built_at=None)
    there = {by for by, form in rows.values_list("by", "form") if form == _form(by, fields)}
    return frozenset({CHANGED, *there})


def with_parts(project: Project) -> frozenset[str]:
    """The fields in which an index finds who may contain something."""
    rows = ListIndex.objects.filter(project=project, form=Form.PARTS).exclude(built_at=None)
    return frozenset(rows.values_list("by", flat=True))


def want(project: Project, query: ListQuery, fields: ProjectFields, *, rare: bool) -> None:
    """Say that a list was quicker, or would have been, with an index for what it is sorted by.

    rare: for what its conditions are about, too: few contacts fulfil them. Without effect for a
    project that is not large or has its share of indexes in use.
    """
    wanted = {(query.sort.by, _form(query.sort.by, fields) or Form.CODE)}
    if rare:
        wanted.update(_of_conditions(query, fields))
    wanted.discard((CHANGED, Form.MOMENT))
    if not wanted:
        return
    mine = ListIndex.objects.filter(project=project)
    known = set(mine.values_list("by", "form"))
    named = mine.filter(by__in=[name for name, _form in wanted])
    named.filter(used_at__lt=Now() - _USE_NOTED_EVERY).update(used_at=Now())
    new = sorted(wanted - known)
    if not new or not _is_large(project) or not _make_room(project, len(new)):
        return
    for name, form in new:
        _add(project, name, form)


def keep() -> None:
    """Make what is wanted and drop what is not wanted any more; one worker at a time.

    Must not run inside a transaction. Safe to be killed at any moment.
    """
    with _alone() as mine:
        if not mine:
            return
        for row in ListIndex.objects.select_related("project"):
            if not _belongs(row):
                row.delete()
        there = dict(_fetch(_THERE))
        rows = {row.name: row for row in ListIndex.objects.all()}
        for name in sorted(there.keys() - rows.keys()):
            _drop(name)
        for name, row in sorted(rows.items()):
            if not there.get(name):
                _make(row, leftover=name in there)
            elif row.built_at is None:
                _note_made(row)


def is_behind() -> bool:
    """Whether `keep` has something to do."""
    there = dict(_fetch(_THERE))
    rows = list(ListIndex.objects.select_related("project"))
    names = {row.name for row in rows if row.built_at is not None and there.get(row.name)}
    return names != there.keys() or len(names) < len(rows) or not all(map(_belongs, rows))


def _of_conditions(query: ListQuery, fields: ProjectFields) -> Iterator[tuple[str, Form]]:
    """What an index finds: ranges, consents, who is empty or contains something.

    Whole words have an index already.
    """
    for condition in query.conditions:
        form = _form(condition.field, fields)
        if not is_sortable(condition.field, fields) or form is None:
            continue
        if condition.operator is Operator.CONTAINS:
            if all(len(value) >= PART for value in condition.values):
                yield condition.field, Form.PARTS
        elif condition.operator in _FOUND[form is Form.TEXT]:
            yield condition.field, form


def _form(name: str, fields: ProjectFields) -> Form | None:
    if name in COLUMNS:
        return Form.MOMENT
    spec = fields.specs.get(name)
    return None if spec is None else form_of(spec)


def _is_large(project: Project) -> bool:
    living = Contact.objects.filter(project=project, deleted_at=None).order_by("updated_at")
    return bool(living.values("pk")[LARGE : LARGE + 1])


def _make_room(project: Project, count: int) -> bool:
    mine = ListIndex.objects.filter(project=project)
    over = mine.count() + count - MOST
    if over > 0:
        unused = mine.filter(used_at__lt=Now() - UNUSED).order_by("used_at")
        ListIndex.objects.filter(pk__in=list(unused.values_list("pk", flat=True)[:over])).delete()
    return mine.count() + count <= MOST


def _add(project: Project, name: str, form: str) -> None:
    try:
        with transaction.atomic():
            ListIndex.objects.create(project=project, by=name, form=form)
            wakeups.after_commit(wakeups.LIST_INDEXES)
    except IntegrityError:
        return  # Somebody else wanted it in the same moment.
    log.info("list_index.wanted", project=project.pk)


def _belongs(row: ListIndex) -> bool:
    """Whether what it was made for is still there, in the same form."""
    if row.by in COLUMNS:
        return row.form == Form.MOMENT
    field = Field.objects.filter(project=row.project_id, key=row.by, retired_at=None).first()
    if field is None:
        return False
    if row.form == Form.PARTS:
        return field.type in FREE_TEXTS
    return row.form == form_of(field.spec())


def _make(row: ListIndex, *, leftover: bool) -> None:
    if leftover:
        _drop(row.name)
    with connection.cursor() as cursor:
        cursor.execute(_definition(row))
    _note_made(row)


def _note_made(row: ListIndex) -> None:
    ListIndex.objects.filter(pk=row.pk).update(built_at=Now())
    log.info("list_index.made", index=row.name, project=row.project_id)


def _definition(row: ListIndex) -> sql.Composed:
    if row.form == Form.MOMENT:
        by: sql.Composable = sql.Identifier(COLUMNS[row.by])
    else:
        by = sql.SQL(_EXPRESSIONS[Form(row.form)]).format(by=sql.Literal(row.by))
    how = "USING gin ({by})" if row.form == Form.PARTS else "({by}, id)"
    return sql.SQL(
        "CREATE INDEX CONCURRENTLY {name} ON contacts_contact {how} "
        "WHERE deleted_at IS NULL AND project_id = {project}"
    ).format(
        name=sql.Identifier(row.name),
        how=sql.SQL(how).format(by=by),
        project=sql.Literal(row.project_id),
    )


def _drop(name: str) -> None:
    with connection.cursor() as cursor:
        statement = sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {name}")
        cursor.execute(statement.format(name=sql.Identifier(name)))
    log.info("list_index.dropped", index=name)


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else is at it; the lock ends with the connection at the latest."""
    ((mine,),) = _fetch("SELECT pg_try_advisory_lock(%s, 0)", [_LOCK])
    try:
        yield mine
    finally:
        if mine:
            _fetch("SELECT pg_advisory_unlock(%s, 0)", [_LOCK])


def _fetch(statement: str, parameters: Iterable[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
