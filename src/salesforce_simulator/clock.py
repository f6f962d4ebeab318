"""The org's time, and the two forms in which the API writes it.

Audit stamps have whole seconds, as recorded answers of real orgs show; two changes within one
second carry the same stamp.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000")


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class OrgTime:
    """What an org's clock shows: the time of `base`, moved by a skew, or frozen at one moment."""

    base: Clock = utc_now
    skew: timedelta = timedelta()
    frozen_at: datetime | None = None

    def __call__(self) -> datetime:
        return self.frozen_at or self.base() + self.skew

    @property
    def is_true(self) -> bool:
        """It shows what the base shows."""
        return self.frozen_at is None and not self.skew


def to_stamp(moment: datetime) -> str:
    """Return the API's text of a date-time, cut to the second: 2026-11-22T10:55:53.000+0000."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def to_exact_stamp(moment: datetime) -> str:
    """Return the API's text of a date-time with its milliseconds."""
    at_utc = moment.astimezone(UTC)
    return f"{at_utc:%Y-%m-%dT%H:%M:%S}.{at_utc.microsecond // 1000:03d}+0000"


def with_z(text: str) -> str:
    """Return a stamp as CSV and XML have it, 2026-11-22T10:55:53.000Z; other text as it is."""
    return f"{text[:-5]}Z" if _STAMP.fullmatch(text) else text


def from_stamp(text: str) -> datetime:
    """Parse what `to_stamp` wrote, or any ISO-8601 date-time with an offset.

    Raises ValueError for text that is none or that has no offset.
    """
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a date-time needs an offset")
    return moment.astimezone(UTC)
