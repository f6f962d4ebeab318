"""A record of the other side as a person looks at it: its mapped values, and where it opens."""

from __future__ import annotations

from collections.abc import Sequence

from raccord.connections.describing import stored_description
from raccord.connections.models import DataTransfer
from raccord.connections.specs import transfer_spec
from raccord.engine.consent import reading
from raccord.engine.errors import BadInput
from raccord.engine.mapping import inward, refusal
from raccord.engine.records import FieldPair, FieldSpec, FieldType, Record, Value
from raccord.web.contacts.shown import in_words


def pairs_of(transfer: DataTransfer) -> tuple[FieldPair, ...]:
    """What is mapped, by the schema as it was last read; nothing if it never was."""
    remote = stored_description(transfer)
    return transfer_spec(transfer, remote=remote).pairs if remote is not None else ()


def values_of(record: Record, pairs: Sequence[FieldPair]) -> tuple[tuple[str, str], ...]:
    """(label, text) of the mapped fields that say something, in our fields' words."""
    texts = (
        (pair.local.label or pair.local.key, text_of(pair, record.values.get(pair.remote.name)))
        for pair in pairs
    )
    return tuple((label, text) for label, text in texts if text)


def text_of(pair: FieldPair, value: Value) -> str:
    """What a value of theirs means here; as it stands there where we could not hold it.

    "" if it says nothing: an unticked box for refusals is not a yes.
    """
    if refusal(pair) is None:
        try:
            consent = pair.local.type is FieldType.CONSENT
            meant = reading(pair, value) if consent else inward(pair, value)
        except BadInput:
            return their_words(value)
        return "" if meant is None else in_words(pair.local, meant)
    return their_words(value)


def their_words(value: Value) -> str:
    """A value as it stands there, whatever its field is."""
    return in_words(FieldSpec("", FieldType.TEXT), value)


def address_of(transfer: DataTransfer, remote_id: str) -> str:
    """Where the record opens over there, "" if that is not known."""
    instance = transfer.connection.authorization.instance_url
    return f"{instance}/{remote_id}" if instance.startswith("http") and remote_id else ""
