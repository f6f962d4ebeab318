"""One field of a contact in each system it is linked with: what that system holds, and whether and
why it differs. By what is known here; nobody is asked."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from raccord.connections.describing import stored_description
from raccord.connections.models import DataTransfer, FieldMapping
from raccord.connections.specs import transfer_spec
from raccord.contacts.models import Contact, OutboxItem
from raccord.contacts.project_fields import typed_value
from raccord.engine.records import FieldPair, Value
from raccord.engine.standing import Standing, standing
from raccord.engine.values import from_json
from raccord.sync.models import Delivery, Link, Moved
from raccord.sync.questions import fields_in_question, is_conflict
from raccord.sync.stored_forms import StoredForms


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A field in one other system.

    line: its line of the mapping. pair: the same with what is known of the other side's field; None
    while that is not known or the line is paused. link: None while there is no counterpart. known:
    whether their value is known; then it is `theirs`. asked: whether a person has to decide, and
    `theirs` is what stood there when that was asked. item: what is to be done for the contact.
    """

    transfer: DataTransfer
    line: FieldMapping
    pair: FieldPair | None
    link: Link | None
    item: OutboxItem | None
    standing: Standing
    known: bool = False
    theirs: Value = None
    asked: bool = False


def elsewhere(contact: Contact, key: str) -> list[Elsewhere]:
    """Each data transfer of the project that maps the field, in their order."""
    lines = FieldMapping.objects.filter(field__key=key, field__project=contact.project_id)
    lines = lines.select_related("field", "transfer__connection__authorization")
    links = {link.transfer_id: link for link in Link.objects.filter(contact=contact.pk)}
    waiting = OutboxItem.objects.filter(contact=contact.pk).select_related("subscription")
    items = {item.subscription.transfer: item for item in waiting}
    ordered = lines.order_by("transfer__connection__name", "transfer__position", "transfer")
    return [
        _of_line(contact, line, links.get(line.transfer_id), items.get(line.transfer_id))
        for line in ordered
    ]


def _of_line(
    contact: Contact, line: FieldMapping, link: Link | None, item: OutboxItem | None
) -> Elsewhere:
    transfer, key = line.transfer, line.field.key
    remote = stored_description(transfer)
    spec = transfer_spec(transfer, remote=remote) if remote is not None else None
    pairs = {pair.local.key: pair for pair in spec.pairs} if spec is not None else {}
    pair = pairs.get(key)
    if pair is None or spec is None or link is None:
        return Elsewhere(transfer, line, pair, link, item, Standing.NOT_COMPARED)
    base = StoredForms(spec).base(orjson.dumps(link.base).decode()).get(key)
    ours = typed_value(pair.local, contact.values.get(key))
    found = standing(pair, ours=ours, base=base)
    if item is not None and is_conflict(item) and key in fields_in_question(item):
        known, theirs = _asked_about(contact, pair, transfer)
        return Elsewhere(transfer, line, pair, link, item, found, known, theirs, asked=True)
    known = base is not None and found not in (Standing.NOT_COMPARED, Standing.UNFIT)
    theirs = base.theirs if base is not None else None
    return Elsewhere(transfer, line, pair, link, item, found, known, theirs)


def _asked_about(contact: Contact, pair: FieldPair, transfer: DataTransfer) -> tuple[bool, Value]:
    """Their value when it was last asked about, if that was written down."""
    asked = Delivery.objects.filter(contact=contact.pk, transfer=transfer.pk, what=Moved.ASKED)
    entry = asked.filter(fields__has_key=pair.local.key).order_by("-at", "-id").first()
    if entry is None:
        return False, None
    try:
        return True, from_json(pair.remote.type, entry.fields[pair.local.key][1])
    except (ValueError, ArithmeticError):
        return False, None
