"""Delete a contact, after saying what that does to the connected systems."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from raccord.connections.models import DataTransfer
from raccord.contacts import changes
from raccord.contacts.models import Contact, Project, Subscription
from raccord.engine.records import Operation
from raccord.sync.models import Link, LinkState
from raccord.web.base.answers import go_to
from raccord.web.base.person import origin


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of the contact's record on one other side."""

    connection: str
    object: str
    deleted_there: bool


def delete(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Pop-up: what will happen; then the contact is deleted."""
    contact = get_object_or_404(Contact, project=project, pk=pk, deleted_at=None)
    if request.method != "POST":
        context = {"contact": contact, "effects": _effects(project, contact)}
        return render(request, "contacts/delete.html", context)
    changes.delete(project, [contact.pk], origin=origin(request))
    messages.success(request, _("The contact was deleted."))
    return go_to(request, "contacts", project.slug)


def _effects(project: Project, contact: Contact) -> list[Effect]:
    subscriptions = Subscription.objects.filter(project=project, active=True)
    told = {s.transfer for s in subscriptions if Operation.DELETED in s.operations}
    links = Link.objects.filter(contact=contact.pk).exclude(
        state__in=[LinkState.GONE, LinkState.ENDED]
    )
    transfers = DataTransfer.objects.filter(
        connection__project=project, pk__in=links.values("transfer")
    ).select_related("connection")
    return [Effect(t.connection.name, t.object, deleted_there=t.pk in told) for t in transfers]
