"""Comparing both sides of a data transfer as a whole: the proof that green means equal.

A run (`models.py`) is begun by a person, by the timetable (`timetable.py`) or after a long gap in
reading changes (`runs.py`). `comparing.py` tells its story; a worker takes it page by page:

`pairs.py`      every linked pair: their records read by id, ours beside them, judged by the engine,
`one_sided.py`  contacts without a counterpart; then, if they count more than we saw, their records,
`repairing.py`  asks the one mover for a look at what drifted, and afterwards compares that again.

What was found is kept as counts and as a list without values (`findings.py`).
"""
