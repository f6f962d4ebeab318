"""Time zones as a person finds them: by a place, however it is typed."""

from __future__ import annotations

import zoneinfo
from functools import cache

from raccord.contacts.search_text import folded


@cache
def names() -> tuple[str, ...]:
    """Every place that has a time zone, as "Europe/Paris"; UTC first."""
    places = sorted(name for name in zoneinfo.available_timezones() if "/" in name)
    return ("UTC", *(name for name in places if not name.startswith("Etc/")))


def found(typed: str) -> str:
    """The zone that is meant: its name, or that of its city alone; what was typed if none is."""
    text = _plain(typed)
    by_name = {_plain(name): name for name in names()}
    if text in by_name:
        return by_name[text]
    cities = [name for name in names() if _plain(name.rsplit("/", 1)[-1]) == text]
    return cities[0] if len(cities) == 1 else typed


def _plain(text: str) -> str:
    return folded(text.strip()).replace(" ", "_")
