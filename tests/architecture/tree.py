"""The files of this project, as the architecture tests look at them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"


@cache
def project_files() -> tuple[Path, ...]:
    """Return every file that is, or would be, in git: nothing built, nothing installed."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],  # noqa: S607
        check=True,
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    return tuple(path for name in sorted(listed) if name and (path := ROOT / name).is_file())


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
