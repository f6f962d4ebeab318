"""Undo one entry of a contact's history: first what would be set back, then it is.

A field that was changed again since is never overwritten unasked: what it holds now and what it
held before stand side by side, and the person chooses. The answer names the value that was shown,
so that one that moved once more is asked about again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from raccord.contacts import keepers, undo
from raccord.contacts.changes import Outcome
from raccord.contacts.messages import explain
from raccord.contacts.models import ChangeLogEntry, Contact, Project, Subscription
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.undo import SetBack, Undo
from raccord.engine.errors import BadInput
from raccord.engine.records import Value
from raccord.engine.values import to_json
from raccord.web.base.answers import go_to, invalid
from raccord.web.base.person import origin
from raccord.web.contacts.actors import Actors
from raccord.web.contacts.shown import in_words

TEMPLATE = "contacts/undo.html"
CHOOSE = "choose-"
SHOWN = "shown-"
CONFIRM = "confirm-"
BACK, KEEP = "back", "keep"


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field in the pop-up, in words. shown: the value it holds, as the answer gives it back.

    unanswered: the answer lacked a choice, or a confirmation, here.
    """

    key: str
    label: str
    now: str
    back: str
    changed_since: bool
    lifts: bool
    shown: str
    choice: str
    unanswered: bool


@dataclass(slots=True)
class Answer:
    """What the person decided. chosen: as `undo.undo` takes it. open: fields to ask about again."""

    chosen: dict[str, tuple[Value, Value]] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)


def take_back(request: HttpRequest, project: Project, pk: int, entry: int) -> HttpResponse:
    """Pop-up: what will be set back; then it is, as an edit of its own."""
    contact = get_object_or_404(Contact, project=project, pk=pk, deleted_at=None)
    logged = undo.entry_of(contact, entry)
    if logged is None:
        raise Http404
    planned = _planned(project, contact, logged)
    if request.method != "POST":
        return render(request, TEMPLATE, _context(project, contact, planned))
    answer = _answer(request.POST, planned)
    if answer.open:
        context = _context(project, contact, planned, request.POST, answer.open)
        return invalid(request, TEMPLATE, context)
    return _done(request, project, contact, planned, answer)


def _done(
    request: HttpRequest, project: Project, contact: Contact, planned: Undo, answer: Answer
) -> HttpResponse:
    """Write it, unless somebody was faster still."""
    if not answer.chosen:
        messages.info(request, _("Nothing was changed."))
        return go_to(request, "contact", project.slug, contact.pk)
    result = undo.undo(
        project, contact, planned.entry, chosen=answer.chosen, origin=origin(request)
    )
    if result.outcome is Outcome.REJECTED:
        contact.refresh_from_db()
        again = _planned(project, contact, planned.entry)
        context = _context(project, contact, again, request.POST, set(result.clashes))
        return invalid(request, TEMPLATE, context | {"refusals": result.problems})
    messages.success(request, _("The change was undone."))
    for problem in (*planned.problems, *result.problems):
        messages.warning(request, explain(problem.code, problem.params))
    return go_to(request, "contact", project.slug, contact.pk)


def _planned(project: Project, contact: Contact, entry: ChangeLogEntry) -> Undo:
    kept = keepers.kept(project.pk, [contact.pk])
    return undo.planned(entry, fields=ProjectFields.of(project), now=contact.values, kept=kept)


def _answer(posted: QueryDict, planned: Undo) -> Answer:
    answer = Answer()
    for each in planned.fields:
        key = each.spec.key
        choice = posted.get(f"{CHOOSE}{key}")
        if each.changed_since and choice == KEEP:
            continue
        about_this = posted.get(f"{SHOWN}{key}") == _token(each.now)
        unanswered = each.changed_since and not (choice == BACK and about_this)
        unconfirmed = each.lifts and f"{CONFIRM}{key}" not in posted
        if unanswered or unconfirmed:
            answer.open.add(key)
        else:
            answer.chosen[key] = (each.back, each.now)
    return answer


def _token(value: Value) -> str:
    """A value as a hidden control carries it, and as the answer is compared with it."""
    return json.dumps(to_json(value))


def _context(
    project: Project,
    contact: Contact,
    planned: Undo,
    posted: Mapping[str, object] | None = None,
    unanswered: set[str] | None = None,
) -> dict[str, Any]:
    actors = Actors(project, [planned.entry])
    return {
        "contact": contact,
        "entry": planned.entry,
        "who": actors.who(planned.entry),
        "fields": [_shown(each, posted or {}, unanswered or set()) for each in planned.fields],
        "problems": [(_label(problem), problem) for problem in planned.problems],
        "unanswered": bool(unanswered),
        "is_sent": Subscription.objects.filter(project=project, active=True).exists(),
    }


def _shown(each: SetBack, posted: Mapping[str, object], unanswered: set[str]) -> ShownField:
    key = each.spec.key
    return ShownField(
        key=key,
        label=each.spec.label,
        now=in_words(each.spec, each.now),
        back=in_words(each.spec, each.back),
        changed_since=each.changed_since,
        lifts=each.lifts,
        shown=_token(each.now),
        choice=str(posted.get(f"{CHOOSE}{key}", "")),
        unanswered=key in unanswered,
    )


def _label(problem: BadInput) -> str:
    return str(problem.params.get("field") or problem.at)
