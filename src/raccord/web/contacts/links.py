"""How a contact stands with the other systems, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from raccord.connections.models import DataTransfer
from raccord.connections.sentences import explain
from raccord.contacts.blamed_fields import for_reader, labels_for_reader, named_for_reader
from raccord.contacts.models import Contact, OutboxItem, OutboxState, Project
from raccord.sync import link_by_hand, partings
from raccord.sync.decide import CONFLICT
from raccord.sync.decisions import DECIDED_BY_HAND
from raccord.sync.models import Link, LinkState
from raccord.sync.questions import fields_in_question, is_conflict
from raccord.web.connections.their_records import address_of
from raccord.web.contacts import parting_words


@dataclass(frozen=True, slots=True)
class ShownLink:
    """One other system. look: a badge's. answer, todo: its last words, and what helps.

    choose: the data transfer in which a person has to choose the counterpart, if that is so.
    decide: whether a person has to decide something under "Needs a decision".
    parted: how the pair came apart, or moved, "" if it did not; parted_address: of the record that
    the person is there by now. anew: the data transfer in which a new record can be asked for.
    """

    connection: str
    object: str
    look: str
    state: str
    remote_id: str
    address: str
    answer: str
    todo: str
    choose: int | None
    decide: bool
    parted: str
    parted_to: str
    parted_address: str
    anew: int | None


def links_of(project: Project, contact: Contact) -> list[ShownLink]:
    """The project's data transfers that know this contact or are about to."""
    links = {link.transfer_id: link for link in Link.objects.filter(contact=contact.pk)}
    items = {
        item.subscription.transfer: item
        for item in OutboxItem.objects.filter(
            contact=contact.pk, subscription__project=project
        ).select_related("subscription")
    }
    transfers = DataTransfer.objects.filter(
        connection__project=project, pk__in=links.keys() | items.keys()
    ).select_related("connection__authorization")
    labels = labels_for_reader(project)
    deleted = contact.deleted_at is not None
    return [
        _shown(t, links.get(t.pk), items.get(t.pk), labels=labels, deleted=deleted)
        for t in transfers
    ]


def undecided_of(contact: Contact) -> set[str]:
    """The keys of the fields that both sides changed and nobody has decided about yet."""
    items = OutboxItem.objects.filter(
        contact=contact.pk,
        subscription__project=contact.project_id,
        state=OutboxState.PARKED,
        reason=CONFLICT,
    )
    return {key for item in items for key in fields_in_question(item)}


def _shown(
    transfer: DataTransfer,
    link: Link | None,
    item: OutboxItem | None,
    *,
    labels: Mapping[str, str],
    deleted: bool,
) -> ShownLink:
    look, state = _state(link, item, deleted=deleted)
    answer, todo = _words(transfer.connection.source, link, item, labels=labels)
    remote_id = (link.remote_id if link else None) or ""
    asks = item is not None and _asks(item)
    parted_to = str(link.parted.get("into", "")) if link else ""
    return ShownLink(
        connection=transfer.connection.name,
        object=transfer.object,
        look=look,
        state=state,
        remote_id=remote_id,
        address=address_of(transfer, remote_id),
        answer=answer,
        todo=todo,
        choose=transfer.pk if item is not None and link_by_hand.is_ambiguous(item) else None,
        decide=asks,
        parted=parting_words.of(link, deleted=deleted) if link and not asks else "",
        parted_to=parted_to if not asks else "",
        parted_address=address_of(transfer, parted_to),
        anew=transfer.pk if not deleted and _may_begin_anew(link, item) else None,
    )


def _asks(item: OutboxItem) -> bool:
    """Whether somebody has to decide, on the list of decisions."""
    return (
        item.state == OutboxState.PARKED
        and item.reason in DECIDED_BY_HAND
        and not (link_by_hand.is_ambiguous(item))
    )


def _may_begin_anew(link: Link | None, item: OutboxItem | None) -> bool:
    """Whether the contact lost its record for good, as far as we know."""
    lost = link is not None and link.state in (LinkState.GONE, LinkState.LET_GO)
    converted = link is not None and link.parted.get("why") == partings.Why.CONVERTED
    return lost and not converted and not (item is not None and _asks(item))


def _state(link: Link | None, item: OutboxItem | None, *, deleted: bool) -> tuple[str, str]:
    if item is not None:
        return _state_of_item(item)
    if link is None or link.state == LinkState.CREATING:
        return "waiting", _("Being created")
    if link.state == LinkState.LINKED and deleted:
        return "off", _("The record stays")
    if link.state == LinkState.LINKED:
        return "ok", _("Up to date")
    return "off", link.get_state_display()


def _state_of_item(item: OutboxItem) -> tuple[str, str]:
    """How it stands with what is to be done."""
    if _asks(item) or link_by_hand.is_ambiguous(item):
        return "warning", _("Needs a decision")
    if item.state == OutboxState.PARKED:
        return "danger", _("Refused")
    if item.state == OutboxState.HELD:
        return "paused", _("Held")
    return "waiting", _("Waiting to be sent")


def _words(
    source: str, link: Link | None, item: OutboxItem | None, *, labels: Mapping[str, str]
) -> tuple[str, str]:
    """Why it waits or was refused, else the last answer that had a reason."""
    if item is not None and item.reason:
        parameters = for_reader(item.parameters, labels)
        if is_conflict(item):
            parameters = named_for_reader(parameters, item.subscription.project_id)
        explanation = explain(source, item.reason, parameters)
        return explanation.what, explanation.todo
    answer = link.answer if link is not None else {}
    if answer.get("code"):
        parameters = for_reader(answer.get("parameters") or {}, labels)
        explanation = explain(source, answer["code"], parameters)
        return explanation.what, explanation.todo
    if link is None:
        return "", ""
    said = {
        "created": _("Last answer: created."),
        "updated": _("Last answer: updated."),
        "unchanged": _("Last look: nothing to change."),
        "deleted": _("Last answer: deleted."),
    }
    return said.get(answer.get("status", ""), ""), ""
