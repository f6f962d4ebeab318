"""The Tooling API, as far as the Salesforce CLI and editors read it: queries, no writes.

It is the same org seen through other tables: `tables.py` says which, `rows.py` fills them.
"""
