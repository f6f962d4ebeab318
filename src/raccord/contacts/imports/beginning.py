"""The first records of a file, as `detecting.py` looks at them.

Of a text they are read anew each time, since a person may try another encoding or delimiter; of a
workbook's sheet they are kept, since it has to be unpacked as a whole for them.
"""

from __future__ import annotations

from itertools import islice

from raccord.contacts.imports import files, workbook
from raccord.contacts.imports.csv_lines import LONGEST_LINE, lines
from raccord.contacts.imports.csv_records import RecordReader
from raccord.contacts.imports.encoding import Utf8Pieces
from raccord.contacts.models import ImportRun, StoredForm
from raccord.engine.errors import BadInput

MOST_RECORDS = 200

Rows = tuple[tuple[str, ...], ...]


def of_text(run: ImportRun, *, encoding: str) -> tuple[bytes, bool]:
    """(the beginning of a text in UTF-8, whether that is all of it). Raises BadInput."""
    found = b""
    form = StoredForm.GIVEN if files.has(run, StoredForm.GIVEN) else StoredForm.READ
    given = encoding if form is StoredForm.GIVEN else ""
    for piece in Utf8Pieces(files.pieces(run, form=form), given=given):
        found += piece
        if len(found) > LONGEST_LINE:
            return found, False
    return found, True


def records(text: bytes, *, delimiter: str, whole: bool = True) -> Rows:
    """The first records' cells; those that cannot be read are passed over.

    whole: False if the text was cut somewhere, so that its last record may not be one.
    """
    reader = RecordReader(lines([text]), delimiter=delimiter)
    found = list(islice(reader, MOST_RECORDS + 1))
    if not whole and len(found) <= MOST_RECORDS:
        found = found[:-1]
    return tuple(tuple(r.cells) for r in found[:MOST_RECORDS] if not r.problem)


def of_sheet(run: ImportRun, sheet: str) -> workbook.Head:
    """The beginning of a workbook's sheet; "" is the one kept, or the first. Raises BadInput."""
    stored = run.parts.filter(form=StoredForm.HEAD).values_list("content", flat=True).first()
    kept = workbook.Head.from_json(bytes(stored)) if stored is not None else None
    if kept and sheet in ("", kept.sheet):
        return kept
    if kept and sheet not in (known.name for known in kept.sheets):
        raise BadInput("raccord.import.workbook_sheet", at="sheet")
    with files.on_disk(files.pieces(run, form=StoredForm.GIVEN)) as path:
        return workbook.head(path, sheet=sheet)


def keep_sheet(run: ImportRun, head: workbook.Head) -> None:
    """Keep the beginning of the sheet that was chosen."""
    run.parts.filter(form=StoredForm.HEAD).delete()
    files.add(run, StoredForm.HEAD, 0, head.to_json())
