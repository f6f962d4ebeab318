"""A note in the data folder: which installation this is, and how far its database had come.

The database counts its starts and minutes. If it is behind the note, it is an older state of
itself: restored from a backup, or a server that lost what it had confirmed. The note is written in
place, so that its file stays the same one (see `traits`); half a note counts as none.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

NAME = "installation"


def path() -> Path:
    return Path(settings.DATA_DIR) / NAME


def read() -> tuple[UUID, int] | None:
    """The installation and the counter that were noted last; None if nothing was."""
    try:
        uid, counter = path().read_text().split()
        return UUID(uid), int(counter)
    except (OSError, ValueError):
        return None


def write(uid: UUID, counter: int) -> None:
    """Note them. A folder that cannot be written to is worth a line in the log and no more."""
    try:
        descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            # The length never changes, so nothing of a former note is left behind it.
            os.write(descriptor, f"{uid} {counter:020}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except OSError as error:
        log.warning("installation.marker_not_written", error=type(error).__name__)
