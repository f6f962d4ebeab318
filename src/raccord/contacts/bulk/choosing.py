"""Step 1 of a bulk act: the contacts of a list become a selection that no longer changes.

Their ids are copied in one statement, so that it is the list as it was at one moment. What fits
into a request is copied at once; the rest a worker copies, while the person sees that it counts.
"""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import structlog
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from raccord.contacts import leases, wakeups
from raccord.contacts.lists.guard import impatient
from raccord.contacts.lists.matching import Elsewhere, InvalidList, matching
from raccord.contacts.lists.query import ListQuery, Sort
from raccord.contacts.models import BulkAct, BulkItem, BulkRun, Contact, Project, RunState
from raccord.engine.errors import BadInput

AT_ONCE = 20_000
"""Contacts that are copied while the person waits: a tenth of a second."""

PATIENCE = 2.0
"""Seconds. Few contacts can be found only after a look at very many."""

MOST_UNCONFIRMED = 10
"""Of one person in a project, who has gone back to the list so often."""

_COPY = "INSERT INTO contacts_bulkitem (run_id, contact) SELECT %s, id FROM ({chosen}) AS chosen"

log = structlog.get_logger("raccord.contacts")


def choose(
    project: Project,
    query: ListQuery,
    *,
    act: BulkAct,
    started_by: str,
    elsewhere: Elsewhere | None = None,
) -> BulkRun:
    """Freeze the contacts of a list for an act. The run is READY, or CHECKING if they are many.

    Raises InvalidList if the list names what the project does not have, BadInput if nobody is in
    it.
    """
    query = replace(query, sort=Sort())
    with transaction.atomic():
        run = BulkRun.objects.create(
            project=project,
            act=act,
            definition=query.to_json(),
            started_by=started_by,
            state=RunState.READY,
        )
        chosen = matching(project, query, elsewhere=elsewhere)
        copied = _copied_at_once(run, chosen)
        if copied is None:
            run.state = RunState.CHECKING
            wakeups.after_commit(wakeups.BULK, run=run.pk)
        elif not copied:
            raise BadInput("raccord.bulk.nobody")
        run.total = copied or 0
        run.save(update_fields=["total", "state"])
        _give_up_oldest(run)
    log.info("bulk.chosen", run=run.pk, act=str(act), contacts=run.total, state=str(run.state))
    return run


def freeze(run: BulkRun, claim: UUID, *, elsewhere: Elsewhere | None = None) -> None:
    """Copy a huge selection, as a worker; the run is READY afterwards.

    Raises LeaseLost, InvalidList, BadInput if nobody is in the list any more.
    Whoever dies meanwhile has copied nothing, and of two only one can end the phase.
    """
    query = ListQuery.from_json(run.definition)
    with leases.kept(run, claim), transaction.atomic():
        total = _copy(run, matching(run.project, query, elsewhere=elsewhere).order_by())
        if not total:
            raise BadInput("raccord.bulk.nobody")
        BulkRun.objects.filter(pk=run.pk).update(total=total)
        leases.end(run, claim, state=RunState.READY)
    log.info("bulk.frozen", run=run.pk, contacts=total)


def _copied_at_once(run: BulkRun, chosen: QuerySet[Contact]) -> int | None:
    """How many contacts they are; None, and none of them copied, if that is for a worker to say."""
    try:
        with impatient(PATIENCE):
            found = _copy(run, chosen.order_by()[: AT_ONCE + 1])
    except InvalidList:
        return None
    if found <= AT_ONCE:
        return found
    BulkItem.objects.filter(run=run).delete()
    return None


def _give_up_oldest(run: BulkRun) -> None:
    """Selections that nobody confirms must not fill the database."""
    unconfirmed = BulkRun.objects.filter(
        project=run.project_id,
        started_by=run.started_by,
        state__in=[RunState.CHECKING, RunState.READY],
    )
    older = unconfirmed.order_by("-pk").values_list("pk", flat=True)[MOST_UNCONFIRMED:]
    unconfirmed.filter(pk__in=list(older)).update(
        state=RunState.CANCELLED, claim=None, lease_until=None, finished_at=Now()
    )


def _copy(run: BulkRun, chosen: QuerySet[Contact]) -> int:
    try:
        statement, parameters = chosen.values("id").query.sql_with_params()
    except EmptyResultSet:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_COPY.format(chosen=statement), [run.pk, *parameters])
        return int(cursor.rowcount)
