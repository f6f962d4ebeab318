"""The last days in figures: contacts touched per day, and what each connection took.

Both are drawn as charts by `static/charts.js` and stand beside them as tables, which say the same
to those who do not see a drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from raccord.connections.models import Connection
from raccord.contacts import activity
from raccord.contacts.models import Project
from raccord.sync import deliveries

DAYS = 14
# Names of Tabler's colours; a connection takes the next one of them.
ADDED, CHANGED, DELETED = "green", "blue", "red"
CONNECTIONS = ("purple", "cyan", "orange", "teal", "pink", "indigo")


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    colour: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """key: tells the charts of a page apart. rows: for the table, the day and its numbers."""

    key: str
    title: str
    empty: str
    days: tuple[str, ...]
    series: tuple[Series, ...]

    @property
    def data_id(self) -> str:
        """The element that `data` stands in."""
        return f"{self.key}-data"

    @property
    def is_empty(self) -> bool:
        return not any(any(each.numbers) for each in self.series)

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """The latest day first."""
        numbers = [list(each) for each in zip(*(s.numbers for s in self.series), strict=True)]
        return list(zip(self.days, numbers, strict=True))[::-1]

    @property
    def data(self) -> dict[str, Any]:
        """What `charts.js` reads."""
        series = [
            {"name": each.name, "colour": each.colour, "data": list(each.numbers)}
            for each in self.series
        ]
        return {"days": list(self.days), "series": series}


def charts(project: Project, *, now: datetime) -> tuple[Chart, Chart]:
    """The last two weeks, today included, by days of the project's time zone."""
    zone = ZoneInfo(project.time_zone)
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in reversed(range(DAYS))]
    since = datetime.combine(days[0], time(), tzinfo=zone)
    names = tuple(date_format(day, "j N") for day in days)
    return (
        _contacts(project, days, since, names),
        _deliveries(project, days, since, names),
    )


def _contacts(
    project: Project, days: Sequence[date], since: datetime, names: tuple[str, ...]
) -> Chart:
    found = {each.day: each for each in activity.by_day(project, since=since)}
    counted = [found.get(day, activity.DayOfContacts(day)) for day in days]
    return Chart(
        "contacts",
        _("Your contacts in the last 14 days"),
        _("No contact was added or changed in the last 14 days."),
        names,
        (
            Series(_("Added"), ADDED, tuple(c.added for c in counted)),
            Series(pgettext("contacts", "Changed"), CHANGED, tuple(c.changed for c in counted)),
            Series(pgettext("contacts", "Deleted"), DELETED, tuple(c.deleted for c in counted)),
        ),
    )


def _deliveries(
    project: Project, days: Sequence[date], since: datetime, names: tuple[str, ...]
) -> Chart:
    counted: dict[int, dict[date, int]] = {}
    for each in deliveries.by_day(project, since=since):
        counted.setdefault(each.connection, {})[each.day] = each.delivered
    connections = Connection.objects.filter(project=project).order_by("name", "pk")
    return Chart(
        "deliveries",
        _("Delivered in the last 14 days"),
        _("Nothing was delivered in the last 14 days."),
        names,
        tuple(
            _delivered(connection, days, counted.get(connection.pk, {}), number)
            for number, connection in enumerate(connections)
        ),
    )


def _delivered(
    connection: Connection, days: Sequence[date], counted: Mapping[date, int], number: int
) -> Series:
    colour = CONNECTIONS[number % len(CONNECTIONS)]
    return Series(connection.name, colour, tuple(counted.get(day, 0) for day in days))
