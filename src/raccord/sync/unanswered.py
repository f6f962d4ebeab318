"""Writes that departed and were never answered: they may or may not have happened.

Before anything else is sent to such a record, either a view shows what became of the write, or
so much time must have passed that it can no longer take effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from raccord.connectors.base import Limits
from raccord.engine.explain import arrived
from raccord.engine.records import Record, TransferSpec
from raccord.engine.retry import may_repeat
from raccord.sync.models import LinkState
from raccord.sync.steps import Claim, StoredLink


def wait_until(
    link: StoredLink, *, spec: TransferSpec, views: Sequence[Record], claim: Claim, limits: Limits
) -> datetime | None:
    """Until when nothing may be sent over this link; None if nothing is open any more."""
    departed_at = link.departed_at
    if not link.unanswered or departed_at is None:
        return None
    if any(_shown(link, spec, view) for view in views):
        return None
    longest = limits.max_request_time
    if may_repeat(departed_at=departed_at, now=claim.now, max_request_time=longest):
        return None
    return departed_at + longest


def _shown(link: StoredLink, spec: TransferSpec, view: Record) -> bool:
    """Whether the view shows that what departed has happened."""
    if link.state == LinkState.ENDING:
        return False  # it lives still: the deletion that departed may yet come
    return arrived(spec, sent=link.sent or {}, before=link.before or {}, view=view)
