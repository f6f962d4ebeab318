"""The files of this project, as the architecture tests look at them."""

import os
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
BUILT = {".git", ".venv", ".hypothesis", "node_modules", "var", "build", "vendor", "__pycache__"}


@cache
def project_files() -> tuple[Path, ...]:
    """Return every file that is, or would be, in git: nothing built, nothing installed."""
    names = _names_from_git() or _names_from_walking()
    return tuple(path for name in sorted(names) if (path := ROOT / name).is_file())


def _names_from_git() -> list[str]:
    """Return nothing where there is no git, or no clone: an unpacked archive will do."""
    try:
        done = subprocess.run(
            # A clone that belongs to another user is looked at all the same.
            ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"],  # noqa: S607
            check=True,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return []
    return [name for name in done.stdout.split("\0") if name]


def _names_from_walking() -> list[str]:
    names = []
    for folder, folders, files in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        folders[:] = [name for name in folders if not _is_built(name)]
        names += [(here / name).as_posix() for name in files if not name.endswith(".mo")]
    return names


def _is_built(folder: str) -> bool:
    return folder in BUILT or folder.endswith((".egg-info", "_cache"))


def python_files() -> list[Path]:
    """Return our Python modules, migrations excepted: Django writes those."""
    return [
        path for path in project_files() if path.suffix == ".py" and "migrations" not in path.parts
    ]


def text_of(path: Path) -> str | None:
    """Return the file's text, or None if it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def name_of(path: Path) -> str:
    """Return the path as people write it: relative to the project's root."""
    return path.relative_to(ROOT).as_posix()
