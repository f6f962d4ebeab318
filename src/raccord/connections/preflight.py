"""The pre-flight of an activation: what stands in the way, and what one should know.

Made from the same parts as the real run: the authorization's own `check`, a fresh describe, the
mapping verdicts. Nothing is written; each finding is a code with parameters, put into words by
`sentences.py` when it is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from raccord.connections import call_counts, describing, flows, mappings, specs, transfers
from raccord.connections.models import DataTransfer, Integration, UpdateTypes
from raccord.connections.opening import open_connector
from raccord.connections.tokens import OTHER_ORGANIZATION
from raccord.connectors.base import Connector
from raccord.engine.errors import BadInput, Failure
from raccord.engine.schema import RemoteObject

SIGNED_IN = "raccord.preflight.signed_in"
NO_TRANSFER = "raccord.preflight.no_transfer"
NO_OPERATION = "raccord.preflight.no_operation"
NOTHING_SENT = "raccord.preflight.nothing_sent"
NOTHING_TO_SEND = "raccord.preflight.nothing_to_send"
NOT_CREATEABLE = "raccord.preflight.not_createable"
NO_EXTERNAL_ID = "raccord.preflight.no_external_id"
EXTERNAL_ID = "raccord.preflight.external_id"
NO_LOOKUP = "raccord.preflight.no_lookup"
MAPPED = "raccord.preflight.mapped"


class Level(StrEnum):
    OK = "ok"
    WARNING = "warning"
    BLOCKING = "blocking"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. subject: the data type it is about, "" for the connection."""

    level: Level
    code: str
    params: Mapping[str, str] = field(default_factory=dict)
    subject: str = ""
    detail: str = ""


def preflight(integration: Integration, *, now: datetime | None = None) -> list[Finding]:
    """Everything worth knowing before `integration` is activated, the connection first."""
    try:
        connector = open_connector(integration.connection)
    except BadInput as failure:
        return [_blocking(failure)]
    try:
        signed_in = _signed_in(integration, connector=connector)
        if signed_in.level is Level.BLOCKING:
            return [signed_in]
        return [signed_in, *_transfers(integration, connector=connector, now=now)]
    finally:
        call_counts.store()


def blocks(findings: list[Finding]) -> bool:
    """Whether any finding forbids the activation."""
    return any(each.level is Level.BLOCKING for each in findings)


def _signed_in(integration: Integration, *, connector: Connector) -> Finding:
    try:
        who = connector.check()
    except Failure as failure:
        return _blocking(failure)
    pinned = integration.connection.organization
    if pinned and pinned != who.organization:
        return Finding(Level.BLOCKING, OTHER_ORGANIZATION, {"organization": pinned})
    named = {"organization": who.organization_name or who.organization, "user": who.username}
    return Finding(Level.OK, SIGNED_IN, named)


def _transfers(
    integration: Integration, *, connector: Connector, now: datetime | None
) -> Iterator[Finding]:
    active = list(integration.connection.transfers.filter(active=True))
    if not active:
        yield Finding(Level.BLOCKING, NO_TRANSFER)
        return
    yield from _ticks(integration, active)
    for transfer in active:
        try:
            remote = describing.described(transfer, fresh=True, now=now, connect=lambda: connector)
        except Failure as failure:
            yield _blocking(failure, subject=specs.data_type(transfer).label)
            continue
        yield from _transfer(transfer, remote=remote)


def _ticks(integration: Integration, active: list[DataTransfer]) -> Iterator[Finding]:
    """Without a tick nothing is sent: right where all that is wanted comes in."""
    rows = UpdateTypes.objects.filter(integration=integration, transfer__in=active)
    ticked = {row.transfer_id for row in rows if row.operations}
    sending = {transfer.pk for transfer in active if flows.sends(transfer)}
    if not ticked and not any(flows.receives(transfer) for transfer in active):
        yield Finding(Level.BLOCKING, NO_OPERATION)
    elif not ticked and sending:
        yield Finding(Level.WARNING, NOTHING_SENT)
    for transfer in active:
        if transfer.pk in ticked - sending:
            subject = specs.data_type(transfer).label
            yield Finding(Level.WARNING, NOTHING_TO_SEND, subject=subject)


def _transfer(transfer: DataTransfer, *, remote: RemoteObject) -> Iterator[Finding]:
    subject = remote.label
    if transfer.create_missing and flows.sends(transfer) and not remote.createable:
        yield Finding(Level.BLOCKING, NOT_CREATEABLE, {"object": subject}, subject)
    if reason := transfers.why_disabled(transfer, remote=remote):
        yield _blocking(reason, subject=subject)
    lines = mappings.stored_lines(transfer)
    refused = [
        verdict.failure
        for verdict in mappings.check_mappings(transfer, lines, remote=remote)
        if verdict.failure
    ]
    for each in refused:
        yield Finding(Level.WARNING, each.code, each.params, subject)
    if lines and not refused:
        yield Finding(Level.OK, MAPPED, {"count": str(len(lines))}, subject)
    yield from _identity(transfer, remote=remote)


def _identity(transfer: DataTransfer, *, remote: RemoteObject) -> Iterator[Finding]:
    """How a contact's counterpart is recognised; without that, duplicates are possible."""
    subject = remote.label
    if name := specs.external_id_field(transfer, remote=remote):
        yield Finding(Level.OK, EXTERNAL_ID, {"field": name}, subject)
    else:
        wanted = transfer.external_id_field or specs.data_type(transfer).external_id_field
        yield Finding(Level.WARNING, NO_EXTERNAL_ID, {"field": wanted}, subject)
    if not specs.transfer_spec(transfer, remote=remote).match_fields:
        fields = ", ".join(
            remote.fields[name].label
            for name in specs.data_type(transfer).match_fields
            if name in remote.fields
        )
        yield Finding(Level.WARNING, NO_LOOKUP, {"fields": fields}, subject)


def _blocking(failure: Failure, *, subject: str = "") -> Finding:
    level = Level.BLOCKING
    return Finding(level, failure.code, failure.params, subject, detail=failure.detail)


def as_bad_input(findings: list[Finding]) -> BadInput | None:
    """The first blocking finding as an error, for callers without a screen."""
    found = next((each for each in findings if each.level is Level.BLOCKING), None)
    return BadInput(found.code, found.params, found.detail) if found else None
