"""SOSL: records by the words in them.

`terms` understands what stands between the braces of FIND, `parser` the clauses around it, `match`
looks into records, `highlight` marks what was found. `run.py` is the whole story.
"""
