"""One cause and the records behind it, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from raccord.connections.models import FieldMapping
from raccord.contacts.models import Contact, OutboxItem, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.sync.parked import groups, remedies
from raccord.sync.parked.models import Replay
from raccord.web.connections.their_records import address_of
from raccord.web.contacts.naming import headline, identity
from raccord.web.contacts.shown import in_words
from raccord.web.error_centre import words
from raccord.web.error_centre.words import ShownGroup

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class ShownRecord:
    """A contact of ours, or a record of theirs, that waits.

    contact: None for one that is gone, and for a record of theirs. value: what was refused, "" if
    the refusal names no mapped field. words: the other side's own.
    """

    contact: Contact | None
    name: str
    identity: str
    address: str
    value: str
    words: str
    at: datetime


def page(request: HttpRequest, project: Project, cause: str) -> HttpResponse:
    """The cause, what can be done about it, and a page of its records."""
    shown = words.shown_cause(project, cause)
    if shown is None:
        messages.info(request, _("Nothing waits for that reason any more."))
        return redirect("error-centre", project.slug)
    pages = Paginator(range(shown.group.count), PER_PAGE)
    at = pages.get_page(request.GET.get("page"))
    offset = (at.number - 1) * PER_PAGE
    records = _contacts(project, shown, offset) if shown.is_out else _records(shown, offset)
    context = {
        "shown": shown,
        "page": at,
        "records": records,
        "field": _label(remedies.blamed_line(shown.group)),
        "replay": _replay(shown),
    }
    return render(request, "error_centre/cause.html", context)


def _contacts(project: Project, shown: ShownGroup, offset: int) -> list[ShownRecord]:
    items = groups.contacts_of(shown.group.cause, offset=offset, limit=PER_PAGE)
    return contacts_shown(project, items, line=remedies.blamed_line(shown.group))


def contacts_shown(
    project: Project, items: Sequence[OutboxItem], *, line: FieldMapping | None
) -> list[ShownRecord]:
    """The contacts of outbox items, each with the value that was refused."""
    fields = ProjectFields.of(project)
    contacts = Contact.objects.filter(project=project).in_bulk([item.contact for item in items])
    return [_contact(fields, contacts.get(item.contact), item, line) for item in items]


def _contact(
    fields: ProjectFields, contact: Contact | None, item: OutboxItem, line: FieldMapping | None
) -> ShownRecord:
    spec = fields.specs.get(line.field.key) if line is not None else None
    value = str(item.parameters.get("value", ""))
    if contact is None:
        return ShownRecord(None, "", "", "", value, item.detail, item.due_at)
    if spec is not None and not value:
        value = in_words(spec, fields.typed(contact.values)[spec.key])
    return ShownRecord(
        contact=contact,
        name=headline(fields, contact),
        identity=identity(fields, contact),
        address="",
        value=value,
        words=item.detail,
        at=item.due_at,
    )


def _records(shown: ShownGroup, offset: int) -> list[ShownRecord]:
    items = groups.records_of(shown.group.cause, offset=offset, limit=PER_PAGE)
    return [
        ShownRecord(
            contact=None,
            name=item.remote_id,
            identity="",
            address=address_of(shown.transfer, item.remote_id),
            value=str(item.parameters.get("value", "")),
            words="",
            at=item.due_at,
        )
        for item in items
    ]


def _label(line: FieldMapping | None) -> str:
    return str(line.field) if line is not None else ""


def _replay(shown: ShownGroup) -> Replay | None:
    """The latest attempt at the whole group, if there was one."""
    cause = shown.group.cause
    runs = Replay.objects.filter(transfer=cause.transfer, side=cause.side, cause=cause.name)
    return runs.order_by("-pk").first()
