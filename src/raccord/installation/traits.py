"""What a restored or copied database cannot keep: its birthmark, and the place it lies in.

The birthmark names the server, the database and our own table by the numbers that PostgreSQL gave
them: whatever is written anew from a dump gets others. A copy of the files keeps them; where the
database is our own and lies in the data folder, the place of that folder tells: the machine, the
path, and the number of a file in it, which every copy of a folder changes.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

from django.conf import settings

BIRTHMARK = """(
    SELECT (SELECT system_identifier FROM pg_control_system()) || ':' || oid || ':'
        || 'installation_installation'::regclass::oid
    FROM pg_database WHERE datname = current_database()
)"""
"""SQL: the birthmark of the database that it is asked of. Any user of the database may ask."""

Place = dict[str, str]


def place(marker: Path) -> Place:
    """Where the database lies, if it is our own in the data folder; {} for any other."""
    if settings.DATABASES["default"]["HOST"] != str(settings.DATA_DIR / "postgres"):
        return {}
    found = {"folder": str(settings.DATA_DIR), "machine": _machine()}
    with contextlib.suppress(OSError):
        found["file"] = str(marker.stat().st_ino)
    return {name: value for name, value in found.items() if value}


def differ(recorded: Place, now: Place) -> bool:
    """Whether the place is another one, as far as both are known."""
    return any(recorded[name] != now[name] for name in recorded.keys() & now.keys())


def _machine() -> str:
    """This machine's id; "" in a container without one, which is a new machine at each start."""
    with contextlib.suppress(OSError):
        return Path("/etc/machine-id").read_text().strip()
    return ""
