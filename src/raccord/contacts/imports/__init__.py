"""Imports: a file becomes contacts, line by line, whatever happens to the workers.

An import is a row (`ImportRun`) with a lease and a position. The story in files:

1. `files.py` stores the file in pieces, in UTF-8 (`encoding.py`); `csv_layout.py` reads its header:
   a file that cannot be taken is refused here, as a whole;
2. `running.py` takes a lease; `chunks.py` takes up to 5,000 records and writes them in one
   transaction, together with the run's position and counters;
3. `csv_lines.py` and `csv_records.py` read the file, `lines.py` the values;
4. `changes.py`, one floor up, writes the contacts.
"""

from raccord.contacts.imports.running import UNFINISHED, run_now, start, work

__all__ = ["UNFINISHED", "run_now", "start", "work"]
