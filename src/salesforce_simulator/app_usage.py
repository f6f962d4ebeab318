"""Calls counted per app, for apps that the seed gives an allowance of their own.

The org's allowance (`usage.py`) is what stops calls; this one is only told to the app, in
Sforce-Limit-Info. It begins anew at midnight UTC and at a restart.
"""

from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


class AppUsage:
    """How many calls each app made today."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._day = ""
        self._calls: Counter[str] = Counter()

    def count_call(self, client_id: str) -> None:
        with self._org.lock:
            today = self._org.now_stamp()[:10]
            if today != self._day:
                self._day = today
                self._calls.clear()
            self._calls[client_id] += 1

    def header(self, client_id: str) -> str:
        """What Sforce-Limit-Info adds for an app; "" for one without an allowance."""
        app = self._org.grants.apps.get(client_id)
        if app is None or app.daily_calls is None:
            return ""
        used = f"{self._calls[client_id]}/{app.daily_calls}"
        return f"; per-app-api-usage={used}(appName={app.name})"
