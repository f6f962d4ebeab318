"""What a person says about pairs that a deletion or a merge has broken, one by one or together."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from raccord.connections.models import DataTransfer
from raccord.connections.specs import data_type
from raccord.contacts.models import OutboxItem, Project
from raccord.engine.errors import Failure
from raccord.engine.parting import DELETED_HERE
from raccord.sync import deletions, one_person
from raccord.sync.deletions import Answered
from raccord.web.base.person import origin
from raccord.web.decisions import filters
from raccord.web.decisions.answering import back, say_failure, transfer_of
from raccord.web.decisions.broken_pairs import also_deleted
from raccord.web.decisions.listing import PER_PAGE
from raccord.web.decisions.words import of_problem

DELETE, KEEP = "delete", "keep"


@require_POST
def deletion(request: HttpRequest, project: Project) -> HttpResponse:
    """Delete or keep what is left. Of several, the count is said first and confirmed."""
    answer = request.POST.get("answer", "")
    items = _items(request, project)
    if not items or answer not in (DELETE, KEEP):
        messages.warning(request, _("This was decided already, or is being looked at again."))
        return back(request, project)
    transfer = transfer_of(items[0])
    mine = [item for item in items if item.subscription.transfer == transfer.pk]
    alike = [item for item in mine if item.reason == items[0].reason]
    if len(request.POST.getlist("item")) > 1 and "confirmed" not in request.POST:
        context = _asking(request, project, transfer, alike, answer)
        return render(request, "decisions/deletions.html", context)
    try:
        answered = _carry_out(request, transfer, alike, answer)
    except Failure as failure:
        say_failure(request, failure, transfer)
        return back(request, project)
    _say(request, answered, reason=items[0].reason, answer=answer)
    return back(request, project)


@require_POST
def same_person(request: HttpRequest, project: Project) -> HttpResponse:
    """Keep one of two contacts that are one person over there, or leave both."""
    found = one_person.waiting(_transfers(project))
    item = found.filter(pk=filters.number(request.POST.get("item"))).first()
    if item is None:
        messages.warning(request, _("This was decided already, or is being looked at again."))
        return back(request, project)
    transfer = transfer_of(item)
    try:
        if contact := filters.number(request.POST.get("keep")):
            one_person.keep(transfer, item, contact=contact, origin=origin(request))
            told = _("The contact stays and has the record; the other one was deleted here.")
        else:
            one_person.leave(transfer, item)
            told = _("Both contacts stay as they are.")
    except Failure as failure:
        words = of_problem(failure, source=transfer.connection.source)
        messages.error(request, f"{words.what} {words.todo}".strip())
    else:
        messages.success(request, told)
    return back(request, project)


def _items(request: HttpRequest, project: Project) -> list[OutboxItem]:
    """Those of the named items that still wait; at most a page of them."""
    named = [filters.number(each) for each in request.POST.getlist("item")[:PER_PAGE]]
    return list(deletions.waiting(_transfers(project)).filter(pk__in=named).order_by("pk"))


def _transfers(project: Project) -> list[int]:
    found = DataTransfer.objects.filter(connection__project=project)
    return list(found.values_list("pk", flat=True))


def _asking(
    request: HttpRequest,
    project: Project,
    transfer: DataTransfer,
    items: list[OutboxItem],
    answer: str,
) -> dict[str, Any]:
    here = items[0].reason == DELETED_HERE
    return {
        "transfer": transfer,
        "object": data_type(transfer).label,
        "items": [item.pk for item in items],
        "many": len(items),
        "answer": answer,
        "of_records": here,
        "others": () if here else also_deleted(project, but=transfer),
        "back": request.POST.get("back", "")[:500],
    }


def _carry_out(
    request: HttpRequest, transfer: DataTransfer, items: list[OutboxItem], answer: str
) -> Answered:
    """May read the other side, and raises what that raises."""
    if items[0].reason == DELETED_HERE:
        act = deletions.delete_there if answer == DELETE else deletions.keep_there
        return act(transfer, items)
    if answer == KEEP:
        return deletions.keep_here(transfer, items)
    return deletions.delete_here(transfer, items, origin=origin(request))


def _say(request: HttpRequest, answered: Answered, *, reason: str, answer: str) -> None:
    if answered.decided:
        messages.success(request, _told(answered.decided, reason == DELETED_HERE, answer))
    if answered.problems:
        words = of_problem(answered.problems[0])
        left = ngettext(
            "%(count)d was left out: %(why)s",
            "%(count)d were left out: %(why)s",
            len(answered.problems),
        )
        why = f"{words.what} {words.todo}".strip()
        messages.warning(request, left % {"count": len(answered.problems), "why": why})


def _told(many: int, of_records: bool, answer: str) -> str:
    if of_records and answer == DELETE:
        text = ngettext(
            "%(count)d record is deleted now.", "%(count)d records are deleted now.", many
        )
    elif of_records:
        text = ngettext("%(count)d record stays.", "%(count)d records stay.", many)
    elif answer == DELETE:
        text = ngettext("%(count)d contact was deleted.", "%(count)d contacts were deleted.", many)
    else:
        text = ngettext("%(count)d contact stays.", "%(count)d contacts stay.", many)
    return text % {"count": many}
