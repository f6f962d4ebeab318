"""Running the plug-in's Apex on this machine: salesforce-plugin/tools/apexrun, by node."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.npm import node_path

ROOT = Path(__file__).resolve().parents[2]
PLUGIN = ROOT / "salesforce-plugin"
FOLDER = PLUGIN / "tools/apexrun"
SCRIPTS = Path(__file__).parent / "scripts"
# A run takes seconds; a slow machine that does much else may take minutes.
PATIENCE = 280
INTEGRATION = "RaccordIntegration"
NO_PROTOTYPE = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What a run said: its exit code, and what it printed."""

    code: int
    output: str
    errors: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON printed by --json."""
        assert self.output.startswith("{"), self
        report: dict[str, Any] = json.loads(self.output)
        return report


def run(*arguments: str, program: str = "run.mjs") -> Said:
    """Run apexrun to its end."""
    done = _node(str(FOLDER / program), *arguments)
    return Said(done.returncode, done.stdout, done.stderr)


def play(*steps: str | int, endpoint: str, secret: str) -> dict[str, Any]:
    """Run scripts in an org that posts to `endpoint`; a number lets so many minutes pass.

    Returns the report: failures, jobs that failed, callouts, debug lines. No script may fail.
    """
    arguments: list[str] = []
    for step in steps:
        if isinstance(step, int):
            arguments += ["--advance", str(step)]
        else:
            arguments += ["--anonymous", str(SCRIPTS / f"{step}.apex")]
    sent = ["--callout", endpoint, "--secret", f"SigningKey={secret}"]
    said = run(*arguments, *sent, "--run-events-as", INTEGRATION, "--json")
    assert said.code == 0, said
    report = said.report
    assert (report["failures"], report["jobs"]) == ([], [])
    return report


def play_by_the_prototype(script: str, *, endpoint: str) -> Said | None:
    """Run a script in the prototype that may lie beside the checkout; None where it does not.

    It signs nothing: see relay.py.
    """
    program = str(PLUGIN / "tools/second-opinion.mjs")
    path = str(SCRIPTS / f"{script}.apex")
    done = _node(program, "--script", path, "--callout", endpoint)
    said = Said(done.returncode, done.stdout, done.stderr)
    return None if said.code == NO_PROTOTYPE else said


def run_own_tests() -> Said:
    """Run the interpreter's own tests."""
    files = sorted(str(each) for each in (FOLDER / "test").glob("*.test.mjs"))
    done = _node("--test", *files)
    return Said(done.returncode, done.stdout, done.stderr)


def _node(*arguments: str) -> subprocess.CompletedProcess[str]:
    node = shutil.which("node", path=node_path())
    assert node is not None
    return subprocess.run(
        [node, *arguments],
        cwd=FOLDER,
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        stdin=subprocess.DEVNULL,
    )
