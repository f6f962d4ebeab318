"""What the database could not do, told from bugs: it is away, full, or can only be read.

The class of the error and PostgreSQL's SQLSTATE tell (its manual, appendix A).
"""

from __future__ import annotations

from enum import StrEnum

from django.db import InterfaceError, OperationalError

_DISK_FULL = "53100"
_READ_ONLY = {"25006"}
# Connection failures, too many connections, and a server that shuts down or starts.
_AWAY = ("08", "53300", "57P01", "57P02", "57P03")


class Trouble(StrEnum):
    """AWAY: no answer, or none to us. FULL: no room. READ_ONLY: it takes no writes."""

    AWAY = "away"
    FULL = "full"
    READ_ONLY = "read_only"


def met(error: BaseException | None) -> Trouble | None:
    """The trouble that `error` tells of, itself or the one that it was raised from; None: a bug."""
    while error is not None:
        if trouble := _of(error):
            return trouble
        error = error.__cause__ or error.__context__
    return None


def _of(error: BaseException) -> Trouble | None:
    state = getattr(error, "sqlstate", None) or getattr(error.__cause__, "sqlstate", None) or ""
    if state == _DISK_FULL:
        return Trouble.FULL
    if state in _READ_ONLY:
        return Trouble.READ_ONLY
    if state.startswith(_AWAY):
        return Trouble.AWAY
    # A connection that broke has no state; a deadlock or a lock that was not had in time has one.
    broken = isinstance(error, InterfaceError | OperationalError) and not state
    return Trouble.AWAY if broken else None
