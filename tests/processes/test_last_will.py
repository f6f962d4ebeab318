"""The last will: what a killed process leaves behind is ended and removed."""

import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from raccord.processes.last_will import LastWill
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    with subprocess.Popen(
        [sys.executable, "-c", "input()"], stdin=subprocess.PIPE, start_new_session=True
    ) as process:
        yield process
        process.kill()


def test_everything_ends_when_its_holder_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "leftover"
    folder.mkdir()
    holder = f"""
        import pathlib, signal, subprocess, sys
        from raccord.processes.last_will import LastWill
        sleep = [sys.executable, "-c", "import time; time.sleep(600)"]
        child = subprocess.Popen(sleep, start_new_session=True)
        will = LastWill()
        will.add(child.pid, signal_number=signal.SIGTERM)
        will.add_folder(pathlib.Path({str(folder)!r}))
        print(child.pid, flush=True)
        input()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(holder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        child = psutil.Process(int(process.stdout.readline()))
        process.kill()

        wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE)
        wait_until(lambda: not folder.exists())


def test_a_forgotten_process_is_left_alone(sleeper: "subprocess.Popen[bytes]") -> None:
    will = LastWill()
    will.add(sleeper.pid, signal_number=signal.SIGTERM)
    will.forget(sleeper.pid)

    will.execute()

    assert sleeper.poll() is None


def test_a_whole_group_is_ended(sleeper: "subprocess.Popen[bytes]") -> None:
    will = LastWill()
    will.add(sleeper.pid, signal_number=signal.SIGTERM, group=True)

    will.execute()

    assert sleeper.wait(timeout=PATIENCE) == -signal.SIGTERM


def test_writing_a_will_that_nobody_would_execute_is_an_error() -> None:
    will = LastWill()
    will.execute()

    with pytest.raises(RuntimeError, match="last will"):
        will.forget(1)
