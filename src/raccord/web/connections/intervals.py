"""How often something happens, in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import ngettext


def every(interval: timedelta) -> str:
    """ "every 15 seconds", "every minute", "every 5 minutes"."""
    seconds = round(interval.total_seconds())
    if seconds < 60:
        said = ngettext("every second", "every %(count)d seconds", seconds)
        return said % {"count": seconds}
    minutes = round(seconds / 60)
    return ngettext("every minute", "every %(count)d minutes", minutes) % {"count": minutes}
