"""Raccord: a contact database that keeps itself in agreement with a CRM.

The map of the package, from the ground up (imports only go downward in this list's order):

engine       pure decisions: what a value is, when two are equal, what a merge decides
connectors   one folder per third party; speak its language, decide nothing
accounts     people who sign in
contacts     projects, fields, contacts; `changes.py` is the only way to write a contact
connections  authorizations, connections, data transfers, field mappings, integrations
alerts       who is told when an integration needs a person
sync         the flow: outbound claim -> look -> plan -> depart -> call -> settle
processes    the embedded database and the supervised start of everything
blueprint    a whole set-up as one file
web          the screens
demo         the set-up, contacts and rehearsal behind `make demo` and `make demo-check`
"""

__version__ = "0.1.0"
