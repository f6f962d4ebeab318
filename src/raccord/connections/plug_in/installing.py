"""The plug-in is put there, or put there anew: the run's beginning, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from django.db import transaction
from django.db.models.functions import Now

from raccord.connections import receiving_address
from raccord.connections.models import Connection, ReceivingAddress
from raccord.connections.opening import NO_PLUG_IN
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.connections.plug_in.runs import INSTALL, check_none_under_way, declared
from raccord.contacts import wakeups
from raccord.engine.errors import BadInput

log = structlog.get_logger(__name__)

# The job that looks after a plug-in.
LOOK_AFTER = "raccord.look_after_plug_in"

ELSEWHERE = "raccord.plug_in.elsewhere"


def begin(
    connection: Connection, *, started_by: str, address_of: Callable[[ReceivingAddress], str]
) -> Installation:
    """Have the plug-in installed, or installed anew; the connection gets its address if need be.

    Raises BadInput if the source has none, if an installation or removal is under way, or if
    another connection's plug-in is in the same organization; Failure if its files are missing here.
    """
    plug_in = declared(connection.source)
    if plug_in is None:
        raise BadInput(NO_PLUG_IN)
    version = plug_in.version()
    with transaction.atomic():
        # The connection's row, so that of two buttons pressed at once one comes second.
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        check_none_under_way(connection)
        _check_not_elsewhere(connection)
        run = Installation.objects.create(
            connection=connection,
            version=version,
            address=address_of(_open_address(connection)),
            started_by=started_by,
        )
        wakeups.after_commit(INSTALL, run=run.pk)
    log.info("plug_in.installation_begun", installation=run.pk, connection=connection.pk)
    return run


def note_installed(connection: int, version: str, *, secret: int | None = None) -> None:
    """The plug-in is there: its list of watched fields is to be looked at now.

    secret: the generation of the secret that it was given, None if it has one already.
    """
    given = {} if secret is None else {"secret": secret, "secret_problem": "", "secret_params": {}}
    InstalledPlugIn.objects.update_or_create(
        connection_id=connection,
        defaults={"version": version, "seen_at": Now(), "due_at": Now(), "attempts": 0, **given},
    )
    wakeups.after_commit(LOOK_AFTER, connection=connection)


def of_connection(connection: Connection) -> InstalledPlugIn | None:
    """What is known of the connection's plug-in."""
    return InstalledPlugIn.objects.filter(connection=connection).first()


def _check_not_elsewhere(connection: Connection) -> None:
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
