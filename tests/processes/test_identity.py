"""What an operator meets when the key or the data folder is not the one that it was."""

import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from raccord.processes import embedded_database, ports
from tests.processes.installation import Installation
from tests.waiting import PATIENCE


@pytest.fixture
def elsewhere() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="raccord-"))
    yield folder / "copy"
    embedded_database.stop(folder / "copy")
    shutil.rmtree(folder)


def test_a_copied_folder_is_held_and_another_key_is_refused(
    data_dir: Path, elsewhere: Path
) -> None:
    first = run(data_dir)
    assert not first.printed("is held")
    subprocess.run(["/bin/cp", "--archive", data_dir, elsewhere], check=True)

    copy = run(elsewhere)
    assert copy.printed("Raccord is held")
    assert copy.printed("raccord installation --original")

    (data_dir / "vault-keys").write_text("another key")
    refused = Installation(data_dir, port=ports.free_port())
    assert refused.process.wait(timeout=PATIENCE) == 1
    assert refused.printed("encrypted with another key")
    assert refused.printed(str(data_dir))
    assert not refused.printed("another key\n")


def run(folder: Path) -> Installation:
    """Run an installation until it is ready, then stop it."""
    installation = Installation(folder, port=ports.free_port())
    sys.stdout.writelines(installation.lines)  # shown beside a failure
    assert installation.answers()
    installation.process.send_signal(signal.SIGINT)
    assert installation.process.wait(timeout=PATIENCE) == 0
    return installation
