"""Tests that drive a browser stay together, whatever pytest makes of its ids."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.architecture.tree import ROOT

TWO_TESTS = "def test_one(): pass\ndef test_two(): pass\n"


def test_one_worker_begins_with_all_tests_of_the_browser(tmp_path: Path) -> None:
    for name in ("tests/a/test_a.py", "tests/browser/test_b.py", "tests/browser/test_c.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(TWO_TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    said = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-v", "-p", "no:django", "-p", "no:cacheprovider"),
            *("-p", "tests.dealing", "-n", "2", "--dist", "loadgroup"),
        ],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    dealt = re.findall(r"\[(gw\d)\] .*PASSED tests/(\w+)/(\w+)", said)
    assert len(dealt) == 6, said
    assert len({worker for worker, folder, _ in dealt if folder == "browser"}) == 1, said
    assert len({worker for worker, _, _ in dealt}) == 2, said
