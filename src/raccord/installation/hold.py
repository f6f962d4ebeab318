"""Nothing is exchanged with other systems while nobody has said whether this is the original.

Every run over a connection, and everything that opens a connector, asks `is_held` first. The answer
is the database's of that moment: if it was written anew under a running process, or is an older
state than this process has seen, that is noticed here.
"""

from __future__ import annotations

import threading

import structlog
from django.db import connection

from raccord.engine.errors import Transient
from raccord.installation.models import THE_ONE, HeldBecause, Installation
from raccord.installation.traits import BIRTHMARK

log = structlog.get_logger(__name__)

HELD = "raccord.installation.held"

_ASK = f"""
SELECT held_because, uid, epoch, counter, birthmark <> '' AND birthmark <> {BIRTHMARK}
FROM installation_installation WHERE id = {THE_ONE}
"""  # noqa: S608 - our own constants
_HOLD = """
UPDATE installation_installation SET held_because = %s, held_at = clock_timestamp()
WHERE id = 1 AND held_because = ''
"""


class _Seen(threading.local):
    """What this thread saw last: the installation, its epoch and its counter."""

    of: tuple[object, int, int] | None = None


_seen = _Seen()


def is_held() -> bool:
    """Whether nothing may be sent or fetched; one small query."""
    with connection.cursor() as cursor:
        cursor.execute(_ASK)
        row = cursor.fetchone()
    if row is None:
        return False
    held_because, uid, epoch, counter, reborn = row
    before, _seen.of = _seen.of, (uid, epoch, counter)
    if held_because:
        return True
    if reborn:
        return hold(HeldBecause.RESTORED)
    if before and before[0] == uid and before[1:] > (epoch, counter):
        return hold(HeldBecause.OLDER)
    return False


def require_not_held() -> None:
    """Raise Transient (`HELD`) while nothing may be sent or fetched; nothing is lost meanwhile."""
    if is_held():
        raise Transient(HELD)


def hold(reason: HeldBecause) -> bool:
    """Hold everything from now on, unless it is held already; says that it is."""
    with connection.cursor() as cursor:
        cursor.execute(_HOLD, [reason])
        held_now = cursor.rowcount
    if held_now:
        log.warning("installation.held", reason=reason)
    return True


def current() -> Installation | None:
    """The row as it is now, None before the first start."""
    return Installation.objects.filter(pk=THE_ONE).first()
