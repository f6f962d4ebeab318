"""Leave a cause alone, with a reason, and take that back.

Nothing moves: what waits goes on waiting, and a corrected contact is tried again by itself. Only
the counts no longer speak of it.
"""

from __future__ import annotations

import structlog

from raccord.engine.errors import BadInput
from raccord.sync.parked.groups import Cause
from raccord.sync.parked.models import SetAside

log = structlog.get_logger(__name__)

NO_REASON = "raccord.parked.aside_without_reason"
TOO_LONG = "raccord.parked.aside_too_long"
LONGEST = 500


def leave(cause: Cause, *, note: str, person: str) -> None:
    """Leave it aside; said again, the new reason counts. Raises BadInput at ``note``."""
    note = " ".join(note.replace("\0", "").split())
    if not note:
        raise BadInput(NO_REASON, at="note")
    if len(note) > LONGEST:
        raise BadInput(TOO_LONG, {"limit": str(LONGEST)}, at="note")
    SetAside.objects.update_or_create(
        transfer_id=cause.transfer,
        side=cause.side,
        cause=cause.name,
        defaults={"note": note, "person": person},
    )
    log.info("parked.left_aside", transfer=cause.transfer, side=str(cause.side))


def take_back(cause: Cause) -> bool:
    """Count it again; False if it was not left aside."""
    kept = SetAside.objects.filter(transfer=cause.transfer, side=cause.side, cause=cause.name)
    deleted, _ = kept.delete()
    log.info("parked.taken_back", transfer=cause.transfer, side=str(cause.side))
    return bool(deleted)
