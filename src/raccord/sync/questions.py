"""Fields that both sides changed and that only a person may decide: what there is to choose.

The flow parks such a contact (`decide.CONFLICT`) and leaves both values as they are. Here both are
read for the person; the answer is carried out by `answers.py`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import orjson
from django.db.models import QuerySet

from raccord.connections.models import DataTransfer
from raccord.contacts.models import Contact, OutboxItem, OutboxState
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.consent import NO, reading
from raccord.engine.errors import BadInput
from raccord.engine.mapping import inward, pair_equal
from raccord.engine.merge import valid
from raccord.engine.records import (
    BaseEntry,
    Direction,
    FieldPair,
    FieldType,
    Record,
    Value,
    Values,
)
from raccord.engine.values import to_json
from raccord.sync.asking import Asked
from raccord.sync.decide import CONFLICT
from raccord.sync.models import Link, LinkState
from raccord.sync.stored_forms import StoredForms


class Choice(StrEnum):
    """OURS keeps what we hold, THEIRS takes what they hold, OTHER is a value of the person's."""

    OURS = "ours"
    THEIRS = "theirs"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Question:
    """One field of one contact that waits for a decision, with what both sides hold now.

    taken: their value as ours would hold it; None with `unfit` where it cannot. choices: what may
    be chosen; none where both sides agree by now. base: the entry so far, None at a first meeting.
    moved: of the link when this was read.
    """

    item: int
    contact: int
    pair: FieldPair
    ours: Value
    theirs: Value
    taken: Value
    unfit: BadInput | None
    choices: tuple[Choice, ...]
    base: BaseEntry | None
    record: Record
    moved: int

    @property
    def key(self) -> str:
        return self.pair.local.key

    @property
    def is_consent(self) -> bool:
        return self.pair.local.type is FieldType.CONSENT

    @property
    def seen(self) -> str:
        """Stands for the two values: an answer that carries it is about just these."""
        held = json.dumps([to_json(self.ours), to_json(self.theirs)])
        return hashlib.sha256(held.encode()).hexdigest()[:32]

    @property
    def may_become_a_rule(self) -> bool:
        """Whether always choosing the same side is a rule that the mapping can hold."""
        both_ways = self.pair.direction is Direction.BOTH
        return both_ways and self.base is not None and not self.is_consent


def waiting(transfers: Iterable[int]) -> QuerySet[OutboxItem]:
    """All items of these data transfers that wait for such a decision."""
    items = OutboxItem.objects.filter(state=OutboxState.PARKED, reason=CONFLICT)
    return items.filter(subscription__transfer__in=list(transfers)).select_related("subscription")


def is_conflict(item: OutboxItem) -> bool:
    """Whether the item waits for such a decision."""
    return item.state == OutboxState.PARKED and item.reason == CONFLICT


def fields_in_question(item: OutboxItem) -> list[str]:
    """The keys of the fields that a parked item waits for, in the mapping's order."""
    named = str(item.parameters.get("fields", ""))
    return [key for key in named.split(", ") if key]


def counterparts(transfer: DataTransfer, items: Sequence[OutboxItem]) -> list[str]:
    """The ids of the records that have to be read to show these items."""
    return [link.remote_id for link in _links(transfer, items).values() if link.remote_id]


def questions(transfer: DataTransfer, items: Sequence[OutboxItem], asked: Asked) -> list[Question]:
    """Both sides of every field in question, as far as both can be read.

    An item without any question has nothing to decide any more, or cannot be read now.
    """
    links = _links(transfer, items)
    contacts = Contact.objects.filter(pk__in=[item.contact for item in items], deleted_at=None)
    by_id = contacts.in_bulk()
    fields = ProjectFields.of(transfer.connection.project_id)
    forms = StoredForms(asked.spec)
    found = []
    for item in items:
        link, contact = links.get(item.contact), by_id.get(item.contact)
        record = asked.views.get(link.remote_id or "") if link else None
        if link is None or contact is None or record is None or record.deleted:
            continue
        base = forms.base(orjson.dumps(link.base).decode())
        local = fields.typed(contact.values)
        found += [
            _question(item, link, pair, local=local, record=record, base=base)
            for pair in _pairs(asked, item)
            if pair.remote.name in record.values
        ]
    return found


def _links(transfer: DataTransfer, items: Sequence[OutboxItem]) -> dict[int, Link]:
    contacts = [item.contact for item in items]
    found = Link.objects.filter(transfer=transfer, contact__in=contacts, state=LinkState.LINKED)
    return {link.contact: link for link in found}


def _pairs(asked: Asked, item: OutboxItem) -> list[FieldPair]:
    keys = fields_in_question(item)
    return [pair for pair in asked.spec.pairs if pair.local.key in keys]


def _question(
    item: OutboxItem,
    link: Link,
    pair: FieldPair,
    *,
    local: Values,
    record: Record,
    base: Mapping[str, BaseEntry],
) -> Question:
    ours, theirs = local.get(pair.local.key), record.values[pair.remote.name]
    taken: Value = None
    unfit: BadInput | None = None
    try:
        taken = inward(pair, theirs)
    except BadInput as problem:
        unfit = problem
    entry = valid(pair, base.get(pair.local.key))
    return Question(
        item=item.pk,
        contact=item.contact,
        pair=pair,
        ours=ours,
        theirs=theirs,
        taken=taken,
        unfit=unfit,
        choices=_choices(pair, ours, theirs, unfit=unfit),
        base=entry,
        record=record,
        moved=link.moved,
    )


def _choices(
    pair: FieldPair, ours: Value, theirs: Value, *, unfit: BadInput | None
) -> tuple[Choice, ...]:
    if pair.local.type is FieldType.CONSENT:
        return _consent_choices(pair, ours, theirs)
    if pair_equal(pair, ours, theirs):
        return ()
    if pair.direction is Direction.INBOUND:  # a value of ours would be nobody's but ours
        return (Choice.OURS,) if unfit else (Choice.OURS, Choice.THEIRS)
    return (Choice.OURS, Choice.OTHER) if unfit else tuple(Choice)


def _consent_choices(pair: FieldPair, ours: Value, theirs: Value) -> tuple[Choice, ...]:
    """A no may stay; a yes is a person's word, and none where their no comes to us only."""
    if ours != NO:
        return ()
    refused_there = reading(pair, theirs) == NO
    only_theirs = pair.direction is Direction.INBOUND and refused_there
    return (Choice.OURS,) if only_theirs else (Choice.OURS, Choice.OTHER)
