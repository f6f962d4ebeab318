"""What an act on contacts will do in the connected systems: said before a person confirms it.

Beside the flow, and counted from what it works on: links, subscriptions, mappings. An effect is
one data transfer and what will become of its records; the screens put it into words.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from raccord.connections.models import (
    Connection,
    DataTransfer,
    FieldMapping,
    Integration,
    IntegrationState,
)
from raccord.contacts.models import BulkRun, Contact, Field, Project, Subscription
from raccord.engine.records import (
    Direction,
    FieldType,
    Operation,
)
from raccord.engine.rules import DeletionRule
from raccord.sync.counterparts import type_label
from raccord.sync.models import Link, LinkState
from raccord.sync.statements import fetch

_LINKED = """
SELECT link.transfer_id, count(*) FROM contacts_bulkitem AS item
JOIN sync_link AS link ON link.contact = item.contact
WHERE item.run_id = %(run)s AND link.state IN ('creating', 'linked')
GROUP BY link.transfer_id
"""
# One person has one record per connection, of whatever type.
_KNOWN = """
SELECT transfer.connection_id, count(DISTINCT link.contact) FROM contacts_bulkitem AS item
JOIN sync_link AS link ON link.contact = item.contact
JOIN connections_datatransfer AS transfer ON transfer.id = link.transfer_id
WHERE item.run_id = %(run)s AND link.state IN ('creating', 'linked')
GROUP BY transfer.connection_id
"""


_PAIRED = (LinkState.CREATING, LinkState.LINKED)


class Outcome(StrEnum):
    """DELETED, UPDATED: the linked records will be. ASKED: a person is asked whether they are
    deleted. NOT_TICKED: this operation is not sent.
    NOT_MAPPED: none of the fields goes there. OFF: nothing is sent, the integration is disabled.
    """

    DELETED = "deleted"
    ASKED = "asked"
    UPDATED = "updated"
    NOT_TICKED = "not_ticked"
    NOT_MAPPED = "not_mapped"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Effect:
    """What becomes of the records of one data transfer.

    connection, object: as people call them. linked: of the contacts in question, those with a
    record of this type. not_linked: those without one of any type of the connection.
    creates: a contact that is not linked there is created there once it changes.
    later: it is sent only when somebody resumes the integration, which was suspended.
    """

    connection: str
    object: str
    outcome: Outcome
    linked: int
    not_linked: int
    creates: bool
    later: bool


@dataclass(frozen=True, slots=True)
class Receiver:
    """A data transfer that new or changed contacts flow out to.

    connection, object: as people call them. creates: contacts that are not there yet are created
    there. updates: changes of linked ones are sent; without either, only changed consents are.
    later: once its integration is resumed, which was suspended.
    """

    connection: str
    object: str
    creates: bool
    updates: bool
    later: bool


def of_deletion(run: BulkRun) -> tuple[Effect, ...]:
    """What the deletion of a frozen selection does elsewhere."""
    return tuple(_effect(each, counts, _of_deletion(each)) for each, counts in _with_links(run))


def of_edit(run: BulkRun, fields: Collection[str]) -> tuple[Effect, ...]:
    """What an edit of these fields (keys) in a frozen selection does elsewhere."""
    return tuple(
        _effect(each, counts, _of_fields(each, fields)) for each, counts in _with_links(run)
    )


def of_deletion_of(contact: Contact) -> tuple[Effect, ...]:
    """What the deletion of one contact does elsewhere; only where it has a record."""
    links = Link.objects.filter(contact=contact.pk, state__in=_PAIRED)
    linked = set(links.values_list("transfer", flat=True))
    one = _Counts(linked=1, not_linked=0)
    told = (each for each in _told(contact.project) if each.transfer.pk in linked)
    return tuple(_effect(each, one, _of_deletion(each)) for each in told)


def receivers(project: Project) -> tuple[Receiver, ...]:
    """Where new or changed contacts of the project are sent, in the order of the connections."""
    return tuple(
        Receiver(
            connection=each.transfer.connection.name,
            object=type_label(each.transfer),
            creates=each.creates,
            updates=Operation.UPDATED in each.operations,
            later=each.is_suspended,
        )
        for each in _told(project)
        if not each.is_off and each.operations - {Operation.DELETED}
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """A data transfer that may hear of an act. operations: what is sent over it, if anything.
    heard: what is captured for it, a deletion that is not sent included."""

    transfer: DataTransfer
    integration: Integration | None
    operations: frozenset[str]
    heard: frozenset[str]

    @property
    def is_off(self) -> bool:
        return self.integration is None or self.integration.state == IntegrationState.DISABLED

    @property
    def is_suspended(self) -> bool:
        return self.integration is not None and self.integration.state == IntegrationState.SUSPENDED

    @property
    def creates(self) -> bool:
        return self.transfer.create_missing and Operation.CREATED in self.operations


@dataclass(frozen=True, slots=True)
class _Counts:
    """Of the contacts in question: linked through the data transfer; with no record over there."""

    linked: int
    not_linked: int


def _with_links(run: BulkRun) -> list[tuple[_Told, _Counts]]:
    """The data transfers that the act concerns, each with what it has of the contacts.

    One that is switched off and has no link with them is nothing to speak of.
    """
    links: dict[int, int] = dict(fetch(_LINKED, run=run.pk))
    known: dict[int, int] = dict(fetch(_KNOWN, run=run.pk))
    return [
        (
            each,
            _Counts(
                linked=links.get(each.transfer.pk, 0),
                not_linked=max(0, run.total - known.get(each.transfer.connection_id, 0)),
            ),
        )
        for each in _told(run.project)
        if each.transfer.pk in links or (each.heard and not each.is_off)
    ]


def _told(project: Project) -> list[_Told]:
    """Every data transfer of the project, whether it hears of anything or not."""
    subscribed = _subscribed(project)
    transfers = DataTransfer.objects.filter(connection__project=project)
    return [
        _as_told(each, subscribed.get(each.pk, frozenset()))
        for each in transfers.select_related("connection__integration", "update_types").order_by(
            "connection__name", "position", "pk"
        )
    ]


def _as_told(transfer: DataTransfer, heard: frozenset[str]) -> _Told:
    ticked = getattr(transfer, "update_types", None)
    sent = heard & frozenset(ticked.operations if ticked else ())
    return _Told(transfer, _integration(transfer.connection), operations=sent, heard=heard)


def _integration(connection: Connection) -> Integration | None:
    return getattr(connection, "integration", None)


def _subscribed(project: Project) -> dict[int, frozenset[str]]:
    active = Subscription.objects.filter(project=project, active=True)
    return {each.transfer: frozenset(each.operations) for each in active}


def _effect(told: _Told, counts: _Counts, outcome: Outcome) -> Effect:
    return Effect(
        connection=told.transfer.connection.name,
        object=type_label(told.transfer),
        outcome=outcome,
        linked=counts.linked,
        not_linked=counts.not_linked,
        creates=told.creates and outcome is Outcome.UPDATED,
        later=told.is_suspended,
    )


def _of_operations(told: _Told, wanted: set[Operation], then: Outcome) -> Outcome:
    if told.is_off or not told.operations:
        return Outcome.OFF
    return then if told.operations & wanted else Outcome.NOT_TICKED


def _of_deletion(told: _Told) -> Outcome:
    """As `engine.parting` decides it."""
    if told.is_off or not told.heard:
        return Outcome.OFF
    if told.transfer.our_deletion == DeletionRule.ASK:
        return Outcome.ASKED
    return Outcome.DELETED if Operation.DELETED in told.operations else Outcome.NOT_TICKED


def _of_fields(told: _Told, fields: Collection[str]) -> Outcome:
    """A consent goes out as an operation of its own; a "no" whatever the direction."""
    mapped = FieldMapping.objects.filter(transfer=told.transfer, field__key__in=fields)
    outbound = mapped.exclude(direction=Direction.INBOUND) | mapped.filter(
        field__type=FieldType.CONSENT
    )
    types = set(
        Field.objects.filter(mappings__in=outbound).values_list("type", flat=True).distinct()
    )
    if not types and not told.is_off and told.operations:
        return Outcome.NOT_MAPPED
    wanted = {
        Operation.CONSENT_CHANGED if kind == FieldType.CONSENT else Operation.UPDATED
        for kind in types
    }
    return _of_operations(told, wanted, Outcome.UPDATED)
