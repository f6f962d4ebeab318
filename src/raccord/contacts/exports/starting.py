"""Step 1 of an export: what is to be written is checked and kept, and a worker is woken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import structlog
from django.db import transaction
from django.utils import translation

from raccord.contacts import wakeups
from raccord.contacts.exports import columns as export_columns
from raccord.contacts.exports.columns import Counterparts
from raccord.contacts.exports.options import ExportOptions, FileFormat
from raccord.contacts.exports.workbook import MOST_ROWS
from raccord.contacts.invalid import InvalidInput
from raccord.contacts.lists.guard import impatient
from raccord.contacts.lists.matching import Elsewhere, InvalidList, matching
from raccord.contacts.lists.query import ListQuery, Sort
from raccord.contacts.models import ExportRun, Project, RunState
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput

LONGEST_NAME = 100
MOST_AT_A_TIME = 10
"""Of one project: a click too many must not fill the database."""

PATIENCE = 4.0
"""Seconds."""

UNFINISHED = (RunState.WAITING, RunState.RUNNING)

log = structlog.get_logger("raccord.contacts")


class InvalidExport(InvalidInput):
    """An export that cannot be written as asked; `at` names the option."""


def start(
    project: Project,
    query: ListQuery,
    *,
    columns: Sequence[str],
    format: FileFormat,  # noqa: A002 - the word of the model
    name: str,
    started_by: str,
    language: str,
    time_zone: str,
    options: ExportOptions | None = None,
    elsewhere: Elsewhere | None = None,
    counterparts: Counterparts | None = None,
) -> ExportRun:
    """Keep what is to be exported and wake a worker for it.

    columns: names, from the left (`columns.offered`). name: of the file, without its ending.
    Raises InvalidExport with every problem, InvalidList if the list names what the project does
    not have.
    """
    query = replace(query, sort=Sort())
    name = " ".join(name.split())
    problems = list(_problems(project, columns, name, language, counterparts))
    if format is FileFormat.XLSX and _too_many(project, query, elsewhere):
        most = {"most": f"{MOST_ROWS:,}"}
        problems.append(BadInput("raccord.export.too_many_rows", most, at="format"))
    else:
        matching(project, query, elsewhere=elsewhere)
    if problems:
        raise InvalidExport(problems)
    with transaction.atomic():
        run = ExportRun.objects.create(
            project=project,
            name=name,
            format=format,
            definition=query.to_json(),
            columns=list(dict.fromkeys(columns)),
            options=(options or ExportOptions()).to_json(),
            started_by=started_by,
            language=language,
            time_zone=time_zone,
        )
        wakeups.after_commit(wakeups.EXPORTS, run=run.pk)
    log.info("export.started", run=run.pk, format=str(format), columns=len(run.columns))
    return run


def _problems(
    project: Project,
    columns: Sequence[str],
    name: str,
    language: str,
    counterparts: Counterparts | None,
) -> list[BadInput]:
    problems = []
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        problems.append(BadInput("raccord.export.name", at="name"))
    with translation.override(language):
        known = export_columns.offered(
            project, ProjectFields.of(project), counterparts=counterparts
        )
    try:
        export_columns.chosen(columns, known)
    except BadInput as problem:
        problems.append(problem)
    under_way = ExportRun.objects.filter(project=project, state__in=UNFINISHED).count()
    if under_way >= MOST_AT_A_TIME:
        problems.append(BadInput("raccord.export.too_many"))
    return problems


def _too_many(project: Project, query: ListQuery, elsewhere: Elsewhere | None) -> bool:
    """As far as it shows in a few seconds; else it does while the rows are gathered."""
    found = matching(project, query, elsewhere=elsewhere).order_by().values("id")
    try:
        with impatient(PATIENCE):
            return found[: MOST_ROWS + 1].count() > MOST_ROWS
    except InvalidList:
        return False
