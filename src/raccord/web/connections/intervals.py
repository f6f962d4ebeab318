"""How often something happens, in words."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _


def every(interval: timedelta) -> str:
    """ "every 15 seconds", "every minute", "every 5 minutes"."""
    seconds = round(interval.total_seconds())
    if seconds < 60:
        return _("every %(count)d seconds") % {"count": seconds}
    minutes = round(seconds / 60)
    if minutes == 1:
        return _("every minute")
    return _("every %(count)d minutes") % {"count": minutes}
