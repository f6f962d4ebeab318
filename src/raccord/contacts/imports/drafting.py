"""The acts of the person at the wizard: draft, look, decide, check, confirm.

Step 1 of an import, and the way from its check to itself. Each act locks the run and looks at its
state first, so that two tabs, a double click or a page that is hours old cannot do what no longer
fits: that raises BadInput ``raccord.import.not_now``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

import structlog
from django.db import transaction

from raccord.contacts import leases, wakeups
from raccord.contacts.imports import beginning, detecting, files, obstacles, workbook
from raccord.contacts.imports.checking import NOT_BEGUN
from raccord.contacts.imports.detected import Detected
from raccord.contacts.imports.encoding_guess import Survey
from raccord.contacts.imports.files import Readable
from raccord.contacts.imports.options import ImportOptions
from raccord.contacts.imports.preview import Preview
from raccord.contacts.invalid import InvalidImport
from raccord.contacts.models import ImportRun, Project, RunState
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput

_CHANGEABLE = (RunState.DRAFT, RunState.CHECKING, RunState.READY)
_CONFIRMED = (RunState.WAITING, RunState.RUNNING, RunState.DONE)

log = structlog.get_logger("raccord.contacts")


def draft(project: Project, file: Readable | Path, *, file_name: str, started_by: str) -> ImportRun:
    """Store a file as it was given (CSV or a workbook); nothing is decided yet.

    Gives a run in the state DRAFT, or in FAILED with its `reason` (and without the file) if it
    is empty, damaged, password-protected, too large unpacked or no table at all.
    """
    run = ImportRun(
        project=project,
        file_name=shortened(file_name, 255),
        started_by=shortened(started_by, 255),
        state=RunState.DRAFT,
    )
    survey = Survey()
    with transaction.atomic():
        run.save()
        _store(run, survey.seen(files.read_in_pieces(file)))
    try:
        _look(run, survey)  # at a workbook for seconds, so outside of any transaction
    except BadInput as problem:
        with transaction.atomic():
            files.forget(run)
            leases.refuse(run, problem)
    log.info("import.drafted", run=run.pk, size=run.size, format=run.format, state=str(run.state))
    return run


def detect(run: ImportRun, options: ImportOptions | None = None) -> Detected:
    """What the file looks like: options proposed, columns with samples and proposed fields.

    options: read it so; by default as was set with `set_options`, else everything is found out.
    With `columns` () fields are proposed anew. Never writes; reads only the file's beginning,
    so it is quick enough for every change of a form. What cannot be read so (an encoding that
    does not fit, a sheet that does not exist) is among the problems, and there are no columns
    then.
    """
    given = options or (ImportOptions.from_json(run.options) if run.options else None)
    return detecting.detected(run, given)


def set_options(run: ImportRun, options: ImportOptions) -> ImportRun:
    """Keep the decisions, complete or not; a run that was checked is a draft again.

    Columns that were chosen before are forgotten if the file has others when it is read so.
    Raises InvalidImport with every problem (`at` as in `Detected.problems`), BadInput
    ``raccord.import.not_now``.
    """
    with _locked(run, _CHANGEABLE) as locked:
        fields = ProjectFields.of(run.project_id)
        problems = obstacles.wrong(options, fields)
        if not problems:
            try:
                options = _fitted(locked, options)
            except BadInput as problem:
                problems = [problem]
        if problems:
            raise InvalidImport(problems)
        _set(locked, RunState.DRAFT, options=options.to_json(), preview={}, **NOT_BEGUN)
        locked.keys.all().delete()
    run.refresh_from_db()
    return run


def check(run: ImportRun) -> ImportRun:
    """Let a worker find out what the import would do (CHECKING, then READY with its preview).

    If the file cannot be read with these options after all, the run is a DRAFT again with
    `reason` and `parameters`. Once more while it is being checked: nothing. Raises InvalidImport
    if something is still to be decided, BadInput ``raccord.import.not_now``.
    """
    with _locked(run, _CHANGEABLE) as locked:
        if locked.state != RunState.CHECKING:
            _refuse_incomplete(locked)
            locked.keys.all().delete()
            _set(locked, RunState.CHECKING, preview={}, **NOT_BEGUN)
            wakeups.import_after_commit(run.pk)
    run.refresh_from_db()
    return run


def confirm(run: ImportRun, *, seen: str = "", unchecked: bool = False) -> ImportRun:
    """Import what was checked: READY becomes WAITING, and a worker is woken.

    seen: the `token` of the preview that the person saw; another one raises BadInput
    ``raccord.import.checked_again``. unchecked: a draft that is complete will do.
    Confirmed already (a double click): nothing happens. Raises BadInput
    ``raccord.import.not_now``, InvalidImport if an unchecked draft is not complete.
    """
    allowed = (RunState.READY, *((RunState.DRAFT,) if unchecked else ()))
    with _locked(run, (*allowed, *_CONFIRMED)) as locked:
        if locked.state in allowed:
            if seen and seen != Preview.from_json(locked.preview).token:
                raise BadInput("raccord.import.checked_again")
            _refuse_incomplete(locked)
            _set(locked, RunState.WAITING, **NOT_BEGUN)
            wakeups.import_after_commit(run.pk)
            log.info("import.confirmed", run=run.pk)
    run.refresh_from_db()
    return run


def _store(run: ImportRun, found: Iterator[bytes]) -> None:
    """The file as it was given."""
    first = next(found, b"")
    run.format = workbook.format_of(first, file_name=run.file_name) or "csv"
    files.keep(run, chain([first], found))
    run.save(update_fields=["size", "format"])


def _look(run: ImportRun, survey: Survey) -> None:
    """What can be told of the file at once. Raises BadInput if it is nothing to import."""
    if not run.size:
        raise BadInput("raccord.import.empty")
    if run.format == "csv":
        if not survey.is_text:
            raise BadInput("raccord.import.no_table")
        run.encoding = survey.guess
        run.save(update_fields=["encoding"])
    else:
        beginning.keep_sheet(run, beginning.of_sheet(run, ""))
    found_out = detecting.detected(run, None)
    if not found_out.columns:
        raise found_out.problems[0]


@contextmanager
def _locked(run: ImportRun, allowed: Collection[str]) -> Iterator[ImportRun]:
    """The run as it is now, nobody else's until the block ends. Raises BadInput."""
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.state not in allowed:
            raise BadInput("raccord.import.not_now")
        yield locked


def _fitted(run: ImportRun, options: ImportOptions) -> ImportOptions:
    """The options with what the file itself says. Raises BadInput if they do not fit it."""
    if run.format == "csv":
        options = replace(options, sheet="", encoding=options.encoding or run.encoding)
    else:
        head = beginning.of_sheet(run, options.sheet)
        beginning.keep_sheet(run, head)
        options = replace(options, sheet=head.sheet, delimiter=",", encoding="")
    names = detecting.names(run, options)
    before = ImportOptions.from_json(run.options)
    if options.columns == before.columns and names != before.names:
        options = replace(options, columns=())
    if options.columns and len(options.columns) != len(names):
        raise BadInput("raccord.import.columns_changed", at="columns")
    return replace(options, names=names)


def _refuse_incomplete(run: ImportRun) -> None:
    fields = ProjectFields.of(run.project_id)
    options = ImportOptions.from_json(run.options)
    problems = obstacles.wrong(options, fields) + obstacles.missing(options, fields)
    if problems:
        raise InvalidImport(problems)


def _set(run: ImportRun, state: RunState, **values: object) -> None:
    ImportRun.objects.filter(pk=run.pk).update(
        state=state, claim=None, lease_until=None, reason="", parameters={}, **values
    )
