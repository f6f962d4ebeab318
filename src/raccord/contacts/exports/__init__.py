"""Exports: a list of contacts becomes a file, row by row, whatever happens to the workers.

An export is a row (`ExportRun`) with a lease and a position. The story in files:

1. `starting.py` takes the list, the columns (`columns.py`) and how they are to be written
   (`options.py`): what cannot be written is refused here;
2. `gathering.py` takes the contacts by ascending id, some thousand per transaction: `cells.py` says
   what stands in a cell, `csv_rows.py` makes lines of a CSV file of them, `gathered_rows.py` what a
   workbook is made of. They are kept in pieces in the database (`files.py`), so that any worker can
   go on and any web process can send them;
3. `working.py` calls that as often as it takes, and then `workbook.py`, where one was asked for;
4. `ending.py` cancels an export, deletes its file, and drops files that are old.

The file shows each contact as it was when its turn came. What comes out of here can go back in
(`contacts/imports`) and changes nobody.
"""

from raccord.contacts.exports.columns import Column, Counterparts, offered
from raccord.contacts.exports.ending import cancel, delete_file, drop_expired, has_file
from raccord.contacts.exports.files import pieces
from raccord.contacts.exports.options import ExportOptions
from raccord.contacts.exports.starting import InvalidExport, start
from raccord.contacts.exports.working import work

__all__ = [
    "Column",
    "Counterparts",
    "ExportOptions",
    "InvalidExport",
    "cancel",
    "delete_file",
    "drop_expired",
    "has_file",
    "offered",
    "pieces",
    "start",
    "work",
]
