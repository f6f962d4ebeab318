"""One short seed of the soak on real processes: it comes to its end, and finds nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COUNTED = ("lost", "doubled", "diverged", "echoes", "consent_violations")


def test_a_short_seed_loses_doubles_and_echoes_nothing() -> None:
    command = [sys.executable, "-m", "soak", "--seed", "1", "--rounds", "1", "--seconds", "2"]
    ended = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    told = json.loads(ended.stdout.splitlines()[-1])
    assert (ended.returncode, [told[kind] for kind in COUNTED]) == (0, [0] * 5), ended.stdout
    assert told["runs"] == 1
    assert told["changes"] > 0
