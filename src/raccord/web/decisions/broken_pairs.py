"""What a deletion on one side, or a merge over there, left to decide: put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from raccord.connections.models import DataTransfer, IntegrationState
from raccord.connections.specs import data_type
from raccord.contacts.models import Contact, OutboxItem, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import Operation
from raccord.engine.rules import DeletionRule
from raccord.sync import one_person
from raccord.sync.decisions import Kind
from raccord.sync.models import Link
from raccord.web.connections.their_records import address_of, pairs_of
from raccord.web.contacts.naming import headline, identity
from raccord.web.contacts.shown import in_words


@dataclass(frozen=True, slots=True)
class ShownDeletion:
    """A contact that was deleted here, or whose record was deleted there.

    others: connections in which the record is deleted along with the contact.
    """

    template: str
    item: int
    kind: Kind
    contact: Contact | None
    headline: str
    transfer: DataTransfer
    object: str
    remote_id: str
    address: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownSide:
    """One of two contacts that are one person over there. values: (label, text)."""

    contact: Contact
    headline: str
    identity: str
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownOnePerson:
    """Two contacts with one record between them; fewer than two sides if one is gone by now."""

    template: str
    item: int
    transfer: DataTransfer
    object: str
    sides: tuple[ShownSide, ...]


@dataclass(frozen=True, slots=True)
class SameDeletion:
    """Several deletions of one kind on the page, which can be answered together."""

    transfer: DataTransfer
    kind: Kind
    object: str
    items: list[int] = field(default_factory=list)


class BrokenPairs:
    """The items of a page that wait because a pair came apart, ready to be shown."""

    def __init__(self, project: Project, items: Sequence[OutboxItem]) -> None:
        self._project = project
        self._fields = ProjectFields.of(project)
        named = {item.contact for item in items} | {one_person.other_contact(i) for i in items}
        self._contacts = Contact.objects.filter(project=project).in_bulk(named)
        links = Link.objects.filter(contact__in=named)
        self._links = {(link.transfer_id, link.contact): link for link in links}

    def deletion(self, item: OutboxItem, transfer: DataTransfer, kind: Kind) -> ShownDeletion:
        """Who was deleted, and where."""
        contact = self._contacts.get(item.contact)
        link = self._links.get((transfer.pk, item.contact))
        remote_id = (link.remote_id if link else None) or ""
        here = kind is Kind.DELETED_THERE
        return ShownDeletion(
            template="decisions/deletion.html",
            item=item.pk,
            kind=kind,
            contact=contact,
            headline=headline(self._fields, contact) if contact else "",
            transfer=transfer,
            object=data_type(transfer).label,
            remote_id=remote_id,
            address=address_of(transfer, remote_id),
            others=also_deleted(self._project, but=transfer) if here else (),
        )

    def one_person(self, item: OutboxItem, transfer: DataTransfer) -> ShownOnePerson:
        """Both contacts, the one whose record was taken over first."""
        both = (item.contact, one_person.other_contact(item))
        contacts = [found for each in both if (found := self._contacts.get(each))]
        return ShownOnePerson(
            template="decisions/one_person.html",
            item=item.pk,
            transfer=transfer,
            object=str(item.parameters.get("object", "")) or data_type(transfer).label,
            sides=tuple(self._side(each, transfer) for each in contacts if not each.deleted_at),
        )

    def _side(self, contact: Contact, transfer: DataTransfer) -> ShownSide:
        typed = self._fields.typed(contact.values)
        mapped = [pair.local for pair in pairs_of(transfer)]
        return ShownSide(
            contact=contact,
            headline=headline(self._fields, contact),
            identity=identity(self._fields, contact),
            values=tuple(
                (spec.label or spec.key, in_words(spec, typed[spec.key]))
                for spec in mapped
                if typed.get(spec.key) is not None
            ),
        )


def same_deletions(
    items: Sequence[tuple[OutboxItem, Kind]], transfers: dict[int, DataTransfer], *, least: int
) -> list[SameDeletion]:
    """Deletions of the page that can be answered together."""
    found: dict[tuple[int, Kind], SameDeletion] = {}
    for item, kind in items:
        if kind not in (Kind.DELETED_HERE, Kind.DELETED_THERE):
            continue
        transfer = transfers[item.subscription.transfer]
        new = SameDeletion(transfer, kind, data_type(transfer).label)
        found.setdefault((transfer.pk, kind), new).items.append(item.pk)
    return [same for same in found.values() if len(same.items) >= least]


def also_deleted(project: Project, *, but: DataTransfer) -> tuple[str, ...]:
    """The connections in which a record is deleted as soon as its contact is."""
    sending = DataTransfer.objects.filter(
        connection__project=project,
        active=True,
        update_types__operations__contains=[Operation.DELETED],
    )
    asked = sending.exclude(our_deletion=DeletionRule.ASK).exclude(pk=but.pk)
    running = asked.exclude(connection__integration__state=IntegrationState.DISABLED)
    names = running.order_by("connection__name").values_list("connection__name", flat=True)
    return tuple(dict.fromkeys(names))
