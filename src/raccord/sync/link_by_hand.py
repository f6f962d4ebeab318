"""A person chooses the counterpart of a contact that several records could be.

Beside the flow, which has parked the contact as ambiguous: the candidates are looked up again, the
chosen one is stored as the link, and the contact is due. What is then written is decided by the
next run, as for every link.
"""

from __future__ import annotations

from collections.abc import Iterator

import structlog
from django.db import IntegrityError

from raccord.connections import call_counts
from raccord.connections.models import DataTransfer, Integration
from raccord.contacts import barrier
from raccord.contacts.models import Contact, OutboxItem, OutboxState
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.matching import match, wanted_value
from raccord.engine.records import Lookup, Record, TransferSpec, Values
from raccord.sync import chosen_links, replay
from raccord.sync.asking import opened
from raccord.sync.models import Link

log = structlog.get_logger(__name__)

AMBIGUOUS = "raccord.plan.match_ambiguous"
NOT_WAITING = "raccord.link.not_waiting"
NOT_A_CANDIDATE = "raccord.link.not_a_candidate"
TAKEN = "raccord.link.taken"


def is_ambiguous(item: OutboxItem) -> bool:
    """Whether the item waits for a person to choose a counterpart."""
    return item.state == OutboxState.PARKED and item.reason == AMBIGUOUS


def candidates(transfer: DataTransfer, contact: Contact) -> list[Record]:
    """The records that could be this contact, by id; empty if there is nothing left to choose.

    Asks the other side, and raises what a connector raises. `values` holds the mapped fields.
    """
    try:
        connector, spec = opened(transfer)
        local = ProjectFields.of(contact.project_id).typed(contact.values)
        lookups = list(_lookups(spec, local=local, external_id=str(contact.uid)))
        fields = {spec.object: sorted({pair.remote.name for pair in spec.pairs})}
        found = connector.find(lookups, fields) if lookups else []
    finally:
        call_counts.store()
    return list(match(spec, external_id=str(contact.uid), local=local, candidates=found).ambiguous)


def linked_contacts(transfer: DataTransfer, records: list[Record]) -> dict[str, int]:
    """Whom the records belong to already: remote id -> contact."""
    links = Link.objects.filter(transfer=transfer, remote_id__in=[each.id for each in records])
    return {link.remote_id: link.contact for link in links if link.remote_id}


def link_to(transfer: DataTransfer, contact: Contact, *, remote_id: str, person: int) -> None:
    """Store the chosen record as the contact's counterpart and make the contact due.

    Raises BadInput if the contact no longer waits for this choice, if the record is not among
    the candidates (any more), or if another contact is linked to it; nothing is changed then.
    """
    if remote_id not in {record.id for record in candidates(transfer, contact)}:
        raise BadInput(NOT_A_CANDIDATE, {"object": transfer.object})
    try:
        # The locks in the order of the flow: barrier, link, outbox item, inbox item.
        with barrier.shared(transfer.connection.project_id):
            chosen_links.store(
                transfer, contact.pk, remote_id=remote_id, taken=BadInput(NOT_WAITING)
            )
            _require_waiting(transfer, contact)
            integration = Integration.objects.get(connection=transfer.connection_id)
            replay.replay(integration, reason=AMBIGUOUS, contact=contact.pk)
            chosen_links.end_question(transfer, remote_id)
    except IntegrityError:
        raise BadInput(TAKEN, {"object": transfer.object}) from None
    log.info("link.chosen", transfer=transfer.pk, contact=contact.pk, person=person)


def _lookups(spec: TransferSpec, *, local: Values, external_id: str) -> Iterator[Lookup]:
    if spec.external_id_field:
        yield Lookup(spec.object, spec.external_id_field, (external_id,))
    for field, key in spec.match_fields:
        if value := wanted_value(spec, field, local_key=key, local=local):
            yield Lookup(spec.object, field, (value,))


def _require_waiting(transfer: DataTransfer, contact: Contact) -> None:
    items = OutboxItem.objects.select_for_update(of=("self",))
    item = items.filter(subscription__transfer=transfer.pk, contact=contact.pk).first()
    if item is None or not is_ambiguous(item):
        raise BadInput(NOT_WAITING)
