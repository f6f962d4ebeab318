"""Imports: a file becomes contacts, line by line, whatever happens to the workers.

An import is a row (`ImportRun`) with a lease and a position. The story in files:

1. `drafting.py`: a person gives a file and decides about it. `files.py` stores it in pieces;
   `detecting.py` proposes `options.py`; `workbook.py` reads workbooks;
2. `preparing.py` (a worker, from here on) brings it into the form that is read: UTF-8
   (`encoding.py`), comma-separated; `csv_layout.py` knows its columns;
3. `checking.py` finds out what would happen (`preview.py`), and a person confirms;
4. `running.py` takes a lease; `chunks.py` takes up to 5,000 records and writes them in one
   transaction, together with the run's position and counters;
5. `csv_lines.py` and `csv_records.py` read the file, `lines.py` the values with `cells.py`;
6. `changes.py`, one floor up, writes the contacts; `rejects.py` gives back what it refused.

`start` is the short way for commands: no draft, no check, and no column may be left open.
"""

from raccord.contacts.differences import Mode
from raccord.contacts.imports.cancelling import cancel, drop_stale
from raccord.contacts.imports.detected import Confidence, Detected, DetectedColumn, Sheet
from raccord.contacts.imports.drafting import check, confirm, detect, draft, set_options
from raccord.contacts.imports.options import (
    DELIMITERS,
    Blanks,
    ConsentProof,
    DateOrder,
    DecimalMark,
    ImportOptions,
)
from raccord.contacts.imports.preview import Preview
from raccord.contacts.imports.running import UNFINISHED, run_now, work
from raccord.contacts.imports.starting import start

__all__ = [
    "DELIMITERS",
    "UNFINISHED",
    "Blanks",
    "Confidence",
    "ConsentProof",
    "DateOrder",
    "DecimalMark",
    "Detected",
    "DetectedColumn",
    "ImportOptions",
    "Mode",
    "Preview",
    "Sheet",
    "cancel",
    "check",
    "confirm",
    "detect",
    "draft",
    "drop_stale",
    "run_now",
    "set_options",
    "start",
    "work",
]
