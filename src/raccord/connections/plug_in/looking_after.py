"""What is to be done for a plug-in that is there, in the background and again and again.

It is asked how it is doing, every hour or when somebody looks at its page; it gets the list of
watched fields when that differs from the mapping, and the secret when a new one was made. Each
look is one call, and one more for what is to be written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.db.models import Q
from django.db.models.functions import Now

from raccord.connections import call_counts, receiving_address
from raccord.connections.models import Connection, ReceivingAddress
from raccord.connections.opening import open_plug_in
from raccord.connections.plug_in import health, leases, removing, watching
from raccord.connections.plug_in.installing import LOOK_AFTER, note_installed, of_connection
from raccord.connections.plug_in.models import Installation, InstallationState, InstalledPlugIn
from raccord.connections.plug_in.runs import declared
from raccord.connectors.plug_in import Act, Health, PlugIn, State
from raccord.contacts import wakeups
from raccord.engine import retry
from raccord.engine.errors import Failure, RemoteGone
from raccord.engine.retry import Again

log = structlog.get_logger(__name__)

ASKED_EVERY = timedelta(hours=1)
WRITTEN_EVERY = timedelta(days=1)
LONGEST_WAIT = timedelta(hours=1)
# A secret that was refused is offered again; what refuses it is a permission that lacks.
SECRET_EVERY = timedelta(minutes=15)
# Whoever opens the page sees nothing older than this for long.
FRESH = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Care:
    """One look at one plug-in: the row, under our lease, and the conversation."""

    row: InstalledPlugIn
    connection: Connection
    plug_in: PlugIn


def look_after(connection_id: int) -> bool:
    """Ask, and bring in line what differs; whether there is more to do now."""
    row = InstalledPlugIn.objects.filter(connection=connection_id).first()
    due = Q(due_at__lte=Now()) & ~Q(version="")
    lease = leases.take(InstalledPlugIn, row.pk, due) if row else None
    if row is None or lease is None:
        return False
    connection = Connection.objects.select_related("authorization").get(pk=connection_id)
    try:
        care = _Care(row, connection, open_plug_in(connection))
        changes = _look(care)
    except Failure as failure:
        changes = _failed(row, failure)
    finally:
        call_counts.store()
    leases.let_go(lease, changes)
    if changes.get("version") == "":
        removing.note_gone(connection)
        removing.read_schemas_again(connection)
        return False
    if row.watched_at is None and not changes["problem"]:
        removing.read_schemas_again(connection)
    return not changes["problem"] and changes["watched"] != watching.wanted(connection)


def due() -> list[int]:
    """Connections whose plug-in has other fields or another secret than it should, or was long
    not asked."""
    rows = InstalledPlugIn.objects.filter(due_at__lte=Now()).exclude(version="")
    busy = Installation.objects.filter(state=InstallationState.RUNNING).values("connection")
    free = rows.filter(leases.FREE).exclude(connection__in=busy).select_related("connection")
    return [
        row.connection_id
        for row in free.order_by("pk")
        if declared(row.connection.source) and _is_due(row, now=datetime.now(UTC))
    ]


def has_plug_in(connection: Connection) -> bool:
    """As far as is known, the plug-in is there."""
    row = of_connection(connection)
    return row is not None and bool(row.version)


def secret_changed(connection: Connection) -> None:
    """A new secret was made: the plug-in gets it."""
    watching.look_again(connection.pk)


def secret_entered(connection: Connection) -> None:
    """A person has entered the present secret over there."""
    InstalledPlugIn.objects.filter(connection=connection).update(
        secret=_generation(receiving_address.of_connection(connection)),
        secret_problem="",
        secret_params={},
    )


def is_stale(connection: Connection) -> bool:
    """What is known of the plug-in's health is not fresh, or could not be asked for."""
    row = of_connection(connection)
    if row is None or not row.version:
        return False
    return row.health_at is None or row.health_at < datetime.now(UTC) - FRESH


def ask_soon(connection: Connection) -> bool:
    """Somebody looks at the page: have it asked if what is known is stale; whether it is."""
    stale = is_stale(connection)
    if stale:
        wakeups.after_commit(LOOK_AFTER, connection=connection.pk)
    return stale


def look(connection: Connection) -> InstalledPlugIn | None:
    """Ask now what is there, and remember it; None if nothing is, and never was.

    Raises what a connector raises.
    """
    plug_in = open_plug_in(connection)
    try:
        version = plug_in.installed()
        if version:
            note_installed(connection.pk, version)
            _remember_if_told(connection, plug_in)
        elif of_connection(connection) is not None:
            removing.note_gone(connection)
    finally:
        call_counts.store()
    return of_connection(connection)


