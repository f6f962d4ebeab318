"""The same choice for one field of all contacts that the page showed: counted first, then done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from raccord.connections.models import DataTransfer
from raccord.contacts.models import OutboxItem, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import Failure
from raccord.sync import questions
from raccord.sync.answers import Answer
from raccord.sync.questions import Choice
from raccord.web.decisions import filters
from raccord.web.decisions.answering import (
    AS_RULE,
    back,
    carry_out,
    keep_as_rule,
    say_failure,
)
from raccord.web.decisions.listing import PER_PAGE


@require_POST
def answer_all(request: HttpRequest, project: Project) -> HttpResponse:
    """First what will happen, in a pop-up or on a page of its own; once confirmed, it does."""
    found = DataTransfer.objects.filter(connection__project=project)
    transfer = (
        found.select_related("connection__authorization", "connection__project")
        .filter(pk=filters.number(request.POST.get("transfer")))
        .first()
    )
    key, choice = request.POST.get("field", ""), request.POST.get("choice", "")
    spec = ProjectFields.of(project).specs.get(key)
    if transfer is None or spec is None or choice not in AS_RULE:
        messages.info(request, _("Nothing was chosen, so nothing was changed."))
        return back(request, project)
    given = _given(request.POST, key, Choice(choice))
    items = list(questions.waiting([transfer.pk]).filter(pk__in=[each.item for each in given]))
    if "confirmed" not in request.POST:
        context = _asking(request.POST, transfer, items, given)
        return render(request, "decisions/all.html", context | {"field": key, "label": spec.label})
    return _done(request, project, transfer, items, given)


def _asking(
    posted: QueryDict, transfer: DataTransfer, items: list[OutboxItem], given: list[Answer]
) -> dict[str, Any]:
    return {
        "transfer": transfer,
        "many": len(items),
        "choice": posted["choice"],
        "pairs": [f"{each.item}:{each.seen}" for each in given],
        "back": posted.get("back", "")[:500],
    }


def _done(
    request: HttpRequest,
    project: Project,
    transfer: DataTransfer,
    items: list[OutboxItem],
    given: list[Answer],
) -> HttpResponse:
    """What moved meanwhile is left out, and said."""
    try:
        decided = carry_out(request, transfer, items, given)
    except Failure as failure:
        say_failure(request, failure, transfer)
        return back(request, project)
    refused = sum(each.problem is not None for each in decided)
    if done := len(decided) - refused:
        told = ngettext("%(count)d field was decided.", "%(count)d fields were decided.", done)
        messages.success(request, told % {"count": done})
        if "always" in request.POST and given:
            keep_as_rule(request, transfer, given[0].key, given[0].choice)
    if refused:
        told = ngettext(
            "%(count)d contact was left out: it changed meanwhile, or its value cannot be taken.",
            "%(count)d contacts were left out: they changed meanwhile, or their values cannot be "
            "taken.",
            refused,
        )
        messages.warning(request, told % {"count": refused})
    return back(request, project)


def _given(posted: QueryDict, key: str, choice: Choice) -> list[Answer]:
    """At most a page of them, each contact once."""
    pairs = (each.partition(":") for each in posted.getlist("pair")[:PER_PAGE])
    seen = {filters.number(item): seen for item, _colon, seen in pairs}
    return [Answer(item, key, about, choice) for item, about in seen.items() if item]
