"""Everything that `make check` looks at, one after the other; all findings at once.

python -m tools.check [NAME ...]     only the named steps
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

STEPS: dict[str, list[str]] = {
    "format": [str(BIN / "ruff"), "format", "--check"],
    "lint": [str(BIN / "ruff"), "check"],
    "types": [str(BIN / "mypy")],
    "layers": [str(BIN / "lint-imports")],
    "settings": [sys.executable, "-m", "django", "check", "--fail-level", "WARNING"],
    "migrations": [
        *(sys.executable, "-W", "ignore::RuntimeWarning"),
        *("-m", "django", "makemigrations", "--check", "--dry-run"),
    ],
    "translations": [sys.executable, "-m", "tools.messages", "check"],
    "docs": [sys.executable, "-m", "tools.reference", "check"],
    "shape": [str(BIN / "pytest"), "-q", "tests/architecture"],
}


def main(names: list[str]) -> int:
    """Run the steps; return 1 and name them at the end if any of them found something."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="raccord-check-") as folder:
        for name in names or STEPS:
            started = time.monotonic()
            print(f"== {name}", flush=True)
            done = subprocess.run(STEPS[name], check=False, cwd=ROOT, env=_environment(folder))
            result = "ok" if done.returncode == 0 else "FAILED"
            print(f"== {name}: {result} ({time.monotonic() - started:.0f} s)\n", flush=True)
            if done.returncode != 0:
                failed.append(name)
    print(f"make check: failed: {', '.join(failed)}" if failed else "make check: all clean")
    return 1 if failed else 0


def _environment(folder: str) -> dict[str, str]:
    """Return an environment whose settings come from nobody's own installation."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("RACCORD_")}
    own.pop("DATABASE_URL", None)
    return {**own, "DJANGO_SETTINGS_MODULE": "raccord.settings", "RACCORD_DATA_DIR": folder}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
