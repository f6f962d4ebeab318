"""The acts of the person at the wizard: draft, look, decide, check, confirm.

Each act locks the run and looks at its state first, so that two tabs, a double click or a page
that is hours old cannot do what no longer fits: that raises BadInput ``raccord.import.not_now``.
"""

from __future__ import annotations

from pathlib import Path

from raccord.contacts.imports.detected import Detected
from raccord.contacts.imports.files import Readable
from raccord.contacts.imports.options import ImportOptions
from raccord.contacts.models import ImportRun, Project


def draft(project: Project, file: Readable | Path, *, file_name: str, started_by: str) -> ImportRun:
    """Store a file as it was given (CSV or a workbook); nothing is decided yet.

    Gives a run in the state DRAFT, or in FAILED with its `reason` (and without the file) if it
    is empty, damaged, password-protected, too large unpacked or no table at all.
    """
    raise NotImplementedError


def detect(run: ImportRun, options: ImportOptions | None = None) -> Detected:
    """What the file looks like: options proposed, columns with samples and proposed fields.

    options: read it so; by default as was set with `set_options`, else everything is found out.
    With `columns` () fields are proposed anew. Never writes; reads only the file's beginning,
    so it is quick enough for every change of a form. Raises BadInput if the beginning cannot be
    read so (an encoding that does not fit, a sheet that does not exist).
    """
    raise NotImplementedError


def set_options(run: ImportRun, options: ImportOptions) -> ImportRun:
    """Keep the decisions, complete or not; a run that was checked is a draft again.

    Raises InvalidImport with every problem (`at` as in `Detected.problems`), BadInput
    ``raccord.import.not_now``.
    """
    raise NotImplementedError


def check(run: ImportRun) -> ImportRun:
    """Let a worker find out what the import would do (CHECKING, then READY with its preview).

    If the file cannot be read with these options after all, the run is a DRAFT again with
    `reason` and `parameters`. Once more while it is being checked: nothing. Raises InvalidImport
    if something is still to be decided, BadInput ``raccord.import.not_now``.
    """
    raise NotImplementedError


def confirm(run: ImportRun, *, seen: str = "") -> ImportRun:
    """Import what was checked: READY becomes WAITING, and a worker is woken.

    seen: the `token` of the preview that the person saw; another one raises BadInput
    ``raccord.import.checked_again``. Confirmed already (a double click): nothing happens.
    Raises BadInput ``raccord.import.not_now``.
    """
    raise NotImplementedError
