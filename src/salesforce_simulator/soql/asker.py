"""Who asks, and what dates mean to them: their time zone, their first day of the week, the org's
fiscal year.

A date-time is stored in UTC and date functions work on that; only relative literals such as TODAY
mean a day of the person who asks.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

_USUAL_LOCALE = "en_US"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """`now` is in the asker's zone. `fiscal_month` is the first month of the fiscal year, 1 to 12;
    the year is named after the calendar year it ends in."""

    now: datetime
    locale: Locale
    user_id: str = ""
    fiscal_month: int = 1

    @property
    def days_into_week(self) -> int:
        """How many days the week is old, 0 on its first day."""
        return (self.now.weekday() - self.locale.first_week_day) % 7


def asker(org: "Org", user_id: str) -> Asker:
    """Return what the org knows of a user; without one, UTC and American habits."""
    user = org.users.get(user_id) or {}
    organization = org.store("Organization").live.get(org.id, {})
    return Asker(
        now=org.now().astimezone(_zone(str(user.get("TimeZoneSidKey") or "UTC"))),
        user_id=user_id,
        locale=_locale(str(user.get("LocaleSidKey") or _USUAL_LOCALE)),
        fiscal_month=int(organization.get("FiscalYearStartMonth") or 1),
    )


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError):
        return UTC


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name)
    except (ValueError, UnknownLocaleError):
        return Locale.parse(_USUAL_LOCALE)
