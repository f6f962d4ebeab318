"""Check the Salesforce plug-in without an org: what its checks need is installed first.

python -m tools.check_plugin [NAME ...]     only the named steps (salesforce-plugin/tools/check.mjs)
"""

import os
import re
import shutil
import subprocess
import sys

from tools.npm import ROOT, NpmError, install, node_path

PLUGIN = ROOT / "salesforce-plugin"
OLDEST_JAVA = 17
NO_JAVA = (
    f"Java {OLDEST_JAVA} or later is needed (Debian: apt-get install openjdk-17-jre-headless, "
    "or default-jre-headless)"
)
NO_NPM = "Node.js with npm is needed (Debian: apt-get install nodejs npm)"


def main(names: list[str]) -> int:
    """Run the steps; return their exit code, or 2 after one line on what is not there."""
    if java_version() < OLDEST_JAVA:
        return _refuse(NO_JAVA)
    try:
        install(PLUGIN)
    except NpmError as error:
        return _refuse(str(error))
    except (OSError, subprocess.CalledProcessError):
        return _refuse(NO_NPM)
    path = node_path()
    node = shutil.which("node", path=path)
    if node is None:
        return _refuse(NO_NPM)
    command = [node, "tools/check.mjs", *names]
    done = subprocess.run(command, check=False, cwd=PLUGIN, env={**os.environ, "PATH": path})
    return done.returncode


def java_version() -> int:
    """Return the number of the Java on the path; 0 if there is none."""
    try:
        done = subprocess.run(["java", "-version"], check=False, capture_output=True, text=True)
    except OSError:
        return 0
    found = re.search(r'version "(\d+)', done.stderr + done.stdout)
    return int(found.group(1)) if found and done.returncode == 0 else 0


def _refuse(sentence: str) -> int:
    print(f"check-plugin: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
