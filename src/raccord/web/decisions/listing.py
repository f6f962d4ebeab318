"""The list of what waits for a decision: one page, both sides read for it.

For each data transfer the records of the page are read in one call. Where that fails, the page
says so and shows what is known here; nothing can be chosen there until it is read again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from raccord.connections.models import DataTransfer
from raccord.connections.sentences import Explanation, explain_failure
from raccord.contacts.models import Contact, OutboxItem, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import Failure
from raccord.sync import decisions, meet_by_hand, questions
from raccord.sync.asking import ask
from raccord.sync.decisions import OF_CONTACTS, Kind, Open
from raccord.sync.meet_by_hand import Stranger
from raccord.sync.models import InboxItem
from raccord.sync.questions import Choice, Question
from raccord.web.contacts.naming import headline
from raccord.web.decisions import filters
from raccord.web.decisions.broken_pairs import (
    BrokenPairs,
    ShownDeletion,
    ShownOnePerson,
    same_deletions,
)
from raccord.web.decisions.conflicts import Conflicts, Refused, ShownConflict
from raccord.web.decisions.records import Records, ShownRecord

PER_PAGE = 50
FROM_SO_MANY = 2
"""The same choice for a whole field is on offer from so many contacts on."""


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A contact that several records could be; they are chosen from in a pop-up of its own."""

    template: str
    contact: Contact | None
    headline: str
    transfer: DataTransfer


