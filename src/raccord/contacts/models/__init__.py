"""Projects, fields, contacts, what changed, and what is due to be sent.

The outbox belongs here and not to the flow: a contact and the fact that it must be sent are
written in one transaction, and this app never has to know who sends it.
"""

from raccord.contacts.models.contacts import OPERATIONS, ChangeLogEntry, Contact
from raccord.contacts.models.imports import (
    ImportKey,
    ImportPart,
    ImportReject,
    ImportRun,
    ImportState,
)
from raccord.contacts.models.outbox import OutboxItem, OutboxState, Subscription
from raccord.contacts.models.projects import FIELD_TYPES, Field, Project

__all__ = [
    "FIELD_TYPES",
    "OPERATIONS",
    "ChangeLogEntry",
    "Contact",
    "Field",
    "ImportKey",
    "ImportPart",
    "ImportReject",
    "ImportRun",
    "ImportState",
    "OutboxItem",
    "OutboxState",
    "Project",
    "Subscription",
]
