"""`python -m soak.haste`: the ordinary worker, with its waits shortened.

Minutes become seconds, and what has to be longer than something else still is: a call ends before
its lease does, and no write takes effect later than `MAX_REQUEST_TIME` after it departed. Nothing
else is different from the worker of an installation.
"""

from __future__ import annotations

import sys
from datetime import timedelta

LEASE = timedelta(seconds=5)
CALL_DEADLINE = timedelta(seconds=3)
MAX_REQUEST_TIME = timedelta(seconds=10)


def shorten() -> None:
    """Before anything of the flow is imported, since names are bound then."""
    _shorten_retries()
    _shorten_readings()
    _shorten_calls()
    from raccord.sync import steps

    steps.LEASE, steps.SHORTLY = LEASE, timedelta(seconds=0.5)


def _shorten_retries() -> None:
    from raccord.engine import retry

    retry.FIRST_DELAY = retry.BUSY_FIRST_DELAY = retry.LOOK_AFTER = timedelta(seconds=0.5)
    retry.LONGEST_DELAY = retry.RATE_PAUSE = retry.QUOTA_PAUSE = timedelta(seconds=2)
    retry.delay.__kwdefaults__["first"] = retry.FIRST_DELAY
    # Bad luck may strike one record more often than it ever would in minutes.
    retry.BUSY_ATTEMPTS = 50


def _shorten_readings() -> None:
    from raccord.engine import polling

    polling.SOONEST, polling.LATEST = timedelta(seconds=0.5), timedelta(seconds=2)
    polling.SWEEP_EVERY = timedelta(seconds=3)


def _shorten_calls() -> None:
    from raccord.connectors.salesforce import connector

    object.__setattr__(connector.LIMITS, "call_deadline", CALL_DEADLINE)
    object.__setattr__(connector.LIMITS, "max_request_time", MAX_REQUEST_TIME)
    connector.SalesforceConnector.__init__.__kwdefaults__["deadline"] = CALL_DEADLINE


if __name__ == "__main__":
    shorten()
    from raccord import cli

    cli.main(["worker", *sys.argv[1:]])
