"""Which fields of a contact the other side keeps: they come from there and are not written here."""

from __future__ import annotations

from raccord.connections.models import FieldMapping, IntegrationState
from raccord.contacts.models import Contact
from raccord.engine.records import Direction, FieldType
from raccord.sync.models import Link, LinkState


def received_fields(contact: Contact) -> dict[str, str]:
    """Field key -> source, for fields that only flow to us from a record the contact is linked to.

    A field that also flows both ways is written here, and so is a consent: everybody can say no
    here. While the integration is switched off nothing comes, so nothing is kept there.
    """
    links = Link.objects.filter(contact=contact.pk, state=LinkState.LINKED, transfer__active=True)
    lines = FieldMapping.objects.filter(
        transfer__in=links.values("transfer"), paused_reason=""
    ).exclude(transfer__connection__integration__state=IntegrationState.DISABLED)
    flowing = lines.exclude(field__type=FieldType.CONSENT).values_list(
        "field__key", "direction", "transfer__connection__source"
    )
    written = {key for key, direction, _ in flowing if direction == Direction.BOTH}
    return {
        key: source
        for key, direction, source in flowing
        if direction == Direction.INBOUND and key not in written
    }
