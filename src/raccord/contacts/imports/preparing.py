"""Makes the form of a file that is read: the first thing a worker does with a draft's file.

Step 2 of an import. The form is there as a whole or not at all: pieces of an unfinished one are
dropped by the next worker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from uuid import UUID

import structlog
from django.db import transaction

from raccord.contacts import leases
from raccord.contacts.imports import files, obstacles, workbook
from raccord.contacts.imports.csv_layout import Layout, decided, strict
from raccord.contacts.imports.csv_lines import LONGEST_LINE
from raccord.contacts.imports.encoding import Utf8Pieces
from raccord.contacts.imports.options import ImportOptions
from raccord.contacts.models import ImportRun, StoredForm
from raccord.contacts.project_fields import ProjectFields, names, plain_name
from raccord.engine.errors import BadInput

log = structlog.get_logger("raccord.contacts")


def ready(run: ImportRun, claim: UUID) -> Layout:
    """Make sure the file can be read by the run's options; gives its layout.

    Raises BadInput if it cannot, leases.LeaseLost.
    """
    if not run.options:
        # Taken in by a release that kept none: everything went by the names then, as it does now.
        run.options = by_names(run, ImportOptions(delimiter="")).to_json()
        run.save(update_fields=["options"])
    options = ImportOptions.from_json(run.options)
    if not _is_made(run, options):
        _make(run, options, claim)
    return decided(head(run), options=options, fields=ProjectFields.of(run.project_id))


def by_names(
    run: ImportRun, options: ImportOptions, columns: Mapping[str, str | None] | None = None
) -> ImportOptions:
    """The options with every column found by its name in the header of the form that is read.

    columns: the fields of those that somebody named; see `csv_layout.strict`. Raises BadInput.
    """
    fields = ProjectFields.of(run.project_id)
    if problems := obstacles.wrong(replace(options, delimiter=options.delimiter or ","), fields):
        raise problems[0]
    return strict(
        head(run),
        options=options,
        fields=fields,
        names=names(run.project_id),
        wishes={plain_name(name): key for name, key in (columns or {}).items()},
    )


def head(run: ImportRun) -> bytes:
    """The beginning of the form that is read, with its first line as a whole. Raises BadInput."""
    found = b""
    for piece in files.pieces(run):
        found += piece
        if len(found) > LONGEST_LINE:
            break
    if not found.strip():
        raise BadInput("raccord.import.empty")
    return found


def as_text(
    run: ImportRun, found: Iterable[bytes], options: ImportOptions, *, waiting: Callable[[], None]
) -> Iterator[bytes]:
    """The form that is read, of the pieces that were given. Raises BadInput.

    waiting: called now and then while nothing comes.
    """
    if run.format == "csv":
        yield from Utf8Pieces(found, given=options.encoding)
    else:
        with files.on_disk(found) as path:
            yield from workbook.rows(path, sheet=options.sheet, waiting=waiting)


def _is_made(run: ImportRun, options: ImportOptions) -> bool:
    if not files.has(run, StoredForm.READ):
        return False
    if not files.has(run, StoredForm.GIVEN):
        return True  # it was stored so, by `start`
    return (run.encoding, run.sheet) == (options.encoding, options.sheet)


def _make(run: ImportRun, options: ImportOptions, claim: UUID) -> None:
    with transaction.atomic():
        leases.renew(run, claim)  # whoever slept through the lease deletes nothing any more
        run.parts.filter(form__in=[StoredForm.UNFINISHED, StoredForm.READ]).delete()
    given = files.pieces(run, form=StoredForm.GIVEN)
    text = as_text(run, given, options, waiting=lambda: leases.renew(run, claim))
    size = 0
    for number, piece in files.numbered(text):
        with transaction.atomic():
            leases.renew(run, claim)  # locks the run: nobody else adds pieces now
            size += files.add(run, StoredForm.UNFINISHED, number, piece)
    with transaction.atomic():
        leases.renew(run, claim)
        run.parts.filter(form=StoredForm.UNFINISHED).update(form=StoredForm.READ)
        run.size, run.encoding, run.sheet = size, options.encoding, options.sheet
        run.save(update_fields=["size", "encoding", "sheet"])
    log.info("import.prepared", run=run.pk, size=size, format=run.format)