def act(connection: Connection, chosen: Act) -> Health:
    """Have the plug-in do something now; how it is doing then. Raises what a connector raises."""
    try:
        said = open_plug_in(connection).act(chosen)
    finally:
        call_counts.store()
    log.info("plug_in.acted", connection=connection.pk, act=chosen, state=said.state)
    _remember(connection, said)
    return said


def _look(care: _Care) -> dict[str, Any]:
    """Everything that there is to do, and what to store of it."""
    try:
        said = care.plug_in.health()
    except RemoteGone:
        if care.plug_in.installed():
            raise
        # Somebody removed it over there.
        return {"version": "", "problem": ""}
    changes = {
        "version": said.version or care.row.version,
        "seen_at": Now(),
        "health": health.stored(said),
        "health_at": Now(),
        "problem": "",
        "params": {},
        "attempts": 0,
        "due_at": Now(),
        **_secret_given(care, said),
    }
    try:
        return changes | _fields_written(care)
    except Failure as failure:
        return changes | _failed(care.row, failure)


def _fields_written(care: _Care) -> dict[str, Any]:
    fields = watching.wanted(care.connection)
    row, now = care.row, datetime.now(UTC)
    written = row.watched_at and row.watched_at > now - WRITTEN_EVERY and not row.problem
    if written and fields == row.watched:
        return {"watched": fields}
    unknown = care.plug_in.watch(fields)
    log.info(
        "plug_in.watched", connection=care.connection.pk, fields=sum(map(len, fields.values()))
    )
    return {
        "watched": fields,
        "watched_at": Now(),
        "unknown": {name: list(each) for name, each in unknown.items()},
    }


def _secret_given(care: _Care, said: Health) -> dict[str, Any]:
    """Hand on a new secret. Where that fails the fields are written all the same."""
    address = receiving_address.of_connection(care.connection)
    present = _generation(address)
    if address is None or care.row.secret == present:
        return {}
    if care.row.secret is None:
        return {"secret": present}
    try:
        care.plug_in.renew(receiving_address.present_secret(address))
        if said.state == State.HALTED:
            # It stopped because of the former one, and would wait for hours.
            care.plug_in.act(Act.RESUME)
    except Failure as failure:
        log.warning("plug_in.secret_not_given", connection=care.connection.pk, code=failure.code)
        return {
            "secret_problem": failure.code,
            "secret_params": dict(failure.params),
        }
    log.info("plug_in.secret_given", connection=care.connection.pk, generation=present)
    return {"secret": present, "secret_problem": "", "secret_params": {}}


def _failed(row: InstalledPlugIn, failure: Failure) -> dict[str, Any]:
    """Shown on the connection's page; tried again by itself, since whoever acts is over there."""
    now = datetime.now(UTC)
    verdict = retry.decide(failure, attempts=row.attempts + 1, now=now)
    at = verdict.at if isinstance(verdict, Again) else now + LONGEST_WAIT
    log.warning("plug_in.not_looked_after", connection=row.connection_id, code=failure.code)
    return {
        "problem": failure.code,
        "params": dict(failure.params),
        "attempts": row.attempts + 1,
        "due_at": min(at, now + LONGEST_WAIT),
    }


def _is_due(row: InstalledPlugIn, *, now: datetime) -> bool:
    asked = row.health_at
    if row.problem or asked is None or asked < now - ASKED_EVERY:
        return True
    present = _generation(receiving_address.of_connection(row.connection))
    if row.secret not in (None, present) and (not row.secret_problem or asked < now - SECRET_EVERY):
        return True
    return row.watched != watching.wanted(row.connection)


def _remember(connection: Connection, said: Health) -> None:
    InstalledPlugIn.objects.filter(connection=connection).update(
        version=said.version, health=health.stored(said), health_at=Now(), seen_at=Now()
    )


def _remember_if_told(connection: Connection, plug_in: PlugIn) -> None:
    """Installed by hand it may not answer us yet: the next look finds that out, and says it."""
    try:
        _remember(connection, plug_in.health())
    except Failure as failure:
        log.info("plug_in.not_asked", connection=connection.pk, code=failure.code)


def _generation(address: ReceivingAddress | None) -> int | None:
    return address.generation if address else None
