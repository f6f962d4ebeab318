"""Can this process answer people? It can if the database does, and has the tables it needs."""

from __future__ import annotations

import time

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.db.migrations.executor import MigrationExecutor

from raccord.installation import hold

log = structlog.get_logger(__name__)

LOOK_AGAIN_SECONDS = 5.0

_tables_there = False
_looked_at = 0.0


def look() -> dict[str, object]:
    """What is as it should be; `ready` if everything is. Held is no fault of this process."""
    close_old_connections()
    try:
        database, tables = _answers(), _tables()
        held = hold.is_held() if tables else False
    except (DatabaseError, InterfaceError) as error:
        log.warning("ready.no_database", error=type(error).__name__)
        return {"ready": False, "database": False, "tables": False}
    finally:
        close_old_connections()
    return {"ready": database and tables, "database": database, "tables": tables, "held": held}


def _answers() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone() == (1,))


def _tables() -> bool:
    """Once they were there, they stay; while they are not, every few seconds is enough to ask."""
    global _tables_there, _looked_at  # noqa: PLW0603 - what this process has found out
    if not _tables_there and time.monotonic() - _looked_at > LOOK_AGAIN_SECONDS:
        executor = MigrationExecutor(connection)
        _tables_there = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        _looked_at = time.monotonic()
    return _tables_there
