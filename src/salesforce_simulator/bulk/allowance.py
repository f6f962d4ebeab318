"""What an org may do in 24 hours, counted over a rolling day: batches, query jobs."""

from collections import deque
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from salesforce_simulator.errors import ApiError

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

DAILY_BATCHES = 15_000
DAILY_QUERY_JOBS = 10_000
_DAY = timedelta(hours=24)


class Allowance:
    """A number of acts a day. `limit` may be changed while the org runs; tests do."""

    def __init__(self, org: "Org", *, name: str, limit: int) -> None:
        self._org = org
        self._name = name
        self._spent: deque[tuple[datetime, int]] = deque()
        self.limit = limit

    def remaining(self) -> int:
        with self._org.lock:
            oldest = self._org.now() - _DAY
            while self._spent and self._spent[0][0] <= oldest:
                self._spent.popleft()
            return max(0, self.limit - sum(amount for _, amount in self._spent))

    def check(self) -> None:
        """Refuse what would be one too many. ApiError EXCEEDEDQUOTA."""
        if self.remaining() == 0:
            raise ApiError("EXCEEDEDQUOTA", f"ExceededQuota : {self._name} Limit exceeded.")

    def spend(self, amount: int = 1) -> None:
        with self._org.lock:
            self._spent.append((self._org.now(), amount))

    def reset(self) -> None:
        with self._org.lock:
            self._spent.clear()
