"""What a field mapping can be told so that refused records go: a value for who has none, a cut.

The error centre asks for it where the records are that it helps; see `sync/parked/remedies.py` for
what it helps. Nothing that both sides hold moves by it: a value that is sent for an empty field
counts as equal to the empty field (`engine.mapping`).
"""

from __future__ import annotations

from dataclasses import replace

import structlog
from django.db import transaction

from raccord.connections.models import FieldMapping
from raccord.contacts import barrier
from raccord.engine import compatibility
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction, FieldPair, FieldSpec, FieldType, Value
from raccord.engine.schema import RemoteField
from raccord.engine.values import Stored, from_json, parse, to_json

log = structlog.get_logger(__name__)

NOT_SENT = "raccord.mapping.when_empty_not_sent"
NOT_CONSENT = "raccord.mapping.when_empty_consent"
NOT_CUT = "raccord.mapping.not_cut"


def stored_value(spec: FieldSpec, stored: Stored, *, sends: bool) -> Value:
    """The value that is sent for contacts that have none; None if there is none.

    Raises BadInput for one that the field cannot hold, for a consent (nobody said it), and for a
    field of which nothing is sent.
    """
    if stored is None:
        return None
    if spec.type is FieldType.CONSENT:
        raise BadInput(NOT_CONSENT, {"field": spec.label or spec.key}, at=spec.key)
    if not sends:
        raise BadInput(NOT_SENT, {"field": spec.label or spec.key}, at=spec.key)
    return parse(replace(spec, required=False), stored)


def value_when_empty(line: FieldMapping) -> Value:
    """The same of a stored line; None as well where the field was changed since and no longer
    holds it: then the records wait as before, with their reason."""
    spec, sends = line.field.spec(), line.direction != Direction.INBOUND
    try:
        return stored_value(spec, line.when_empty, sends=sends)
    except BadInput:
        return None


def send_when_empty(line: FieldMapping, value: Value) -> bool:
    """Send this value for contacts that have none, or nothing (None); False if that is so already.

    Raises BadInput like `stored_value`.
    """
    wanted = to_json(value)
    stored_value(line.field.spec(), wanted, sends=line.direction != Direction.INBOUND)
    return _change(line, when_empty=wanted)


def shown_when_empty(line: FieldMapping) -> Value:
    """What is stored, also if it is not sent any more."""
    return from_json(line.field.spec().type, line.when_empty)


def may_cut(line: FieldMapping, remote: RemoteField) -> bool:
    """Whether texts that are too long there could be cut."""
    sends = line.direction != Direction.INBOUND
    return sends and compatibility.may_cut(line.field.spec(), remote)


def cut(line: FieldMapping, remote: RemoteField) -> bool:
    """Cut what is too long there from now on; False if that is so already. Raises BadInput."""
    if not may_cut(line, remote):
        raise BadInput(NOT_CUT, {"field": str(line.field)})
    return _change(line, cut=True)


def as_cut(pair: FieldPair) -> FieldPair:
    """The pair as it would be, to show what becomes of a text."""
    return replace(pair, cut=True)


def _change(line: FieldMapping, **values: object) -> bool:
    """Nobody's save straddles the change."""
    with transaction.atomic(), barrier.exclusive(line.transfer.connection.project_id):
        stored = FieldMapping.objects.select_for_update().get(pk=line.pk)
        if all(getattr(stored, name) == value for name, value in values.items()):
            return False
        FieldMapping.objects.filter(pk=line.pk).update(**values)
    for name, value in values.items():
        setattr(line, name, value)
    log.info("mapping.mended", transfer=line.transfer_id, what=sorted(values))
    return True
