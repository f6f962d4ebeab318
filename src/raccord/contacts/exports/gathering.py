"""Step 2 of an export: contacts by ascending id, some thousand at a time, become rows of the file.

Rows and the run's position move in one transaction, so that a worker that dies leaves no row
twice and none out. Nobody is kept from writing contacts meanwhile; each is taken as it is when its
turn comes.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from raccord.contacts.exports import cells, csv_rows, files, gathered_rows, workbook
from raccord.contacts.exports import columns as export_columns
from raccord.contacts.exports.cells import Cell, Row
from raccord.contacts.exports.columns import Column, Counterparts
from raccord.contacts.exports.options import ExportOptions, FileFormat
from raccord.contacts.lists.matching import Elsewhere, matching
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import Contact, ExportRun
from raccord.contacts.project_fields import ProjectFields, choice_names
from raccord.engine.errors import BadInput

CHUNK = 5_000
LARGEST_CHUNK = 8 * 1024 * 1024
"""Characters of stored values: what is in memory at a time, however long the texts are."""

READ_AT_A_TIME = 500


def count(run: ExportRun, *, elsewhere: Elsewhere | None) -> int:
    """How long the list is now; it goes on changing, so a progress bar is never quite true."""
    return _list(run, elsewhere).order_by().count()


def gather(
    run: ExportRun, *, elsewhere: Elsewhere | None, counterparts: Counterparts | None
) -> int:
    """Take the next contacts and move the run's position, within the caller's transaction.

    Sets `gathered` with the last ones. Gives how many rows were added. Raises BadInput if a column
    is no longer there (the file would be another one than was asked), or for too many rows.
    """
    fields = ProjectFields.of(run.project_id)
    columns = columns_of(run, fields, counterparts=counterparts)
    contacts, run.gathered = _next(_list(run, elsewhere, fields), after=run.position)
    _refuse_too_many(run, added=len(contacts))
    rows = _rows(run, contacts, columns, counterparts)
    _keep(run, rows, columns)
    if contacts:
        run.position = contacts[-1].pk
    run.written += len(contacts)
    run.total = run.written if run.gathered else max(run.total, run.written)
    run.save(update_fields=["position", "written", "gathered", "total"])
    return len(contacts)


def columns_of(
    run: ExportRun, fields: ProjectFields, *, counterparts: Counterparts | None
) -> tuple[Column, ...]:
    """The run's columns as the project has them now. Raises BadInput."""
    known = export_columns.offered(run.project, fields, counterparts=counterparts)
    return export_columns.chosen(run.columns, known)


def headings_of(run: ExportRun, columns: Sequence[Column]) -> tuple[str, ...]:
    """What stands above them."""
    options = ExportOptions.from_json(run.options)
    return export_columns.headings(run.project, columns, wording=options.headings)


def _list(
    run: ExportRun, elsewhere: Elsewhere | None, fields: ProjectFields | None = None
) -> QuerySet[Contact]:
    """As it is meant since the run began: "in the last 7 days" does not move on with the work."""
    query = ListQuery.from_json(run.definition)
    return matching(run.project, query, elsewhere=elsewhere, fields=fields, now=run.created_at)


def _next(found: QuerySet[Contact], *, after: int) -> tuple[list[Contact], bool]:
    """The next contacts, and whether they are the last ones."""
    rest = found.filter(pk__gt=after).order_by("pk").defer("evidence", "search_text")[:CHUNK]
    contacts: list[Contact] = []
    size = 0
    for contact in rest.iterator(chunk_size=READ_AT_A_TIME):
        contacts.append(contact)
        size += sum(len(str(value)) for value in contact.values.values())
        if size > LARGEST_CHUNK:
            return contacts, False
    return contacts, len(contacts) < CHUNK


def _refuse_too_many(run: ExportRun, *, added: int) -> None:
    if run.format == FileFormat.XLSX and run.written + added > workbook.MOST_ROWS:
        raise BadInput("raccord.export.too_many_rows", {"most": f"{workbook.MOST_ROWS:,}"})


def _rows(
    run: ExportRun,
    contacts: Sequence[Contact],
    columns: Sequence[Column],
    counterparts: Counterparts | None,
) -> list[list[Cell]]:
    read = cells.reader(
        columns,
        wording=ExportOptions.from_json(run.options).choices,
        choice_names=choice_names(run.project_id),
        zone=ZoneInfo(run.time_zone),
    )
    linked = _transfers(columns, export_columns.LINK)
    asked = _transfers(columns, export_columns.WHY)
    ids = [contact.pk for contact in contacts]
    found = counterparts.addresses(linked, ids) if counterparts and linked else {}
    refused = counterparts.refusals(asked, ids) if counterparts and asked else {}
    return [
        read(
            Row(
                uid=str(contact.uid),
                values=contact.values,
                created_at=contact.created_at,
                changed_at=contact.updated_at,
                addresses={t: found[t, contact.pk] for t in linked if (t, contact.pk) in found},
                refusals={t: refused[t, contact.pk] for t in asked if (t, contact.pk) in refused},
            )
        )
        for contact in contacts
    ]


def _transfers(columns: Sequence[Column], kind: str) -> list[int]:
    """The data transfers that the columns of this kind are about."""
    return [
        column.transfer
        for column in columns
        if column.transfer is not None and column.name.startswith(kind)
    ]


def _keep(run: ExportRun, rows: Sequence[Sequence[Cell]], columns: Sequence[Column]) -> None:
    """Put the rows behind the others; a CSV file begins with its headings."""
    if run.format == FileFormat.XLSX:
        content = gathered_rows.kept(rows)
    else:
        delimiter = ExportOptions.from_json(run.options).delimiter
        content = csv_rows.lines(rows, delimiter=delimiter)
        if not run.written:
            head = csv_rows.lines([headings_of(run, columns)], delimiter=delimiter)
            content = csv_rows.BEGINNING + head + content
    if content:
        files.add(run, content)
