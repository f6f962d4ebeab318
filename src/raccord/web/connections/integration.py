"""Steps 3 to 5: the page of one data integration.

Update types, e-mail alert and activation stand below one another, in the order of the steps;
`recipients.py`, `activation.py` and `status.py` answer for their parts.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from raccord.connections import endpoints, specs
from raccord.connections.models import DataTransfer, Integration
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.engine.records import Operation
from raccord.engine.rules import DeletionRule
from raccord.sync import activate
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.alerts import alerts_of
from raccord.web.connections.integrations import of_project
from raccord.web.connections.recipients import recipient_rows
from raccord.web.connections.status import status_of
from raccord.web.reconcile import summary

OPERATIONS: tuple[tuple[Operation, str | Promise, str | Promise], ...] = (
    (
        Operation.CREATED,
        gettext_lazy("Created"),
        gettext_lazy("New contacts are looked up over there; who is not found is created."),
    ),
    (
        Operation.UPDATED,
        gettext_lazy("Updated"),
        gettext_lazy("The fields that changed are sent, nothing else."),
    ),
    (
        Operation.CONSENT_CHANGED,
        gettext_lazy("Consent changed"),
        gettext_lazy("A “no” is sent first of all, and is never turned into a “yes” by itself."),
    ),
    (
        Operation.DELETED,
        gettext_lazy("Deleted"),
        gettext_lazy("The linked record over there is deleted, too."),
    ),
)
_DELETED_AFTER_ASKING = gettext_lazy(
    "A person is asked each time whether the linked record over there is deleted, too."
)


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A data type with its ticks. boxes: operation, label, what it means, ticked."""

    transfer: DataTransfer
    label: str
    boxes: tuple[tuple[str, str | Promise, str | Promise, bool], ...]
    count: int


def page(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The whole page."""
    integration = of_project(project, key)
    context = {
        "integration": integration,
        "connection": integration.connection,
        "source_label": endpoints.source_label(integration.connection.source),
        "types": type_rows(integration),
        "recipients": recipient_rows(integration),
        "comparison": summary.latest(integration.connection.transfers.all()),
        **alerts_of(integration),
        **status_of(integration),
    }
    return render(request, "connections/integration.html", context)


@require_POST
def operations(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Save the ticks of all data types."""
    integration = of_project(project, key)
    known = {operation.value for operation in Operation}
    ticked = {
        transfer.pk: {
            Operation(name)
            for name in request.POST.getlist(f"operations-{transfer.pk}")
            if name in known
        }
        for transfer in integration.connection.transfers.all()
    }
    try:
        activate.change_operations(integration, ticked)
    except BadInput as problem:
        problems.tell(request, problem)
    else:
        messages.success(request, _("The update types are saved."))
    return answers.go_to(request, "integration", project.slug, key)


def type_rows(integration: Integration) -> list[TypeRow]:
    """The connection's data types in their order, with what is ticked for each."""
    stored = {each.transfer_id: set(each.operations) for each in integration.update_types.all()}
    return [
        TypeRow(
            transfer=transfer,
            label=specs.data_type(transfer).label,
            boxes=tuple(
                (
                    operation.value,
                    label,
                    _DELETED_AFTER_ASKING if _asks_first(operation, transfer) else meaning,
                    operation in stored.get(transfer.pk, set()),
                )
                for operation, label, meaning in OPERATIONS
            ),
            count=len(stored.get(transfer.pk, set())),
        )
        for transfer in integration.connection.transfers.select_related("connection")
    ]


def _asks_first(operation: Operation, transfer: DataTransfer) -> bool:
    """Whether the data transfer's rule puts a question before the deletion."""
    return operation is Operation.DELETED and transfer.our_deletion == DeletionRule.ASK
