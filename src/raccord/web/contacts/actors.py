"""Who changed a contact, and what that was part of, in words and with the way there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from raccord.accounts.models import User
from raccord.connections.models import Connection, DataTransfer
from raccord.contacts import undo
from raccord.contacts.models import BulkRun, ChangeLogEntry, ImportRun, Project
from raccord.engine.records import OriginKind

R = TypeVar("R", ImportRun, BulkRun)


@dataclass(frozen=True, slots=True)
class Whole:
    """What a change was part of. url: where that is shown, "" where it is gone."""

    text: str
    url: str


class Actors:
    """Everybody and everything that some entries of the change log speak of, read at once."""

    def __init__(self, project: Project, entries: Iterable[ChangeLogEntry]) -> None:
        entries = list(entries)
        self._project = project
        emails = {entry.actor for entry in entries if entry.actor}
        self._names = dict(User.objects.filter(email__in=emails).values_list("email", "name"))
        self._connections = _connections({entry.transfer for entry in entries})
        self._imports = _runs(ImportRun, project, entries, "import")
        self._bulk = _runs(BulkRun, project, entries, "bulk")
        self._undone = _undone(project, entries)

    def who(self, entry: ChangeLogEntry) -> str:
        """A person's name, the name of a connection, or what else it was."""
        person = self._names.get(entry.actor) or entry.actor
        match entry.origin:
            case OriginKind.SYNC:
                connection = self._connections.get(entry.transfer or 0)
                return connection.name if connection else _("Another system")
            case OriginKind.IMPORT:
                return person or pgettext("who changed a contact", "An import")
            case OriginKind.FORM:
                return pgettext("who changed a contact", "A web form")
            case OriginKind.SETUP:
                return person or pgettext("who changed a contact", "The set-up")
            case _:
                return person or _("Another program")

    def whole(self, entry: ChangeLogEntry) -> Whole | None:
        """The import, the act on many contacts or the connection that a change belongs to."""
        kind, _colon, number = entry.cause.partition(":")
        if kind == "import":
            return self._import(number)
        if kind == "bulk":
            return self._bulk_act(number)
        connection = self._connections.get(entry.transfer or 0)
        if connection is None:
            return None
        url = reverse("connection", args=[self._project.slug, connection.pk])
        return Whole(_("Third-party connection"), url)

    def undone(self, entry: ChangeLogEntry) -> str:
        """When what this entry took back had been done; "" if it took nothing back."""
        kind, _colon, number = entry.cause.partition(":")
        other = self._undone.get(int(number)) if kind == undo.CAUSE and number else None
        return when(other) if other else ""

    def _import(self, number: str) -> Whole:
        run = self._imports.get(number)
        if run is None:
            return Whole(pgettext("what a change was part of", "Import"), "")
        url = reverse("import", args=[self._project.slug, run.pk])
        return Whole(_("Import of %(file)s") % {"file": run.file_name}, url)

    def _bulk_act(self, number: str) -> Whole:
        text = _("Together with many other contacts")
        run = self._bulk.get(number)
        return Whole(text, reverse("bulk", args=[self._project.slug, run.pk]) if run else "")


def when(entry: ChangeLogEntry) -> str:
    return date_format(timezone.localtime(entry.at), "SHORT_DATETIME_FORMAT")


def _connections(transfers: set[int | None]) -> Mapping[int, Connection]:
    """Data transfer -> its connection."""
    keys = [transfer for transfer in transfers if transfer is not None]
    known = DataTransfer.objects.filter(pk__in=keys).select_related("connection")
    return {transfer.pk: transfer.connection for transfer in known}


def _runs(
    model: type[R], project: Project, entries: list[ChangeLogEntry], kind: str
) -> Mapping[str, R]:
    numbers = _numbers(entries, kind)
    found = model.objects.filter(project=project, pk__in=numbers) if numbers else []
    return {str(run.pk): run for run in found}


def _undone(project: Project, entries: list[ChangeLogEntry]) -> Mapping[int, ChangeLogEntry]:
    numbers = _numbers(entries, undo.CAUSE)
    contacts = {entry.contact_id for entry in entries}
    if not numbers:
        return {}
    found = ChangeLogEntry.objects.filter(contact__in=contacts, project=project, id__in=numbers)
    return {entry.id: entry for entry in found}


def _numbers(entries: list[ChangeLogEntry], kind: str) -> set[int]:
    parted = (entry.cause.partition(":") for entry in entries)
    return {int(number) for name, _colon, number in parted if name == kind and number.isdecimal()}
