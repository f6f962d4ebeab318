"""What becomes of a record that nobody could be told to stand for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.contacts.models import Project
from raccord.engine.errors import Failure
from raccord.sync import meet_by_hand
from raccord.sync.models import InboxItem
from raccord.web.base.person import origin
from raccord.web.decisions import filters
from raccord.web.decisions.answering import back
from raccord.web.decisions.words import of_problem


@require_POST
def decide(request: HttpRequest, project: Project) -> HttpResponse:
    """Link it to the chosen contact, keep it apart, or have it looked at again."""
    found = InboxItem.objects.filter(transfer__connection__project=project)
    item = (
        found.select_related("transfer__connection__authorization", "transfer__connection__project")
        .filter(pk=filters.number(request.POST.get("item")))
        .first()
    )
    if item is None:
        messages.warning(request, _("This record no longer waits for a decision."))
        return back(request, project)
    try:
        told = _decided(request, item)
    except Failure as failure:
        words = of_problem(failure, source=item.transfer.connection.source)
        messages.error(request, f"{words.what} {words.todo}".strip())
    else:
        messages.success(request, told)
    return back(request, project)


def _decided(request: HttpRequest, item: InboxItem) -> str:
    """Do it, and say what was done."""
    transfer = item.transfer
    if contact := filters.number(request.POST.get("contact")):
        meet_by_hand.link_to(transfer, item, contact=contact, origin=origin(request))
        return _("The record is linked to the contact. Both are compared now.")
    if "apart" in request.POST:
        meet_by_hand.keep_apart(transfer, item)
        return _("The record is kept apart and stays as it is.")
    meet_by_hand.try_again(transfer, item)
    return _("Raccord looks at the record again.")
