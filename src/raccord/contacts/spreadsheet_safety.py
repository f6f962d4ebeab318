"""Cells that a spreadsheet must not run: the guard that every CSV file going out gets.

Spreadsheets take a cell for a formula by its first character and run it when the file is opened,
so somebody who types ``=HYPERLINK(…)`` into a web form would act on the machine of whoever opens
the export. A guarded cell begins with an apostrophe, which is how a person writes such a text.
Imports take the guard off again (`imports/lines.py`), so a file that went out and comes back in
changes nobody. See https://owasp.org/www-community/attacks/CSV_Injection.
"""

from __future__ import annotations

import re

GUARD = "'"

# Spreadsheets pass over spaces, and some take the wide forms of East Asian keyboards as well.
_RUN = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")
# Nothing here can call anything: a number, or a telephone number with its country and a space.
_HARMLESS = re.compile(
    r"[+-]?[0-9]+(?:[.,][0-9]+)?|\+[0-9]{1,4}[ \u00a0\u202f]\(?[0-9][0-9 \u00a0\u202f()./-]*"
)


def guarded(cell: str) -> str:
    """The cell with an apostrophe before it if a spreadsheet would run it.

    One that already begins with such a guard gets another, so that `unguarded` gives back exactly
    what was there.
    """
    return GUARD + cell if _would_run(cell.lstrip(GUARD)) else cell


def unguarded(cell: str) -> str:
    """What `guarded` made this cell of; any other cell is given back as it is."""
    return cell[1:] if cell.startswith(GUARD) and _would_run(cell.lstrip(GUARD)) else cell


def _would_run(cell: str) -> bool:
    return _RUN.match(cell) is not None and _HARMLESS.fullmatch(cell) is None
