"""When everything has come to rest: nothing is due, under way, or still to be read."""

from __future__ import annotations

import time
from datetime import datetime

from soak.stage import Stage
from soak.storm import wake

PATIENCE = 120.0
READINGS = 2


def come_to_rest(stage: Stage) -> bool:
    """End all trouble and wait; False if it does not come to rest."""
    stage.organization.no_more_trouble()
    since = _now()
    readings: set[datetime] = set()
    ends_at = time.monotonic() + PATIENCE
    while time.monotonic() < ends_at:
        wake(stage)
        readings |= _readings(since)
        # Of two that ended, the second began when all was over.
        if len(readings) >= READINGS and _rests():
            return True
        time.sleep(0.3)
    return False


def look_at_everything(stage: Stage) -> None:
    """Have all of their records read and all links looked at anew, as if all had changed."""
    from raccord.contacts.models import Subscription
    from raccord.sync import due, readings
    from raccord.sync.models import Link

    readings.read_everything(stage.transfer.pk)
    linked = Link.objects.filter(transfer=stage.transfer, state="linked")
    subscription = Subscription.objects.get(transfer=stage.transfer.pk, active=True)
    questions = _with_questions()
    contacts = [each for each in linked.values_list("contact", flat=True) if each not in questions]
    due.look_at(subscription.pk, contacts)


def _with_questions() -> set[int]:
    from raccord.contacts.models import OutboxItem

    return set(OutboxItem.objects.exclude(state="due").values_list("contact", flat=True))


def _rests() -> bool:
    from raccord.contacts.models import OutboxItem
    from raccord.sync.models import Backfill, InboxItem, Link

    return not (
        OutboxItem.objects.filter(state="due").exists()
        or InboxItem.objects.filter(state="due").exists()
        or Link.objects.filter(in_flight__isnull=False).exists()
        or Backfill.objects.filter(finished_at=None).exists()
    )


def _readings(since: datetime) -> set[datetime]:
    """When the last reading of their changes ended, if that was after the moment."""
    from raccord.sync.models import Reading

    ended = Reading.objects.filter(claim=None, at_stamp=None, read_at__gt=since)
    return set(ended.values_list("read_at", flat=True))


def _now() -> datetime:
    from raccord.sync.statements import fetch

    now: datetime = fetch("SELECT clock_timestamp()")[0][0]
    return now
