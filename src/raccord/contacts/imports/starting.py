"""The short way into an import, for commands: a file is stored and imported as it is.

Nobody can be asked here, so nothing is guessed: every column must be known by name, or named.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

import structlog
from django.db import transaction

from raccord.contacts import leases, wakeups
from raccord.contacts.imports import files, obstacles, preparing, workbook
from raccord.contacts.imports.files import Readable
from raccord.contacts.imports.options import ImportOptions
from raccord.contacts.models import ImportRun, Project, StoredForm
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput

log = structlog.get_logger("raccord.contacts")


def start(
    project: Project,
    file: Readable | Path,
    *,
    file_name: str,
    started_by: str = "",
    encoding: str | None = None,
    options: ImportOptions | None = None,
    columns: Mapping[str, str | None] | None = None,
    ask_for_proof: bool = False,
) -> ImportRun:
    """Store a file and wake a worker for it; everything is in the database when this returns.

    file: opened in binary, or its path. encoding: of the file, where it is neither UTF-8 nor
    UTF-16 with a byte order mark. options: those that differ from the usual; a delimiter "" is
    found out, the columns go by their names. columns: name in the file -> field key, or None to
    leave the column out. ask_for_proof: take no consents without source and statement; nobody's
    file but our own is imported otherwise. A file that cannot be taken gives a run in the state
    FAILED with its `reason`, and no contact is touched.
    """
    wanted = replace(options or ImportOptions(delimiter=""), encoding=encoding or "")
    run = ImportRun(
        project=project, file_name=shortened(file_name, 255), started_by=shortened(started_by, 255)
    )
    with transaction.atomic():
        run.save()
        try:
            with transaction.atomic():
                _store(run, files.read_in_pieces(file), wanted)
                decided = _decide(run, wanted, columns or {})
                if ask_for_proof:
                    _refuse_incomplete(run, decided)
        except BadInput as problem:
            leases.refuse(run, problem)
        else:
            wakeups.import_after_commit(run.pk)
    log.info("import.started", run=run.pk, size=run.size, state=str(run.state))
    return run


def _store(run: ImportRun, found: Iterator[bytes], options: ImportOptions) -> None:
    """The form that is read, at once."""
    beginning = next(found, b"")
    found = chain([beginning], found)
    run.format = workbook.format_of(beginning, file_name=run.file_name) or "csv"
    if run.format == "csv":
        if options.sheet:
            raise BadInput("raccord.import.no_workbook", at="sheet")
        files.store(run, found, encoding=options.encoding)
        return
    with files.on_disk(found) as path:
        run.sheet = workbook.head(path, sheet=options.sheet).sheet
        rows = workbook.rows(path, sheet=run.sheet, waiting=lambda: None)
        run.size = sum(files.add(run, StoredForm.READ, *piece) for piece in files.numbered(rows))


def _decide(
    run: ImportRun, options: ImportOptions, columns: Mapping[str, str | None]
) -> ImportOptions:
    if run.sheet:
        options = replace(options, sheet=run.sheet, delimiter=",")
    decided = preparing.by_names(run, options, columns)
    run.options = decided.to_json()
    run.save(update_fields=["size", "encoding", "format", "sheet", "options"])
    return decided


def _refuse_incomplete(run: ImportRun, options: ImportOptions) -> None:
    if problems := obstacles.missing(options, ProjectFields.of(run.project_id)):
        raise problems[0]
