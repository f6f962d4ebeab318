"""From a stored data transfer to the `TransferSpec` that the engine decides with.

The ORM ends here: what the flow's pure part gets are frozen dataclasses, made from the mapping
lines and from what the other side said about its fields.
"""

from __future__ import annotations

from raccord.connections import mending
from raccord.connections.endpoints import declaration_of, installed
from raccord.connections.models import DataTransfer, FieldMapping, UpdateTypes
from raccord.connectors.base import DataType
from raccord.engine import mapping, value_pairs
from raccord.engine.records import (
    Direction,
    FieldPair,
    FirstLinkRule,
    OnlyThere,
    Operation,
    Rule,
    TransferSpec,
)
from raccord.engine.rules import DeletionRule
from raccord.engine.schema import RemoteField, RemoteObject


def transfer_spec(transfer: DataTransfer, *, remote: RemoteObject) -> TransferSpec:
    """What is mapped and may flow, against the schema `remote` (see `describing.described`).

    Paused mappings, those of retired fields, and those of fields that the schema no longer shows,
    are left out: the other fields go on.
    """
    mappings = transfer.mappings.filter(paused_reason="", field__retired_at=None)
    pairs = tuple(
        field_pair(line, remote=remote.fields[line.remote_field])
        for line in mappings.select_related("field")
        if line.remote_field in remote.fields
    )
    declared = data_type(transfer)
    return TransferSpec(
        key=transfer.pk,
        object=transfer.object,
        pairs=pairs,
        operations=_operations(transfer),
        external_id_field=external_id_field(transfer, remote=remote),
        match_fields=match_fields(transfer, pairs=pairs, remote=remote),
        first_link_rule=FirstLinkRule(transfer.first_link_rule),
        create=transfer.create_missing and remote.createable and _anything_sent(pairs),
        look_up=transfer.create_missing or transfer.look_up_missing,
        only_there=OnlyThere(transfer.only_there),
        our_deletion=DeletionRule(transfer.our_deletion),
        their_deletion=DeletionRule(transfer.their_deletion),
        converted_field=declared.converted_field
        if declared.converted_field in remote.fields
        else "",
        converted_object=declared.converted_object,
    )


def field_pair(line: FieldMapping, *, remote: RemoteField) -> FieldPair:
    """One mapping line as the engine knows it, with its fingerprint."""
    return mapping.fingerprinted(
        FieldPair(
            local=line.field.spec(),
            remote=remote,
            direction=Direction(line.direction),
            rule=Rule(line.rule),
            transform=line.transform,
            value_pairs=value_pairs.from_lists(line.value_pairs),
            cut=line.cut,
            when_empty=mending.value_when_empty(line),
        )
    )


def external_id_field(transfer: DataTransfer, *, remote: RemoteObject) -> str:
    """The remote field that holds our identity, "" where the org has none that we may write."""
    name = transfer.external_id_field or data_type(transfer).external_id_field
    field = remote.fields.get(name)
    return name if field is not None and field.createable and field.external_id else ""


def match_fields(
    transfer: DataTransfer, *, pairs: tuple[FieldPair, ...], remote: RemoteObject
) -> tuple[tuple[str, str], ...]:
    """By which remote fields, in order, an unlinked person is looked up, and our field of each.

    What the transfer says; else, or if nothing of that is mapped any more, the fields by which
    people are usually known over there, as far as they are mapped: nobody is made twice because a
    field was taken out of the mapping.
    """
    local_of = {pair.remote.name: pair.local.key for pair in pairs}
    keys = {pair.local.key for pair in pairs}
    chosen = tuple(
        (name, key) for name, key in transfer.match_fields if name in remote.fields and key in keys
    )
    if chosen:
        return chosen
    usual = data_type(transfer).match_fields
    return tuple((name, local_of[name]) for name in usual if name in local_of)


def data_type(transfer: DataTransfer) -> DataType:
    """What the connector declares about the transfer's object; a bare one if it does not, or if
    the connector is no longer installed."""
    source = transfer.connection.source
    declared = declaration_of(source).data_types if installed(source) else ()
    found = (each for each in declared if each.object == transfer.object)
    return next(found, DataType(object=transfer.object, label=transfer.object))


def _anything_sent(pairs: tuple[FieldPair, ...]) -> bool:
    """A record that could only be empty is not created."""
    return any(pair.direction is not Direction.INBOUND for pair in pairs)


def _operations(transfer: DataTransfer) -> frozenset[Operation]:
    ticked = UpdateTypes.objects.filter(transfer=transfer).first()
    return frozenset(Operation(each) for each in ticked.operations) if ticked else frozenset()
