"""Comparing both sides: when, with what result, and what to do about it.

`page.py` is the page of an integration: the last result of each data type, starting, the timetable,
earlier runs. `run.py` shows one run: its progress, and what it found in groups (`groups.py`, in the
words of `words.py`); `rows.py` writes that down as a file. `summary.py` says the result in a
sentence, wherever it is shown.
"""
