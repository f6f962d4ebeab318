"""Putting a backup into an empty database. It is then held: nothing is sent until a person decides.

Everything is read in one transaction: a restore that is interrupted has done nothing.
"""

from __future__ import annotations

import subprocess
from pathlib import Path
from uuid import UUID

import structlog
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from raccord.backup import archive, making
from raccord.backup.archive import BackupError, Manifest
from raccord.installation import hold, key_check
from raccord.installation.models import HeldBecause
from raccord.processes import postgres_programs

log = structlog.get_logger(__name__)

NO_KEY = (
    "The secrets in this backup were encrypted with another key. Put the installation's own key "
    "into RACCORD_VAULT_KEYS, or its file vault-keys into the data folder. If it is lost, use "
    "--without-key: every connection must then be authorized anew."
)


def restore(path: Path, *, without_key: bool = False) -> Manifest:
    """Restore the backup into the present database, and hold it. Raises BackupError."""
    manifest = archive.read(path)
    _require_empty()
    _require_known(manifest)
    if not without_key and _needs_another_key(manifest):
        raise BackupError(NO_KEY)
    _read_in(path, manifest)
    counted = making.row_counts()
    if counted != manifest.rows:
        raise BackupError("Not every row came back. Empty the database and try another backup.")
    call_command("migrate", verbosity=0)
    if manifest.installation:
        hold.hold(HeldBecause.RESTORED)
    log.info("backup.restored", tables=len(counted))
    return manifest


def _require_empty() -> None:
    with connection.cursor() as cursor:
        if connection.introspection.table_names(cursor):
            raise BackupError(
                "This database is not empty, and nothing in it is overwritten. Choose an empty "
                "data folder with RACCORD_DATA_DIR, or an empty database with DATABASE_URL."
            )


def _require_known(manifest: Manifest) -> None:
    """A backup of a newer Raccord has tables that this one knows nothing of."""
    known = MigrationLoader(connection).disk_migrations or {}
    unknown = [name for name in manifest.migrations.items() if name not in known]
    if unknown:
        raise BackupError(
            f"The backup was made by a newer Raccord ({manifest.version}). Restore it with that "
            "version or a later one."
        )


def _needs_another_key(manifest: Manifest) -> bool:
    checks = manifest.key_checks
    return bool(checks) and key_check.missing(checks, salt=UUID(manifest.key_salt)) > 0


def _read_in(path: Path, manifest: Manifest) -> None:
    program = postgres_programs.started(
        "pg_restore",
        *("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"),
        parameters=making.parameters(),
        stdin=subprocess.PIPE,
    )
    with making.fed(program, archive.pieces(path, manifest)):
        pass
    postgres_programs.ended(program)
