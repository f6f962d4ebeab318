"""Step 1, second half: the rows of the "Data transfer" section and their gear menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from raccord.connections import describing, endpoints, flows, sentences, specs, transfers
from raccord.connections.models import Connection, DataTransfer, Integration
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput, Failure
from raccord.engine.records import FirstLinkRule, OnlyThere
from raccord.engine.rules import DeletionRule, OnlyHere
from raccord.sync import activate as switch
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.transfer_words import (
    deletions_told,
    first_link_rules,
    only_here_told,
    only_there_told,
)


@dataclass(frozen=True, slots=True)
class TransferRow:
    """A data type as its row shows it. reason: why it cannot be activated, None if it can.

    rule: what happens where both sides have a value when they first meet. sends, receives: which
    way values flow. only_here, only_there: what becomes of who is known on one side only, "" where
    nothing flows that way. deletions: what is asked about them, "" if nothing is.
    """

    transfer: DataTransfer
    label: str
    mapped: int
    paused: int
    reason: sentences.Explanation | None
    rule: str
    sends: bool
    receives: bool
    only_here: str
    only_there: str
    deletions: str


class TransferForm(forms.Form):
    """Which data type to add."""

    object = forms.ChoiceField(label=gettext_lazy("Data type"))


def transfer_rows(connection: Connection) -> list[TransferRow]:
    """The connection's data types in their order."""
    rows = []
    source = endpoints.source_label(connection.source)
    named, told = first_link_rules(source), only_there_told(source)
    here = only_here_told()
    for transfer in connection.transfers.prefetch_related("mappings"):
        lines = list(transfer.mappings.all())
        receives = flows.receives(transfer)
        reason = transfers.why_disabled(transfer, remote=describing.stored_description(transfer))
        rows.append(
            TransferRow(
                transfer=transfer,
                label=specs.data_type(transfer).label,
                mapped=len(lines),
                paused=sum(1 for line in lines if line.paused_reason),
                reason=sentences.explain_failure(reason) if reason else None,
                rule=named[FirstLinkRule(transfer.first_link_rule)],
                sends=flows.sends(transfer),
                receives=receives,
                only_here=here[transfer.only_here if flows.sends(transfer) else OnlyHere.LINK],
                only_there=told[OnlyThere(transfer.only_there)] if receives else "",
                deletions=deletions_told(
                    ours=DeletionRule(transfer.our_deletion),
                    theirs=DeletionRule(transfer.their_deletion),
                ),
            )
        )
    return rows


def add(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """The pop-up behind "Add": choose a data type that the connection does not have yet."""
    connection = get_object_or_404(project.connections, pk=key)
    form = TransferForm(request.POST or None)
    taken = set(connection.transfers.values_list("object", flat=True))
    cast(forms.ChoiceField, form.fields["object"]).choices = [
        (each.object, each.label)
        for each in transfers.data_types(connection)
        if each.object not in taken
    ]
    context = {"form": form, "connection": connection}
    if request.method != "POST":
        return render(request, "connections/transfer_add.html", context)
    if form.is_valid():
        try:
            transfers.add_transfer(connection, object_name=form.cleaned_data["object"])
        except BadInput as problem:
            problems.show(form, problem)
        else:
            messages.success(request, _("The data type is added. Now map its fields."))
            return answers.go_to(request, "connection", project.slug, key)
    return answers.invalid(request, "connections/transfer_add.html", context)


@require_POST
def activate(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Activate a row; a reason against it is told."""
    transfer = of_project(project, key)
    try:
        remote = describing.described(transfer)
        transfers.activate_transfer(transfer, remote=remote)
        for integration in Integration.objects.filter(connection=transfer.connection_id):
            switch.refresh(integration)
    except Failure as failure:
        problems.tell(request, failure, source=transfer.connection.source)
    else:
        messages.success(request, _("The data type is active."))
    return answers.go_to(request, "connection", project.slug, transfer.connection_id)


@require_POST
def deactivate(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Deactivate a row: nothing of it is collected, sent or received any more."""
    transfer = of_project(project, key)
    transfers.deactivate_transfer(transfer)
    messages.success(request, _("The data type is deactivated."))
    return answers.go_to(request, "connection", project.slug, transfer.connection_id)


@require_POST
def remove(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Delete a row with its mapping and links."""
    transfer = of_project(project, key)
    try:
        transfers.remove_transfer(transfer)
    except BadInput as problem:
        problems.tell(request, problem)
    else:
        messages.success(request, _("The data type is removed. All records stay on both sides."))
    return answers.go_to(request, "connection", project.slug, transfer.connection_id)


def of_project(project: Project, key: int) -> DataTransfer:
    """A data transfer of this project, else 404."""
    listed = DataTransfer.objects.select_related("connection__authorization")
    return get_object_or_404(listed, connection__project=project, pk=key)
