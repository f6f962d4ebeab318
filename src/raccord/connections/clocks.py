"""What the answers of each connection told of the other side's clock, until somebody stores it.

Noted in memory, from any thread, against this machine's clock; each exchange narrows what those
before it told. Stored by the flow (`sync/clocks.py`), once for many calls.
"""

from __future__ import annotations

import threading

from raccord.engine.clocks import Offset

_noted: dict[int, Offset] = {}
_mutex = threading.Lock()


def note(connection_id: int, offset: Offset) -> None:
    """Remember what one answer told."""
    with _mutex:
        known = _noted.get(connection_id)
        _noted[connection_id] = (known and known.narrowed(offset)) or offset


def take() -> dict[int, Offset]:
    """What was noted since the last time, by connection; it is forgotten here."""
    with _mutex:
        noted = dict(_noted)
        _noted.clear()
    return noted
