"""The counter of an integration: failures in a row, up to its limit.

A record that was refused raises the row of failures, a delivered one ends it. At the limit the
integration is suspended: it goes on collecting and sends nothing until a person resumes it, who is
told by e-mail. Faults that pass by themselves are not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import takewhile

import structlog
from django.db import transaction

from raccord.alerts import alarms
from raccord.engine.records import Outcome, Status
from raccord.sync.settle import TAKEN
from raccord.sync.statements import change, fetch
from raccord.sync.steps import Route

log = structlog.get_logger(__name__)

TOO_MANY_FAILURES = "raccord.sync.too_many_failures"

_COUNT_FAILURES = """
UPDATE connections_integration
SET failures = CASE WHEN %(delivered)s > 0 THEN 0 ELSE failures END + %(since)s
WHERE id = %(integration)s AND (failures > 0 OR %(since)s > 0)
RETURNING failures >= failure_limit, failures
"""
_SUSPEND = """
UPDATE connections_integration
SET state = 'suspended', state_reason = %(reason)s, state_since = clock_timestamp()
WHERE id = %(integration)s AND state = 'active'
"""


def count(route: Route, outcomes: Sequence[Outcome]) -> bool:
    """Count one call's outcomes, in their order; whether that suspended the integration."""
    delivered = sum(outcome.status in TAKEN for outcome in outcomes)
    refused = sum(outcome.status is Status.REJECTED for outcome in outcomes)
    if not delivered and not refused:
        return False
    newest = takewhile(lambda outcome: outcome.status not in TAKEN, reversed(outcomes))
    since = sum(outcome.status is Status.REJECTED for outcome in newest)
    counted = fetch(
        _COUNT_FAILURES, delivered=delivered, since=since, integration=route.integration
    )
    reached = bool(counted) and counted[0][0]
    if reached:
        _suspend(route, counted[0][1])
    return reached


def _suspend(route: Route, failures: int) -> None:
    if change(_SUSPEND, reason=TOO_MANY_FAILURES, integration=route.integration):
        log.error("integration.suspended", integration=route.integration, failures=failures)
        transaction.on_commit(partial(alarms.attend, route.integration), robust=True)
