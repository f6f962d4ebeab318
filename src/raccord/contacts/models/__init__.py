"""Projects, fields, contacts, what changed, and what is due to be sent.

The outbox belongs here and not to the flow: a contact and the fact that it must be sent are
written in one transaction, and this app never has to know who sends it.
"""

from raccord.contacts.models.activity import ActivityCount
from raccord.contacts.models.bulk import BulkAct, BulkItem, BulkReject, BulkRun
from raccord.contacts.models.contacts import OPERATIONS, ChangeLogEntry, Contact
from raccord.contacts.models.exports import ExportPart, ExportRun
from raccord.contacts.models.imports import (
    ImportKey,
    ImportPart,
    ImportReject,
    ImportRun,
    StoredForm,
)
from raccord.contacts.models.list_indexes import ListIndex
from raccord.contacts.models.lists import SavedView
from raccord.contacts.models.outbox import OutboxItem, OutboxState, Subscription
from raccord.contacts.models.projects import FIELD_TYPES, Field, FieldGroup, Project
from raccord.contacts.models.runs import Run, RunState

__all__ = [
    "FIELD_TYPES",
    "OPERATIONS",
    "ActivityCount",
    "BulkAct",
    "BulkItem",
    "BulkReject",
    "BulkRun",
    "ChangeLogEntry",
    "Contact",
    "ExportPart",
    "ExportRun",
    "Field",
    "FieldGroup",
    "ImportKey",
    "ImportPart",
    "ImportReject",
    "ImportRun",
    "ListIndex",
    "OutboxItem",
    "OutboxState",
    "Project",
    "Run",
    "RunState",
    "SavedView",
    "StoredForm",
    "Subscription",
]
