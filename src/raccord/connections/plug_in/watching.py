"""The list of watched fields over there follows the mapping; it filters, and decides nothing.

Whatever changes the mapping only asks for a look; the list is worked out anew from the tables, so
a lost wake-up loses nothing (the sweep of each minute compares), and a failure here never stands
in the way of a mapping.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from django.db.models import F, Q
from django.db.models.functions import Now

from raccord.connections import call_counts, describing, flows, specs
from raccord.connections.endpoints import declaration_of
from raccord.connections.models import Connection, DataTransfer
from raccord.connections.opening import open_plug_in
from raccord.connections.plug_in import leases
from raccord.connections.plug_in.installing import WATCH, declared
from raccord.connections.plug_in.models import InstalledPlugIn
from raccord.contacts import wakeups
from raccord.engine import retry
from raccord.engine.errors import Failure
from raccord.engine.records import Direction
from raccord.engine.retry import Again

log = structlog.get_logger(__name__)

SEEN_EVERY = timedelta(days=1)
LONGEST_WAIT = timedelta(hours=1)

Fields = dict[str, list[str]]


def look_again(connection: int) -> None:
    """What is watched may have changed; nothing happens where there is no plug-in."""
    if InstalledPlugIn.objects.filter(connection=connection).exclude(version="").exists():
        wakeups.after_commit(WATCH, connection=connection)


def wanted(connection: Connection) -> Fields:
    """The fields to be watched, by object: of each data type, what flows from there.

    An object from which nothing is received has none, and nothing of it is told.
    """
    return {
        each.object: _fields(connection.transfers.filter(object=each.object).first())
        for each in declaration_of(connection.source).data_types
    }


def write(connection_id: int) -> bool:
    """Bring the list over there in line with the mapping; whether there is more to do now."""
    due = Q(due_at__lte=Now()) & ~Q(version="")
    row = InstalledPlugIn.objects.filter(connection=connection_id).first()
    lease = leases.take(InstalledPlugIn, row.pk, due) if row else None
    if row is None or lease is None:
        return False
    connection = Connection.objects.select_related("authorization").get(pk=connection_id)
    fields = wanted(connection)
    try:
        plug_in = open_plug_in(connection)
        version = plug_in.installed()
        unknown = plug_in.watch(fields)
    except Failure as failure:
        _note_failure(row, lease, failure)
        return False
    finally:
        call_counts.store()
    leases.let_go(
        lease,
        {
            "version": version or row.version,
            "seen_at": Now(),
            "watched": fields,
            "watched_at": Now(),
            "unknown": {name: list(each) for name, each in unknown.items()},
            "problem": "",
            "params": {},
            "attempts": 0,
            "due_at": Now(),
        },
    )
    log.info("plug_in.watched", connection=connection_id, fields=sum(map(len, fields.values())))
    if row.watched_at is None:
        _notice_identity(connection)
    return fields != wanted(connection)


def out_of_line() -> list[int]:
    """Connections whose plug-in watches other fields than are mapped, or was long not looked at."""
    rows = InstalledPlugIn.objects.filter(due_at__lte=Now()).exclude(version="")
    free = rows.filter(leases.FREE).select_related("connection")
    stale = datetime.now(UTC) - SEEN_EVERY
    return [
        row.connection_id
        for row in free.order_by("pk")
        if declared(row.connection.source)
        and (
            row.problem
            or row.watched != wanted(row.connection)
            or row.seen_at is None
            or row.seen_at < stale
        )
    ]


def _fields(transfer: DataTransfer | None) -> list[str]:
    if transfer is None or not transfer.active or not flows.receives(transfer):
        return []
    lines = transfer.mappings.filter(paused_reason="", field__retired_at=None)
    received = set(
        lines.exclude(direction=Direction.OUTBOUND).values_list("remote_field", flat=True)
    )
    # Somebody who could not be told apart yet may be, with another value there.
    return sorted(received | set(_match_fields(transfer)))


def _match_fields(transfer: DataTransfer) -> Sequence[str]:
    chosen = [pair[0] for pair in transfer.match_fields]
    return chosen or specs.data_type(transfer).match_fields


def _note_failure(row: InstalledPlugIn, lease: leases.Lease, failure: Failure) -> None:
    """Shown on the connection's page; tried again by itself, since whoever acts is over there."""
    now = datetime.now(UTC)
    verdict = retry.decide(failure, attempts=row.attempts + 1, now=now)
    at = verdict.at if isinstance(verdict, Again) else now + LONGEST_WAIT
    leases.let_go(
        lease,
        {
            "problem": failure.code,
            "params": dict(failure.params),
            "attempts": F("attempts") + 1,
            "due_at": min(at, now + LONGEST_WAIT),
        },
    )
    log.warning("plug_in.not_watched", connection=row.connection_id, code=failure.code)


def _notice_identity(connection: Connection) -> None:
    """The plug-in brought the field for our own id: read the schemas again, so that it is used."""
    for transfer in connection.transfers.select_related("connection__authorization"):
        try:
            describing.described(transfer, fresh=True)
        except Failure as failure:
            log.info("plug_in.not_described", transfer=transfer.pk, code=failure.code)
