"""When a connection compares both sides by itself: every week unless somebody chose otherwise."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from raccord.connections.models import Connection, DataTransfer, IntegrationState
from raccord.engine.errors import BadInput
from raccord.engine.timetable import next_time
from raccord.sync.reconcile import runs
from raccord.sync.reconcile.models import Cause, Rhythm, Timetable
from raccord.sync.statements import fetch

log = structlog.get_logger(__name__)

WRONG = "raccord.reconcile.wrong_time"


def of_connection(connection: Connection) -> Timetable:
    """The connection's timetable, as it is when nobody chose one."""
    return Timetable.objects.filter(connection=connection).first() or Timetable(
        connection=connection
    )


def choose(
    connection: Connection, *, rhythm: str, weekday: int, hour: int, repair: bool
) -> Timetable:
    """Save when to compare. Raises BadInput for what is no rhythm, weekday or hour."""
    if rhythm not in Rhythm.values or weekday not in range(7) or hour not in range(24):
        raise BadInput(WRONG)
    times = Timetable(rhythm=rhythm, weekday=weekday, hour=hour, repair=repair)
    chosen, _ = Timetable.objects.update_or_create(
        connection=connection,
        defaults={
            "rhythm": rhythm,
            "weekday": weekday,
            "hour": hour,
            "repair": repair,
            "next_at": _next(times, connection.project.time_zone, now=_now()),
        },
    )
    log.info("reconcile.timetable", connection=connection.pk, rhythm=rhythm)
    return chosen


def begin_due() -> None:
    """Begin what is due; each time only once, however many workers ask."""
    now = _now()
    active = Connection.objects.filter(integration__state=IntegrationState.ACTIVE)
    for connection in active.filter(timetable=None).select_related("project"):
        next_at = _next(Timetable(), connection.project.time_zone, now=now)
        Timetable.objects.get_or_create(connection=connection, defaults={"next_at": next_at})
    due = Timetable.objects.filter(next_at__lte=now, connection__in=active)
    for times in due.select_related("connection__project").order_by("pk"):
        _begin(times, now=now)


def _begin(times: Timetable, *, now: datetime) -> None:
    next_at = _next(times, times.connection.project.time_zone, now=now)
    with transaction.atomic():
        mine = Timetable.objects.filter(pk=times.pk, next_at=times.next_at)
        if not mine.update(next_at=next_at) or times.rhythm == Rhythm.OFF:
            return
        for transfer in DataTransfer.objects.filter(connection=times.connection_id, active=True):
            try:
                runs.begin(transfer, cause=Cause.TIMETABLE, repair=times.repair)
            except BadInput as refused:
                log.info("reconcile.not_begun", transfer=transfer.pk, code=refused.code)


def _next(times: Timetable, zone: str, *, now: datetime) -> datetime | None:
    if times.rhythm == Rhythm.OFF:
        return None
    weekday = times.weekday if times.rhythm == Rhythm.WEEKLY else None
    return next_time(now, zone=zone, hour=times.hour, weekday=weekday)


def _now() -> datetime:
    moment: datetime = fetch("SELECT clock_timestamp()")[0][0]
    return moment
