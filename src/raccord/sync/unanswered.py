"""Writes that departed and were never answered: they may or may not have happened.

Before anything else is sent to such a record, either a view shows what became of the write, or
so much time must have passed that it can no longer take effect.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from raccord.connectors.base import Limits
from raccord.engine.mapping import alike
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
    """Whether the view shows everything that was sent, something of it new, by our own hand.

    All of it, because two writes may be open at once. Whoever edits one of the fields over there
    meanwhile only makes us wait.
    """
    if link.state == LinkState.ENDING:
        return False  # it lives still: the deletion that departed may yet come
    if spec.own_user and view.modified_by != spec.own_user:
        # A person who typed the same would hide a call that may still come.
        return False
    sent, before = link.sent or {}, link.before or {}
    shown = [
        (
            alike(pair.remote, sent[name], view.values[name]),
            alike(pair.remote, before.get(name), view.values[name]),
        )
        for pair in spec.pairs
        if (name := pair.remote.name) in sent and name in view.values
    ]
    return all(now for now, _ in shown) and any(not earlier for _, earlier in shown)
