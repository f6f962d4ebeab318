"""What happened to a contact, in sentences: who did what, when, from what to what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raccord.contacts import changes, history, undo
from raccord.contacts.history import Change, FieldChange
from raccord.contacts.models import ChangeLogEntry, Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import Operation, Value
from raccord.web.contacts.actors import Actors, Whole
from raccord.web.contacts.naming import headline
from raccord.web.contacts.shown import in_words
from raccord.web.templatetags.pieces import in_digits

# More changes than these are folded up.
UNFOLDED = 5


@dataclass(frozen=True, slots=True)
class ShownChange:
    """before, after: "" where the field was, or became, empty."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry of the change log. look: the icon beside it. whole: what it was part of."""

    id: int
    at: datetime
    look: str
    who: str
    sentence: str
    whole: Whole | None
    changes: list[ShownChange]
    folded: bool
    undoable: bool


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """One page of it. older: the entry that the next page begins after, None at the end."""

    entries: list[ShownEntry]
    older: int | None


def older(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """The entries before a certain one: as lines to append, or as a page of their own."""
    contact = get_object_or_404(Contact, project=project, pk=pk)
    before = request.GET.get("before", "")
    context = {
        "contact": contact,
        "headline": headline(ProjectFields.of(project), contact),
        "history": history_of(
            project, contact, before=int(before[:18]) if before.isdecimal() else None
        ),
    }
    part = request.headers.get("HX-Request")
    template = "contacts/history_entries.html" if part else "contacts/history_page.html"
    return render(request, template, context)


def history_of(project: Project, contact: Contact, *, before: int | None = None) -> ShownHistory:
    """One page of a contact's history, the newest entry first."""
    page = history.page(contact, before=before)
    actors = Actors(project, [change.entry for change in page.changes])
    alive = contact.deleted_at is None
    return ShownHistory(
        [_shown(change, actors, alive=alive) for change in page.changes], page.older
    )


def consents_of(project: Project, contact: Contact) -> dict[str, list[ShownEntry]]:
    """For each consent field what happened to it."""
    found = history.of_consents(contact)
    actors = Actors(project, [change.entry for each in found.values() for change in each])
    return {
        key: [_shown(change, actors, alive=False) for change in each] for key, each in found.items()
    }


def _shown(change: Change, actors: Actors, *, alive: bool) -> ShownEntry:
    entry = change.entry
    who = actors.who(entry)
    return ShownEntry(
        id=entry.id,
        at=entry.at,
        look=_look(entry),
        who=who,
        sentence=_sentence(entry, who, actors.undone(entry)),
        whole=actors.whole(entry),
        changes=[_shown_field(field) for field in change.fields],
        folded=len(change.fields) > UNFOLDED or entry.operation == Operation.CREATED,
        undoable=alive and entry.operation in undo.UNDOABLE,
    )


def _look(entry: ChangeLogEntry) -> str:
    if entry.cause == changes.RESTORE or entry.cause.startswith(undo.CAUSE):
        return "arrow-back-up"
    return {
        Operation.CREATED: "user-plus",
        Operation.CONSENT_CHANGED: "shield-check",
        Operation.DELETED: "trash",
    }.get(Operation(entry.operation), "edit")


def _sentence(entry: ChangeLogEntry, who: str, undone: str) -> str:
    count = len(entry.changes)
    facts = {"who": who, "count": in_digits(count), "when": undone}
    match entry.operation:
        case _ if undone:
            sentence = _("%(who)s undid the change of %(when)s")
        case Operation.CREATED if entry.cause == changes.RESTORE:
            sentence = _("%(who)s brought the contact back")
        case Operation.CREATED:
            sentence = _("%(who)s added the contact")
        case Operation.DELETED:
            sentence = _("%(who)s deleted the contact")
        case Operation.CONSENT_CHANGED:
            sentence = ngettext("%(who)s changed a consent", "%(who)s changed consents", count)
        case _:
            sentence = ngettext(
                "%(who)s changed %(count)s field", "%(who)s changed %(count)s fields", count
            )
    return sentence % facts


def _shown_field(field: FieldChange) -> ShownChange:
    if field.spec is None:
        return ShownChange(field.key, _text(field.before), _text(field.after))
    before, after = (in_words(field.spec, value) for value in (field.before, field.after))
    return ShownChange(field.spec.label, before, after)


def _text(value: Value) -> str:
    """A value of a field that was removed since."""
    return ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
