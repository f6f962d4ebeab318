"""An installation as a person sees it: begun by a button, then told step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.db.models.functions import Now

from raccord.connections import call_counts, receiving_address
from raccord.connections.endpoints import declaration_of, installed
from raccord.connections.models import Connection, ReceivingAddress
from raccord.connections.opening import NO_PLUG_IN, open_plug_in
from raccord.connections.plug_in.models import (
    Installation,
    InstallationState,
    InstalledPlugIn,
)
from raccord.connectors.plug_in import PlugInDeclaration, Step
from raccord.contacts import wakeups
from raccord.engine.errors import BadInput

log = structlog.get_logger(__name__)

INSTALL = "raccord.install_plug_in"
WATCH = "raccord.write_watched_fields"

UNDER_WAY = "raccord.plug_in.under_way"
ELSEWHERE = "raccord.plug_in.elsewhere"


@dataclass(frozen=True, slots=True)
class StepOutcome:
    """A step of an installation. state: ok, failed, working or waiting; code: why it failed."""

    step: Step
    state: str
    code: str = ""
    params: dict[str, str] | None = None
    detail: str = ""


def declared(source: str) -> PlugInDeclaration | None:
    """What the source says of its plug-in; None if it has none, or its connector is gone."""
    return declaration_of(source).plug_in if installed(source) else None


def begin(
    connection: Connection, *, started_by: str, address_of: Callable[[ReceivingAddress], str]
) -> Installation:
    """Have the plug-in installed, or installed anew; the connection gets its address if need be.

    Raises BadInput if the source has none, if an installation is under way, or if another
    connection's plug-in is in the same organization; Failure if its files are missing here.
    """
    plug_in = declared(connection.source)
    if plug_in is None:
        raise BadInput(NO_PLUG_IN)
    version = plug_in.version()
    with transaction.atomic():
        # The connection's row, so that of two buttons pressed at once one comes second.
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        _check_free(connection)
        run = Installation.objects.create(
            connection=connection,
            version=version,
            address=address_of(_open_address(connection)),
            started_by=started_by,
        )
        wakeups.after_commit(INSTALL, run=run.pk)
    log.info("plug_in.installation_begun", installation=run.pk, connection=connection.pk)
    return run


def look(connection: Connection) -> InstalledPlugIn | None:
    """Ask the other side what is there, and remember it; None if nothing is, and never was.

    Raises what a connector raises.
    """
    try:
        version = open_plug_in(connection).installed()
    finally:
        call_counts.store()
    if version:
        note_installed(connection.pk, version)
    else:
        InstalledPlugIn.objects.filter(connection=connection).update(version="", seen_at=Now())
    return of_connection(connection)


def note_installed(connection: int, version: str) -> None:
    """The plug-in is there: its list of watched fields is to be looked at now."""
    InstalledPlugIn.objects.update_or_create(
        connection_id=connection,
        defaults={"version": version, "seen_at": Now(), "due_at": Now(), "attempts": 0},
    )
    wakeups.after_commit(WATCH, connection=connection)


def of_connection(connection: Connection) -> InstalledPlugIn | None:
    """What is known of the connection's plug-in."""
    return InstalledPlugIn.objects.filter(connection=connection).first()


def last_run(connection: Connection) -> Installation | None:
    """The installation that was begun last."""
    return connection.installations.order_by("-pk").first()


def steps_of(run: Installation) -> list[StepOutcome]:
    """Each step with what became of it, in order."""
    plug_in = declared(run.connection.source)
    steps = plug_in.steps if plug_in else ()
    return [_outcome(run, position, step) for position, step in enumerate(steps)]


def _outcome(run: Installation, position: int, step: Step) -> StepOutcome:
    known = run.outcomes.get(step.name)
    if known is None:
        working = position == run.position and not run.is_over
        return StepOutcome(step, "working" if working else "waiting")
    code, params, detail = known
    return StepOutcome(step, "failed" if code else "ok", code, params, detail)


def _check_free(connection: Connection) -> None:
    running = Installation.objects.filter(state=InstallationState.RUNNING)
    if running.filter(connection=connection).exists():
        raise BadInput(UNDER_WAY)
    if not connection.organization:
        return
    # It posts to one address only.
    others = InstalledPlugIn.objects.exclude(connection=connection).exclude(version="")
    taken = others.filter(
        connection__source=connection.source, connection__organization=connection.organization
    ).select_related("connection")
    if other := taken.first():
        raise BadInput(ELSEWHERE, {"connection": other.connection.name})


def _open_address(connection: Connection) -> ReceivingAddress:
    address = receiving_address.of_connection(connection)
    if address is None:
        return receiving_address.make_secret(connection, seen=0).address
    receiving_address.reopen(connection)
    return address
