"""Delete a contact, after saying what that does to the connected systems; and bring one back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from raccord.connections.models import DataTransfer
from raccord.contacts import changes
from raccord.contacts.changes import Outcome
from raccord.contacts.messages import explain
from raccord.contacts.models import Contact, Project, Subscription
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import Operation
from raccord.sync import effects
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.person import origin
from raccord.web.bulk import effect_words
from raccord.web.contacts.naming import headline, identity


def delete(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Pop-up: what will happen; then the contact is deleted."""
    contact = get_object_or_404(Contact, project=project, pk=pk, deleted_at=None)
    if request.method != "POST":
        context = {
            "contact": contact,
            "headline": headline(ProjectFields.of(project), contact),
            "effects": effect_words.of_deletion(effects.of_deletion_of(contact)),
        }
        return render(request, "contacts/delete.html", context)
    changes.delete(project, [contact.pk], origin=origin(request))
    messages.success(request, _("The contact was deleted."))
    return go_to(request, "contact", project.slug, contact.pk)


def restore(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """Pop-up: what comes back; then the contact is there again."""
    contact = get_object_or_404(Contact, project=project, pk=pk, deleted_at__isnull=False)
    if request.method != "POST":
        return render(request, "contacts/restore.html", _restoring(project, contact))
    result = changes.restore(project, contact.pk, origin=origin(request))
    if result.outcome is Outcome.REJECTED:
        context = _restoring(project, contact) | {"problems": result.problems}
        return invalid(request, "contacts/restore.html", context)
    messages.success(request, _("The contact was restored."))
    for problem in result.problems:
        messages.warning(request, explain(problem.code, problem.params))
    return go_to(request, "contact", project.slug, contact.pk)


def _restoring(project: Project, contact: Contact) -> dict[str, Any]:
    """What the pop-up says. holder: the contact that has the same unique key by now, if any."""
    fields = ProjectFields.of(project)
    key = fields.unique_key(fields.typed(contact.values))
    return {
        "contact": contact,
        "headline": headline(fields, contact),
        "identity": identity(fields, contact),
        "holder": Contact.objects.filter(project=project, key=key, deleted_at=None).first(),
        "connections": list(
            DataTransfer.objects.filter(pk__in=_told(project, Operation.CREATED))
            .order_by("connection__name")
            .values_list("connection__name", flat=True)
            .distinct()
        ),
    }


def _told(project: Project, operation: Operation) -> set[int]:
    """The data transfers over which this operation is sent."""
    subscriptions = Subscription.objects.filter(project=project, active=True)
    return {each.transfer for each in subscriptions if operation in each.operations}
