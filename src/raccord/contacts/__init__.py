"""The contact database: projects, their fields, their contacts.

`changes.py` is the only way to write a contact. Readers find them through `lists/`; files come in
through `imports/`.
"""
