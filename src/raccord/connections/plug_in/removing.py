"""The plug-in is taken away: the run's beginning, and what is true once it is gone."""

from __future__ import annotations

import structlog
from django.db import transaction
from django.db.models.functions import Now

from raccord.connections import describing, receiving_address
from raccord.connections.models import Connection
from raccord.connections.opening import NO_PLUG_IN
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.connections.plug_in.runs import INSTALL, check_none_under_way, declared
from raccord.contacts import wakeups
from raccord.engine.errors import BadInput, Failure

log = structlog.get_logger(__name__)


def begin(connection: Connection, *, started_by: str, everything: bool) -> Installation:
    """Have the plug-in removed. everything: also what would stay otherwise, for good.

    Raises BadInput if the source has none, or if an installation or removal is under way.
    """
    if declared(connection.source) is None:
        raise BadInput(NO_PLUG_IN)
    with transaction.atomic():
        Connection.objects.select_for_update(no_key=True).get(pk=connection.pk)
        check_none_under_way(connection)
        known = InstalledPlugIn.objects.filter(connection=connection).first()
        run = Installation.objects.create(
            connection=connection,
            removes=True,
            everything=everything,
            version=known.version if known else "",
            started_by=started_by,
        )
        wakeups.after_commit(INSTALL, run=run.pk)
    log.info("plug_in.removal_begun", installation=run.pk, connection=connection.pk)
    return run


def note_gone(connection: Connection) -> None:
    """The plug-in is not there any more: nothing is told, so everything is asked for as before.

    Whoever looks after it at this moment saw it before it went, and may store nothing of that.
    """
    rows = InstalledPlugIn.objects.filter(connection=connection)
    rows.update(
        version="",
        seen_at=Now(),
        watched=None,
        watched_at=None,
        unknown={},
        health={},
        health_at=None,
        secret=None,
        problem="",
        params={},
        secret_problem="",
        secret_params={},
        attempts=0,
        claim=None,
        lease_until=None,
    )
    log.info("plug_in.gone", connection=connection.pk)


def finish(connection: Connection) -> None:
    """What the end of a removal brings about here: nobody posts any more, the field is hidden."""
    note_gone(connection)
    receiving_address.close(connection)
    read_schemas_again(connection)


def read_schemas_again(connection: Connection) -> None:
    """The plug-in brings the field for our own id, and takes it away: notice which it is."""
    for transfer in connection.transfers.select_related("connection__authorization"):
        try:
            describing.described(transfer, fresh=True)
        except Failure as failure:
            log.info("plug_in.not_described", transfer=transfer.pk, code=failure.code)
