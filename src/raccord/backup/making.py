"""Writing a backup while everything goes on, and reading it back to the last row.

The dump and the numbers beside it are of one moment: they share an exported snapshot.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import structlog
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from raccord import __version__
from raccord.backup import archive
from raccord.backup.archive import BackupError, Manifest
from raccord.installation import hold
from raccord.processes import postgres_programs

log = structlog.get_logger(__name__)

LEFT_OUT = (
    # Who is signed in where, and wake-up calls: losing them loses nothing.
    "django_session",
    "accounts_signinattempt",
    "connections_signingin",
    "procrastinate_jobs",
    "procrastinate_events",
    "procrastinate_periodic_defers",
    "procrastinate_workers",
)
_TABLES = """
SELECT relname FROM pg_class
WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY relname
"""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written and read back."""

    path: Path
    manifest: Manifest


def make(path: Path) -> Made:
    """Write a backup to `path`, which must not exist yet, and verify it.

    Raises BackupError; nothing is left behind then.
    """
    if path.exists():
        raise BackupError(f"{path} exists already.")
    unfinished = path.with_name(f"{path.name}.part")
    try:
        unfinished.unlink(missing_ok=True)
        manifest = _write(unfinished)
        verify(unfinished)
        unfinished.rename(path)
    except OSError as error:
        raise BackupError(f"The backup could not be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):
            unfinished.unlink(missing_ok=True)
    log.info("backup.made", size=manifest.size, tables=len(manifest.rows))
    return Made(path, manifest)


def verify(path: Path) -> Manifest:
    """Read a backup to its end, and count its rows. Raises BackupError if anything is missing."""
    manifest = archive.read(path)
    program = postgres_programs.started(
        "pg_restore", "--file=-", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with fed(program, archive.pieces(path, manifest)):
        assert program.stdout is not None  # noqa: S101 - it was asked for
        counted = _rows(program.stdout)
    postgres_programs.ended(program)
    missing = [name for name, rows in manifest.rows.items() if counted.get(name, 0) != rows]
    if missing:
        raise BackupError(f"{path} lacks rows of: {', '.join(missing)}. Take another backup.")
    return manifest


@contextmanager
def fed(program: subprocess.Popen[bytes], pieces: Iterable[bytes]) -> Iterator[None]:
    """Feed a program's standard input for the block; what went wrong there is raised at its end."""
    from threading import Thread

    problems: list[Exception] = []

    def feed() -> None:
        assert program.stdin is not None  # noqa: S101 - it was asked for
        try:
            with program.stdin as stdin:
                for piece in pieces:
                    stdin.write(piece)
        except BrokenPipeError:
            return  # it ended early, and says why itself
        except Exception as problem:
            problems.append(problem)
            program.kill()

    feeding = Thread(target=feed, daemon=True)
    feeding.start()
    yield
    feeding.join()
    if problems:
        program.wait()
        raise problems[0]


def parameters() -> dict[str, str]:
    """How a program of PostgreSQL's reaches the database that this process uses."""
    connection.ensure_connection()
    info = connection.connection.info
    return {**info.get_parameters(), "password": info.password}


def _write(path: Path) -> Manifest:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot: str = cursor.fetchone()[0]
        manifest = _manifest()
        program = postgres_programs.started(
            "pg_dump",
            *("--format=custom", "--no-owner", "--no-privileges"),
            *(f"--exclude-table-data=public.{table}" for table in LEFT_OUT),
            f"--snapshot={snapshot}",
            parameters=parameters(),
            stdout=subprocess.PIPE,
        )
        try:
            assert program.stdout is not None  # noqa: S101 - it was asked for
            told = archive.write(path, dump=program.stdout, manifest=manifest)
        except OSError:
            program.kill()
            program.wait()
            raise
        postgres_programs.ended(program)
    return told


def _manifest() -> Manifest:
    row = hold.current()
    return Manifest(
        version=__version__,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        installation=str(row.uid) if row else "",
        key_salt=str(row.key_salt) if row else "",
        key_checks=list(row.key_checks) if row else [],
        migrations=_newest_migrations(),
        rows=row_counts(),
    )


def row_counts() -> dict[str, int]:
    """Table -> rows in it, of those that a backup holds."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        names = [name for (name,) in cursor.fetchall() if name not in LEFT_OUT]
        counted = {}
        for name in names:
            named = connection.ops.quote_name(name)
            cursor.execute(f"SELECT count(*) FROM {named}")  # noqa: S608 - of the catalogue
            counted[name] = cursor.fetchone()[0]
    return counted


def _newest_migrations() -> dict[str, str]:
    loader = MigrationLoader(connection)
    newest: dict[str, str] = {}
    for app, name in sorted(loader.applied_migrations):
        newest[app] = max(name, newest.get(app, ""))
    return newest


def _rows(lines: IO[bytes]) -> dict[str, int]:
    """Count the rows of each table in the SQL that a dump becomes."""
    counted: dict[str, int] = {}
    table = ""
    for line in lines:
        if table:
            if line == b"\\.\n":
                table = ""
            else:
                counted[table] += 1
        elif line.startswith(b"COPY public."):
            table = line.split()[1].decode().removeprefix("public.").strip('"')
            counted[table] = 0
    return counted
