"""The work that goes on by itself: are there workers, do they sweep, what waits for too long?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raccord.doctor.findings import Finding, fine, warning, wrong
from raccord.sync import measures

LATE = timedelta(minutes=15)


def workers() -> Iterator[Finding]:
    title = _("Background work")
    alive, swept = measures.workers(), measures.last_sweep_age()
    todo = _("Start `raccord up`, or `raccord worker` on one machine at least.")
    if not alive:
        text = _("No worker is running: nothing is sent or fetched.")
        yield wrong("workers", title, text, todo=todo)
    elif swept is None or swept > 300:
        text = _("The workers do not do what is due each minute.")
        yield wrong("workers", title, text, todo=_("Look at their log, and start them again."))
    else:
        text = ngettext("%(count)d worker is running.", "%(count)d workers are running.", alive)
        yield fine("workers", title, text % {"count": alive})


def waiting() -> Iterator[Finding]:
    """Whether something that could be sent waits for too long."""
    title = _("Waiting changes")
    oldest = max((each.oldest_due for each in measures.transfers() if each.flows), default=0.0)
    text = _("The oldest change has been waiting for %(minutes)d minutes.")
    text %= {"minutes": int(oldest // 60)}
    if oldest > LATE.total_seconds():
        todo = _("Look at the integration’s page; start more workers if nothing is wrong there.")
        yield warning("waiting", title, text, todo=todo)
    else:
        yield fine("waiting", title, _("Nothing waits for longer than usual."))
