"""From what holds now to who is told what: one message as it begins, fewer and fewer while it
lasts, one when it is over.

`attend` may be called at any time, by anybody, for anything that may have changed; the sweep calls
it each minute. What is to be sent is stored with the alarm, in one transaction, and sent
afterwards (`sending.py`): a crash in between delays a message and never repeats an alarm.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction

from raccord.alerts import conditions, sending
from raccord.alerts.conditions import Condition
from raccord.alerts.models import Alarm, SentAlert, Stage
from raccord.connections.models import Integration, IntegrationState

log = structlog.get_logger(__name__)

AGAIN_AFTER = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
"""How long after each message the next one follows, while the state lasts; the last one repeats."""


def attend(integration: int | None = None) -> None:
    """Bring the alarms of one integration, or of all, in line with what holds, and tell people."""
    holding: dict[int, dict[str, Condition]] = {}
    for condition in conditions.standing(integration):
        holding.setdefault(condition.integration, {})[condition.kind] = condition
    open_ones = Alarm.objects.filter(ended_at=None)
    if integration is not None:
        open_ones = open_ones.filter(integration=integration)
    concerned = holding.keys() | set(open_ones.values_list("integration", flat=True))
    for each in sorted(concerned):
        _settle(each)
    sending.send_due()


@transaction.atomic
def _settle(pk: int) -> None:
    """One integration, under its lock; its conditions are read again, since others settle, too."""
    integration = Integration.objects.select_for_update(no_key=True).filter(pk=pk).first()
    if integration is None:
        return
    now = sending.now()
    holding = {str(each.kind): each for each in conditions.standing(pk)}
    alarms = {each.kind: each for each in Alarm.objects.filter(integration=pk, ended_at=None)}
    for kind, alarm in alarms.items():
        if kind not in holding:
            _end(alarm, integration=integration, now=now)
    for kind, condition in holding.items():
        _go_on(alarms.get(kind) or _begin(condition, now=now), condition, now=now)


def _begin(condition: Condition, *, now: datetime) -> Alarm:
    log.warning("alarm.begun", integration=condition.integration, kind=str(condition.kind))
    return Alarm(
        integration_id=condition.integration,
        kind=condition.kind,
        noticed_at=now,
        tell_at=now + condition.grace,
    )


def _go_on(alarm: Alarm, condition: Condition, *, now: datetime) -> None:
    """Store what the condition says now, and a message if one is due."""
    is_due = alarm.tell_at <= now
    stage = Stage.LASTS if alarm.told else Stage.BEGUN
    changed = (alarm.reason, alarm.parameters, alarm.count) != (
        condition.reason,
        dict(condition.parameters),
        condition.count,
    )
    alarm.reason, alarm.count = condition.reason, condition.count
    alarm.parameters = dict(condition.parameters)
    if is_due:
        alarm.tell_at = now + AGAIN_AFTER[min(alarm.told, len(AGAIN_AFTER) - 1)]
        alarm.told += 1
    if is_due or changed or alarm.pk is None:
        alarm.save()
    if is_due:
        _tell(alarm, stage, now=now)


def _end(alarm: Alarm, *, integration: Integration, now: datetime) -> None:
    """Whoever was told of it is told that it is over; not of what a person switched off."""
    alarm.ended_at = now
    alarm.save(update_fields=["ended_at"])
    log.info("alarm.ended", integration=integration.pk, kind=alarm.kind)
    if not alarm.told:
        return
    # What could not be sent while it lasted is not sent any more.
    alarm.messages.filter(sent_at=None).update(due_at=None)
    if integration.state != IntegrationState.DISABLED:
        _tell(alarm, Stage.OVER, now=now)


def _tell(alarm: Alarm, stage: Stage, *, now: datetime) -> None:
    SentAlert.objects.bulk_create(
        SentAlert(
            integration_id=alarm.integration_id,
            alarm=alarm,
            kind=alarm.kind,
            stage=stage,
            email=email,
            language=language,
            due_at=now,
        )
        for email, language in sending.recipients_of(alarm.integration_id)
    )
    log.info("alarm.told", integration=alarm.integration_id, kind=alarm.kind, stage=stage)
