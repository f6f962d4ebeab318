"""The database that the user's own DATABASE_URL names: is it well written, does it answer?

Asked once, before a command begins, so that a slip is one line and no traceback. The address is
never repeated: it may hold a password.
"""

from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict

CONNECT_SECONDS = 10
SCHEMES = {"postgresql", "postgres"}


class OwnDatabaseError(RuntimeError):
    """The database cannot be used; the message says why and what to do."""


def require_answer(url: str) -> None:
    """Raise OwnDatabaseError unless `url` names a PostgreSQL that lets us in."""
    parameters = {"dbname": "postgres", "connect_timeout": CONNECT_SECONDS, **_parsed(url)}
    try:
        psycopg.connect(**parameters).close()
    except psycopg.OperationalError as refusal:
        reason = str(refusal).strip().partition("\n")[0]
        raise OwnDatabaseError(
            f"The database that DATABASE_URL names cannot be reached: {reason}"
        ) from None


def _parsed(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or (parts.port is not None and not parts.port):
            raise ValueError
        return {**conninfo_to_dict(url)}
    except (ValueError, psycopg.ProgrammingError):
        raise OwnDatabaseError(
            "DATABASE_URL is not the address of a PostgreSQL. Write it like "
            "postgresql://user:password@host:5432/name, or leave it out: Raccord then runs a "
            "database of its own."
        ) from None
