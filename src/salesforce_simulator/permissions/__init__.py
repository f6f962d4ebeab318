"""Who may do what: object permissions, field-level security, system permissions and sharing.

`grants` is what one user was granted, `registry` everybody's, `sharing` which records each sees.
`seen_org` is the org as one user sees it: whoever reads through it needs no check of its own.
What a user writes is checked by `transaction.py` through `access`.
"""
