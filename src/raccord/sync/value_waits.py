"""What waits because of a value: counted, made due again once a mapping deals with it.

In the outbox a contact with a value that their list does not have, that is too long there, or that
we could not take; in the inbox a record of which no contact could be made for such a value.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from raccord.connections.models import DataTransfer, FieldMapping
from raccord.contacts.models import OutboxItem, OutboxState, Subscription
from raccord.engine.choices import LEFT_OUT, MISSING_HERE, MISSING_THERE
from raccord.engine.mapping import LONGER_THERE
from raccord.sync import replay
from raccord.sync.models import InboxItem, InboxState

log = structlog.get_logger(__name__)

OF_VALUES = (MISSING_HERE, MISSING_THERE, LEFT_OUT, LONGER_THERE)
"""The reasons that a mapping can take away."""

WITH_TABLE = (MISSING_HERE, MISSING_THERE)
"""Those that a table of values takes away."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Which values stop something, and how many: ours that go nowhere, theirs that mean nothing."""

    ours: dict[str, int]
    theirs: dict[str, int]

    @property
    def total(self) -> int:
        return sum(self.ours.values()) + sum(self.theirs.values())


@dataclass(frozen=True, slots=True)
class Released:
    """What was made due again."""

    contacts: int
    records: int


def waiting(line: FieldMapping) -> Waiting:
    """What waits for a decision about values of this pair."""
    ours, theirs = dict[str, int](), dict[str, int]()
    counted = [
        *_counts(_contacts(line).filter(reason__in=WITH_TABLE)),
        *_counts(_records(line).filter(reason__in=WITH_TABLE)),
    ]
    for reason, value, count in counted:
        side = ours if reason == MISSING_THERE else theirs
        if value is not None:
            side[str(value)] = side.get(str(value), 0) + count
    return Waiting(ours, theirs)


def release(line: FieldMapping) -> Released:
    """Make due whatever waits because of a value of this pair, on its way out and in."""
    transfer = line.transfer_id
    with transaction.atomic():
        contacts = replay.make_due(_contacts(line), transfers=[transfer])
        records = replay.make_records_due(_records(line), transfer=transfer)
    log.info("values.released", transfer=transfer, contacts=contacts, records=records)
    return Released(contacts, records)


def release_all(transfer: DataTransfer) -> Released:
    """The same for every pair of a data transfer, after its mapping was changed."""
    contacts = records = 0
    lines = transfer.mappings.select_related("field")
    for each in [release(line) for line in lines]:
        contacts += each.contacts
        records += each.records
    return Released(contacts, records)


def mapping_at_fault(
    transfers: Collection[int], *, reason: str, parameters: Mapping[str, object]
) -> FieldMapping | None:
    """The mapping whose table of values would take a reason away; None if none would."""
    if reason not in WITH_TABLE:
        return None
    field, remote = str(parameters.get("field", "")), str(parameters.get("remote", ""))
    lines = FieldMapping.objects.filter(transfer__in=transfers).select_related("field", "transfer")
    named = lines.filter(Q(field__label=field) | Q(field__key=field))
    for line in named.order_by("pk"):
        if remote in ("", _label_there(line)):
            return line
    return None


def _contacts(line: FieldMapping) -> QuerySet[OutboxItem]:
    """Contacts that wait for a value of the pair, also where the other side refused it by name."""
    subscriptions = Subscription.objects.filter(transfer=line.transfer_id)
    ours = Q(reason__in=OF_VALUES) & _named(line)
    there = Q(state=OutboxState.PARKED, parameters__fields=line.remote_field)
    items = OutboxItem.objects.filter(subscription__in=list(subscriptions))
    return items.filter(ours | there).exclude(state=OutboxState.DUE)


def _records(line: FieldMapping) -> QuerySet[InboxItem]:
    items = InboxItem.objects.filter(transfer=line.transfer_id, state=InboxState.PARKED)
    return items.filter(_named(line), reason__in=OF_VALUES)


def _named(line: FieldMapping) -> Q:
    """A reason names our field as the engine does, or by its key; see `meeting`."""
    field = line.field
    return Q(parameters__field__in=[field.key, field.spec().label or field.key])


def _counts(
    items: QuerySet[OutboxItem] | QuerySet[InboxItem],
) -> list[tuple[str, str | None, int]]:
    rows = items.order_by().values_list("reason", "parameters__value").annotate(count=Count("pk"))
    return [(reason, value, count) for reason, value, count in rows]


def _label_there(line: FieldMapping) -> str:
    described = (line.transfer.description or {}).get("fields", ())
    labels = {field["name"]: field["label"] for field in described}
    return str(labels.get(line.remote_field) or line.remote_field)
