"""SOQL: from the text of a query to the rows it answers.

`lexer` cuts the text into tokens, `parser` builds the `syntax` tree, `names` finds the fields the
tree speaks of, `conditions` turns WHERE into a predicate, `plan` chooses which rows to try it on,
`select` renders them, `aggregate` counts and groups. `run.py` is the whole story.
"""
