"""The pop-up in which a person chooses which of several records a contact is."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.connections import specs
from raccord.connections.models import DataTransfer
from raccord.connections.sentences import explain_failure
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput, Failure
from raccord.sync import deletions, link_by_hand
from raccord.web.base import answers
from raccord.web.base.person import signed_in
from raccord.web.connections.their_records import address_of, pairs_of, values_of
from raccord.web.contacts.naming import headline

TEMPLATE = "contacts/choose_link.html"


@dataclass(frozen=True, slots=True)
class ShownCandidate:
    """A record that could be the contact. values: (label, text) of its mapped fields.

    address: where it opens over there. owner: the contact that it is linked to, if any.
    """

    remote_id: str
    address: str
    values: tuple[tuple[str, str], ...]
    owner: int | None


def choose(request: HttpRequest, project: Project, pk: int, transfer: int) -> HttpResponse:
    """Show the candidates as they are over there now; "Link to this one" stores the choice."""
    contact = get_object_or_404(Contact, project=project, pk=pk, deleted_at=None)
    among = DataTransfer.objects.select_related("connection__authorization")
    chosen = get_object_or_404(among, connection__project=project, pk=transfer)
    if request.method != "POST":
        return _shown(request, project, contact, chosen)
    try:
        link_by_hand.link_to(
            chosen,
            contact,
            remote_id=request.POST.get("record", "").replace("\0", ""),
            person=signed_in(request).pk,
        )
    except Failure as failure:
        return _shown(request, project, contact, chosen, problem=failure)
    messages.success(request, _("The contact is linked. Differences are sent now."))
    return answers.go_to(request, "contact", project.slug, contact.pk)


@require_POST
def anew(request: HttpRequest, project: Project, pk: int, transfer: int) -> HttpResponse:
    """Let a contact that lost its record have another one."""
    contact = get_object_or_404(Contact, project=project, pk=pk, deleted_at=None)
    chosen = get_object_or_404(DataTransfer, connection__project=project, pk=transfer)
    try:
        deletions.make_anew(chosen, contact.pk)
    except BadInput as problem:
        words = explain_failure(problem, source=chosen.connection.source)
        messages.error(request, f"{words.what} {words.todo}")
    else:
        messages.success(request, _("Raccord looks for the record, or creates one."))
    return answers.go_to(request, "contact", project.slug, contact.pk)


def _shown(
    request: HttpRequest,
    project: Project,
    contact: Contact,
    transfer: DataTransfer,
    *,
    problem: Failure | None = None,
) -> HttpResponse:
    found: list[ShownCandidate] = []
    try:
        found = _candidates(transfer, contact)
    except Failure as failure:
        problem = problem or failure
    context = {
        "contact": contact,
        "headline": headline(ProjectFields.of(project), contact),
        "transfer": transfer,
        "label": specs.data_type(transfer).label,
        "candidates": found,
        "problem": explain_failure(problem, source=transfer.connection.source) if problem else None,
    }
    status = 422 if isinstance(problem, BadInput) else 200
    return render(request, TEMPLATE, context, status=status)


def _candidates(transfer: DataTransfer, contact: Contact) -> list[ShownCandidate]:
    records = link_by_hand.candidates(transfer, contact)
    owners = link_by_hand.linked_contacts(transfer, records)
    pairs = pairs_of(transfer)
    return [
        ShownCandidate(
            remote_id=record.id,
            address=address_of(transfer, record.id),
            values=values_of(record, pairs),
            owner=owners.get(record.id),
        )
        for record in records
    ]
