"""Which way values flow over a data transfer: what its mapping asks for and its source allows."""

from __future__ import annotations

from raccord.connections.endpoints import declaration_of, installed
from raccord.connections.models import DataTransfer
from raccord.engine.records import Direction, FieldSpec, OnlyThere


def can_receive(source: str) -> bool:
    """Whether the source tells what changed there; not while its connector is gone."""
    return installed(source) and declaration_of(source).capabilities.changes


def sends(transfer: DataTransfer) -> bool:
    """Whether any of our values may flow to them."""
    return bool(directions(transfer) - {Direction.INBOUND})


def receives(transfer: DataTransfer) -> bool:
    """Whether anything of theirs may come to us: values, or people whom only they know."""
    wanted = bool(directions(transfer) - {Direction.OUTBOUND})
    return can_receive(transfer.connection.source) and (
        wanted or transfer.only_there == OnlyThere.CREATE
    )


def directions(transfer: DataTransfer) -> frozenset[Direction]:
    """The directions of the mapped fields that are not paused."""
    lines = transfer.mappings.all()
    return frozenset(Direction(line.direction) for line in lines if not line.paused_reason)


def not_received(transfer: DataTransfer) -> list[FieldSpec]:
    """What every contact needs and their records do not bring: the unique key, required fields."""
    lines = transfer.mappings.exclude(direction=Direction.OUTBOUND).filter(paused_reason="")
    received = set(lines.values_list("field__key", flat=True))
    project = transfer.connection.project
    keys = {spec.key for spec in project.key_specs()}
    return [
        spec
        for spec in project.specs()
        if (spec.required or spec.key in keys) and spec.key not in received
    ]
