"""What happened to a contact, in sentences: who did what, when, from what to what; what was sent
to which system and received from it, by which rule, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raccord.contacts import changes, history, undo
from raccord.contacts.history import Change, FieldChange
from raccord.contacts.models import ChangeLogEntry, Contact, Field, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import Operation, Value
from raccord.sync import timeline
from raccord.sync.models import Delivery, Moved
from raccord.sync.timeline import By, Entry, Place, Wanted
from raccord.web.contacts.actors import Actors, Whole
from raccord.web.contacts.deliveries import Deliveries, ShownMove
from raccord.web.contacts.naming import headline
from raccord.web.contacts.shown import in_words
from raccord.web.templatetags.pieces import in_digits

# More changes than these are folded up.
UNFOLDED = 5
LONGEST_KEY = 60


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One thing that happened. mark: names it on the page. look: the icon beside it.

    whole: what it was part of. source: the other side's name, or who it was. rule: why, where that
    holds for every field. answer: what the other side said, or why it waits. their_change: when
    their record was last changed. undoable: the change log's entry, if it can be taken back.
    """

    mark: str
    id: int
    at: datetime
    look: str
    who: str
    sentence: str
    whole: Whole | None
    changes: list[ShownMove]
    folded: bool
    undoable: bool
    source: str = ""
    rule: str = ""
    answer: str = ""
    their_change: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """One page of it. older: the query of the address that goes on, "" at the end."""

    entries: list[ShownEntry]
    older: str


def older(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
    """A page of the history, filtered if wanted: as lines to append, or as a page of its own."""
    contact = get_object_or_404(Contact, project=project, pk=pk)
    wanted = wanted_of(request.GET)
    context = {
        "contact": contact,
        "headline": headline(ProjectFields.of(project), contact),
        "history": history_of(
            project, contact, wanted=wanted, before=Place.of(request.GET.get("before", ""))
        ),
        **filters_of(project, wanted),
    }
    part = request.headers.get("HX-Request") and "before" in request.GET
    template = "contacts/history_entries.html" if part else "contacts/history_page.html"
    return render(request, template, context)


def history_of(
    project: Project,
    contact: Contact,
    *,
    wanted: Wanted = timeline.ALL,
    before: Place | None = None,
    per_page: int = timeline.PER_PAGE,
) -> ShownHistory:
    """One page of a contact's history, the newest entry first."""
    page = timeline.page(contact, wanted=wanted, before=before, per_page=per_page)
    words = _Words(project, page.entries, alive=contact.deleted_at is None)
    return ShownHistory(
        [words.shown(entry) for entry in page.entries],
        _query(wanted, page.older) if page.older else "",
    )


def entries_of(project: Project, entries: Sequence[Entry]) -> list[ShownEntry]:
    """Some entries in words, to be read only."""
    words = _Words(project, entries, alive=False)
    return [words.shown(entry) for entry in entries]


def consents_of(project: Project, contact: Contact) -> dict[str, list[ShownEntry]]:
    """For each consent field what happened to it."""
    found = history.of_consents(contact)
    return {
        key: entries_of(project, [Entry(each.entry.at, each) for each in several])
        for key, several in found.items()
    }


def wanted_of(query: QueryDict) -> Wanted:
    """What an address asks for; what makes no sense is left out."""
    by, key = query.get("by", ""), query.get("field", "")
    # No key of a field is that long, and PostgreSQL takes no NUL.
    known = len(key) <= LONGEST_KEY and "\0" not in key
    return Wanted(key if known else "", By(by) if by in set(By) else None)


def filters_of(project: Project, wanted: Wanted) -> dict[str, object]:
    """The controls of the filter, and whether it leaves anything out."""
    kinds = {
        By.PEOPLE: _("People and web forms"),
        By.IMPORTS: _("Imports and other programs"),
        By.CONNECTIONS: _("Connections"),
    }
    fields = Field.objects.filter(project=project).order_by("position", "id")
    return {
        "kinds": [Option(str(by), text, by is wanted.by) for by, text in kinds.items()],
        "fields": [Option(each.key, str(each), each.key == wanted.field) for each in fields],
        "is_filtered": wanted != timeline.ALL,
    }


class _Words:
    """Puts some entries into words."""

    def __init__(self, project: Project, entries: Sequence[Entry], *, alive: bool) -> None:
        self._alive = alive
        self._actors = Actors(project, [each.change.entry for each in entries if each.change])
        self._deliveries = Deliveries(project, [each.delivery for each in entries if each.delivery])

    def shown(self, entry: Entry) -> ShownEntry:
        if entry.change is not None:
            return self._change(entry.change, entry.delivery)
        assert entry.delivery is not None  # noqa: S101 - an entry is one or the other
        return self._delivery(entry.delivery)

    def _change(self, change: Change, brought_by: Delivery | None) -> ShownEntry:
        entry, words = change.entry, self._deliveries
        who = self._actors.who(entry)
        moves = [_shown_field(field) for field in change.fields]
        if brought_by is not None:
            why = [words.why(brought_by, field.key) for field in change.fields]
            moves = [replace(move, why=text) for move, text in zip(moves, why, strict=True)]
        moves, rule = _said_once(moves)
        return ShownEntry(
            mark=f"entry-{entry.id}",
            id=entry.id,
            at=entry.at,
            look=_look(entry),
            who=who,
            sentence=_sentence(entry, who, self._actors.undone(entry)),
            whole=self._actors.whole(entry),
            changes=moves,
            folded=len(moves) > UNFOLDED or entry.operation == Operation.CREATED,
            undoable=self._alive and entry.operation in undo.UNDOABLE,
            source=who,
            rule=rule,
            their_change=words.their_change(brought_by) if brought_by else "",
        )

    def _delivery(self, delivery: Delivery) -> ShownEntry:
        words = self._deliveries
        moves, rule = _said_once(words.moves(delivery))
        return ShownEntry(
            mark=f"delivery-{delivery.id}",
            id=delivery.id,
            at=delivery.at,
            look=words.look(delivery),
            who=words.source(delivery),
            sentence=words.sentence(delivery),
            whole=None,
            changes=moves,
            folded=len(moves) > UNFOLDED or delivery.what == Moved.CREATED,
            undoable=False,
            source=words.source(delivery),
            rule=rule,
            answer=words.answer(delivery),
            their_change=words.their_change(delivery),
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


def _said_once(moves: list[ShownMove]) -> tuple[list[ShownMove], str]:
    """The rule of a whole entry, where it is the same for each of several fields."""
    rules = {move.why for move in moves}
    if len(moves) < 2 or len(rules) > 1:
        return moves, ""
    return [replace(move, why="") for move in moves], rules.pop()


def _shown_field(field: FieldChange) -> ShownMove:
    if field.spec is None:
        return ShownMove(field.key, field.key, _text(field.before), _text(field.after))
    before, after = (in_words(field.spec, value) for value in (field.before, field.after))
    return ShownMove(field.key, field.spec.label, before, after)


def _text(value: Value) -> str:
    """A value of a field that was removed since."""
    return ", ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)


def _query(wanted: Wanted, place: Place) -> str:
    query = QueryDict(mutable=True)
    query.update({"field": wanted.field} if wanted.field else {})
    query.update({"by": str(wanted.by)} if wanted.by else {})
    query["before"] = place.text
    return query.urlencode()
