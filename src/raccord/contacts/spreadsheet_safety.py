"""Cells that a spreadsheet must not run: the guard that every CSV file going out gets.

Spreadsheets take a cell for a formula by its first character and run it when the file is opened,
so somebody who types ``=HYPERLINK(…)`` into a web form would act on the machine of whoever opens
the export. A guarded cell begins with an apostrophe, which is how a person writes such a text.

Where cells begin is for the spreadsheet to say: one that splits lines at semicolons finds other
cells in a file with commas. So what would run behind a delimiter, a quotation mark or the end of
a line gets its apostrophe there.

Imports take the guards off again (`imports/lines.py`), so a file that went out and comes back in
changes nobody. See https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

import re

GUARD = "'"

_BEGINS = r"[;,|\"\t\r\n]"
# Spreadsheets pass over spaces, and some take the wide forms of East Asian keyboards as well.
_FORMULA = r"[=+\-@＝＋－＠]"
# Nothing here can call anything: a number, or a telephone number with its country and a space.
_CALLS_NOTHING = (
    r"(?:[+-]?[0-9]+(?:[.,][0-9]+)?"
    r"|\+[0-9]{1,4}[ \u00a0\u202f]\(?[0-9][0-9 \u00a0\u202f()./-]*)"
)
_RUN = re.compile(rf"[\t\r\n]|\s*{_FORMULA}")
_HARMLESS = re.compile(_CALLS_NOTHING)
# Inside, a cell goes as far as the next place where one may begin; guards before it are its own.
_BEFORE = r"(?:'*[^\S\t\r\n]*)"
_RUNS_HERE = rf"(?={_BEFORE}{_FORMULA})(?!{_BEFORE}{_CALLS_NOTHING}(?:{_BEGINS}|\Z))"
_INSIDE = re.compile(rf"(?<={_BEGINS}){_RUNS_HERE}")
_GUARDED_INSIDE = re.compile(rf"(?<={_BEGINS}){GUARD}{_RUNS_HERE}")


def guarded(cell: str) -> str:
    """The cell with an apostrophe before whatever in it a spreadsheet would run.

    What already has such a guard gets another, so that `unguarded` gives back exactly what was
    there.
    """
    begun = GUARD + cell if _would_run(cell.lstrip(GUARD)) else cell
    return _INSIDE.sub(GUARD, begun)


def unguarded(cell: str) -> str:
    """What `guarded` made this cell of; any other cell is given back as it is."""
    begun = _GUARDED_INSIDE.sub("", cell)
    return begun[1:] if begun.startswith(GUARD) and _would_run(begun.lstrip(GUARD)) else begun


def _would_run(cell: str) -> bool:
    return _RUN.match(cell) is not None and _HARMLESS.fullmatch(cell) is None
