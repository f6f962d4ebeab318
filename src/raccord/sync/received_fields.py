"""Which fields of a contact the other side keeps: they come from there and are not written here.

`contacts.keepers` asks for every write; a screen asks to say so beforehand.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from raccord.connections.models import FieldMapping, IntegrationState
from raccord.contacts.keepers import Kept
from raccord.contacts.models import Contact
from raccord.engine.records import Direction, FieldType
from raccord.sync.models import Link, LinkState

_Line = tuple[int, str, str, str]
"""(data transfer, field key, direction, name of the connection)"""


def received_fields(contact: Contact) -> dict[str, str]:
    """Field key -> connection, for fields that only flow to us from a record the contact is linked
    to.

    A field that also flows both ways is written here, and so is a consent: everybody can say no
    here. While the integration is switched off nothing comes, so nothing is kept there.
    """
    return dict(kept(contact.project_id, [contact.pk]).of_known.get(contact.pk, {}))


def kept(project_id: int, contacts: Collection[int] = ()) -> Kept:
    """The same for many contacts, and for those that are being made: whoever is about to be known
    there gets the value from there.
    """
    lines = _lines(project_id)
    if not any(direction == Direction.INBOUND for _, _, direction, _ in lines):
        return Kept()
    linked = Link.objects.filter(
        contact__in=list(contacts), state=LinkState.LINKED, transfer__in={each[0] for each in lines}
    ).values_list("contact", "transfer")
    transfers = defaultdict(set)
    for contact, transfer in linked:
        transfers[contact].add(transfer)
    known: dict[frozenset[int], dict[str, str]] = {}
    of_known = {}
    for contact, through in transfers.items():
        those = frozenset(through)
        if those not in known:
            known[those] = _only_inbound(each for each in lines if each[0] in those)
        of_known[contact] = known[those]
    return Kept(_only_inbound(lines), of_known)


def _lines(project_id: int) -> list[_Line]:
    found = FieldMapping.objects.filter(
        transfer__connection__project=project_id, transfer__active=True, paused_reason=""
    ).exclude(field__type=FieldType.CONSENT)
    running = found.exclude(transfer__connection__integration=None).exclude(
        transfer__connection__integration__state=IntegrationState.DISABLED
    )
    return list(
        running.order_by("pk").values_list(
            "transfer", "field__key", "direction", "transfer__connection__name"
        )
    )


def _only_inbound(lines: Iterable[_Line]) -> dict[str, str]:
    mine = list(lines)
    written = {key for _, key, direction, _ in mine if direction == Direction.BOTH}
    return {
        key: connection
        for _, key, direction, connection in mine
        if direction == Direction.INBOUND and key not in written
    }
