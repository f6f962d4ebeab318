"""API calls counted over a rolling day, as Sforce-Limit-Info and /limits tell them."""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

# What an Enterprise edition has before its licences are counted.
DEFAULT_DAILY_CALLS = 100_000
_BUCKET = timedelta(minutes=5)
_DAY = timedelta(hours=24)


class Usage:
    """How many calls the last 24 hours saw, in buckets of five minutes."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._buckets: Counter[int] = Counter()
        self.daily_calls = DEFAULT_DAILY_CALLS

    def count_call(self) -> None:
        with self._org.lock:
            bucket = self._bucket()
            self._buckets[bucket] += 1
            self._org.journal.usage(bucket, self._buckets[bucket])

    def used(self) -> int:
        with self._org.lock:
            oldest = self._bucket() - _DAY // _BUCKET
            for bucket in [each for each in self._buckets if each <= oldest]:
                del self._buckets[bucket]
            return self._buckets.total()

    def remaining(self) -> int:
        return max(0, self.daily_calls - self.used())

    def reset(self) -> None:
        with self._org.lock:
            for bucket in list(self._buckets):
                self._org.journal.usage(bucket, 0)
            self._buckets.clear()

    def buckets(self) -> dict[int, int]:
        """Return the calls by bucket, to be kept over a restart."""
        return dict(self._buckets)

    def set_bucket(self, bucket: int, calls: int) -> None:
        self._buckets[bucket] = calls

    def header(self) -> str:
        """The value of Sforce-Limit-Info."""
        return f"api-usage={self.used()}/{self.daily_calls}"

    def _bucket(self) -> int:
        return int(self._org.now().timestamp() // _BUCKET.total_seconds())
