"""The REST resources under /services/data: one family, one module.

Each function takes the Call and the variables of its address and returns a Response; it raises
ApiError to refuse. `routes.py` is the table of contents.
"""