@dataclass(frozen=True, slots=True)
class SameField:
    """A field that waits for several contacts of the page. pairs: (item, what was seen)."""

    transfer: DataTransfer
    key: str
    label: str
    pairs: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A data transfer whose other side could not be asked."""

    transfer: DataTransfer
    why: Explanation


Shown = ShownConflict | ShownRecord | ShownChoice | ShownDeletion | ShownOnePerson


@dataclass(slots=True)
class _Read:
    """What was read for one page."""

    questions: list[Question] = field(default_factory=list)
    strangers: list[Stranger] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """Everything that waits, or what the address narrows it to."""
    return render(request, "decisions/index.html", context(project, request.GET))


def context(
    project: Project, query: QueryDict, *, refused: Refused | None = None
) -> dict[str, Any]:
    """What the page shows. refused: an answer that was not taken, to be shown where it belongs."""
    wanted = filters.wanted(query)
    total = decisions.count(project, wanted)
    page = Paginator(range(total), PER_PAGE).get_page(query.get("page"))
    offset = (page.number - 1) * PER_PAGE
    rows = decisions.some(project, wanted, offset=offset, limit=PER_PAGE)
    found = DataTransfer.objects.filter(pk__in={row.transfer for row in rows})
    transfers = found.select_related("connection__authorization", "connection__project").in_bulk()
    wanted_items = [row.item for row in rows if row.kind in OF_CONTACTS]
    outbox = OutboxItem.objects.select_related("subscription").in_bulk(wanted_items)
    inbox = InboxItem.objects.in_bulk([row.item for row in rows if row.kind not in OF_CONTACTS])
    read = _read(rows, transfers, outbox=outbox, inbox=inbox)
    shown = _Shown(project, transfers, outbox, inbox, read, refused=refused or Refused())
    return {
        "page": page,
        "rows": [each for row in rows if (each := shown.row(row)) is not None],
        "unreadable": read.unreadable,
        "same_fields": _same_fields(read.questions, rows, transfers),
        "same_deletions": same_deletions(
            [(outbox[row.item], row.kind) for row in rows if row.item in outbox and _is_item(row)],
            transfers,
            least=FROM_SO_MANY,
        ),
        "kinds": filters.kinds(project, wanted),
        "transfers": filters.transfers(project, wanted),
        "wanted": wanted,
        "about": Contact.objects.filter(project=project, pk=wanted.contact).first(),
        "back": filters.query_of(query),
        "is_filtered": wanted != decisions.ALL,
    }


def _read(
    rows: Sequence[Open],
    transfers: dict[int, DataTransfer],
    *,
    outbox: dict[int, OutboxItem],
    inbox: dict[int, InboxItem],
) -> _Read:
    """Both sides of the page, one call for each data transfer."""
    read = _Read()
    for key, transfer in transfers.items():
        mine = [row for row in rows if row.transfer == key]
        conflicts = [
            outbox[row.item] for row in mine if row.kind is Kind.CONFLICT and row.item in outbox
        ]
        items = [inbox[row.item] for row in mine if row.item in inbox and _is_record(row)]
        if not conflicts and not items:
            continue
        try:
            counterparts = questions.counterparts(transfer, conflicts)
            asked = ask(transfer, [*counterparts, *(item.remote_id for item in items)])
        except Failure as failure:
            why = explain_failure(failure, source=transfer.connection.source)
            read.unreadable.append(Unreadable(transfer, why))
            continue
        read.questions += questions.questions(transfer, conflicts, asked)
        read.strangers += meet_by_hand.strangers(transfer, items, asked)
    return read


class _Shown:
    """Puts the rows of one page into words."""

    def __init__(
        self,
        project: Project,
        transfers: dict[int, DataTransfer],
        outbox: dict[int, OutboxItem],
        inbox: dict[int, InboxItem],
        read: _Read,
        *,
        refused: Refused,
    ) -> None:
        self._transfers, self._outbox, self._inbox = transfers, outbox, inbox
        self._fields = ProjectFields.of(project)
        self._contacts = Contact.objects.filter(project=project, deleted_at=None).in_bulk(
            {item.contact for item in outbox.values()}
        )
        self._broken = BrokenPairs(project, list(outbox.values()))
        self._conflicts = Conflicts(project, read.questions, refused=refused)
        self._unreadable = {each.transfer.pk for each in read.unreadable}
        self._records = {
            key: Records(
                project,
                transfer,
                [item for item in inbox.values() if item.transfer_id == key],
                [each for each in read.strangers if each.item.transfer_id == key],
            )
            for key, transfer in transfers.items()
        }

    def row(self, row: Open) -> Shown | None:
        """None where it was decided while the page was being made."""
        transfer = self._transfers[row.transfer]
        if _is_record(row):
            record = self._inbox.get(row.item)
            return self._records[row.transfer].shown(record, row.kind) if record else None
        item = self._outbox.get(row.item)
        if item is None:
            return None
        if row.kind in (Kind.DELETED_HERE, Kind.DELETED_THERE):
            return self._broken.deletion(item, transfer, row.kind)
        if row.kind is Kind.ONE_PERSON:
            return self._broken.one_person(item, transfer)
        contact = self._contacts.get(item.contact)
        if row.kind is Kind.CONFLICT:
            readable = row.transfer not in self._unreadable
            return self._conflicts.shown(item, transfer, contact, readable=readable)
        name = headline(self._fields, contact) if contact else ""
        return ShownChoice("decisions/choice.html", contact, name, transfer)


def _is_item(row: Open) -> bool:
    return row.kind in OF_CONTACTS


def _is_record(row: Open) -> bool:
    return row.kind not in OF_CONTACTS


def _same_fields(
    asked: Sequence[Question], rows: Sequence[Open], transfers: dict[int, DataTransfer]
) -> list[SameField]:
    """Fields that several contacts of the page are asked about; consents are decided one by one."""
    transfer_of = {row.item: row.transfer for row in rows if row.kind is Kind.CONFLICT}
    found: dict[tuple[int, str], SameField] = {}
    for question in asked:
        if question.is_consent or Choice.OURS not in question.choices:
            continue
        transfer = transfers[transfer_of[question.item]]
        label = question.pair.local.label or question.key
        new = SameField(transfer, question.key, label)
        same = found.setdefault((transfer.pk, question.key), new)
        same.pairs.append(f"{question.item}:{question.seen}")
    return [same for same in found.values() if len(same.pairs) >= FROM_SO_MANY]
