"""Lists of contacts: what a person searches, filters, sorts, pages through, selects, exports.

`query.py` says what a list is, and nothing about how it is found. The list screen, saved views,
exports and bulk acts all speak it.
"""
