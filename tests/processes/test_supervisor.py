"""The supervisor: programs are kept alive, stopped in order, and never left behind."""

import io
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from raccord.processes.supervisor import (
    LONGEST_DELAY,
    Program,
    ProgramDidNotStartError,
    Supervisor,
    restart_delay,
)
from tests.waiting import wait_until

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("deaf", flush=True)
time.sleep(600)
"""
POLITE = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("stopping", flush=True), sys.exit()))
print("started", flush=True)
time.sleep(600)
"""


def python(name: str, code: str, *, is_ready: Callable[[], bool] | None = None) -> Program:
    return Program(name=name, command=(sys.executable, "-c", code), is_ready=is_ready)


def watch_until(supervisor: Supervisor, condition: Callable[[], object]) -> None:
    """Let the supervisor watch until `condition` holds, then do to it what Ctrl-C does."""

    def interrupt() -> None:
        try:
            wait_until(condition)
        finally:
            os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=interrupt).start()
    supervisor.watch()


@pytest.fixture
def output() -> Iterator[io.StringIO]:
    with io.StringIO() as stream:
        yield stream


def test_lines_come_out_with_the_programs_name(output: io.StringIO) -> None:
    with Supervisor(output=output) as supervisor:
        supervisor.start(python("polite", POLITE))
        watch_until(supervisor, lambda: "started" in output.getvalue())

    wait_until(lambda: output.getvalue().count("\n") == 2)
    assert output.getvalue() == "polite    | started\npolite    | stopping\n"


def test_programs_stop_in_the_opposite_order_of_their_start(output: io.StringIO) -> None:
    with Supervisor(output=output) as supervisor:
        for name in ("first", "second", "third"):
            supervisor.start(python(name, POLITE))
        watch_until(supervisor, lambda: output.getvalue().count("started") == 3)

    stops = [line for line in output.getvalue().splitlines() if "stopping" in line]
    assert [line.split()[0] for line in stops] == ["third", "second", "first"]


def test_a_killed_program_is_started_again(output: io.StringIO, tmp_path: Path) -> None:
    once = tmp_path / "once"
    code = f"""
import os, pathlib, signal, time
mark = pathlib.Path({str(once)!r})
if not mark.exists():
    mark.touch()
    os.kill(os.getpid(), signal.SIGKILL)
print("alive again", flush=True)
time.sleep(600)
"""
    with Supervisor(output=output) as supervisor:
        supervisor.start(python("fragile", code))
        watch_until(supervisor, lambda: "alive again" in output.getvalue())

    assert once.exists()


def test_what_a_killed_program_had_started_is_gone_before_it_starts_again(
    output: io.StringIO, tmp_path: Path
) -> None:
    log = tmp_path / "grandchildren"
    code = f"""
import os, pathlib, signal, subprocess, sys, time
log = pathlib.Path({str(log)!r})
second = log.exists()
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
with log.open("a") as file:
    file.write(str(child.pid) + "\\n")
if not second:
    os.kill(os.getpid(), signal.SIGKILL)
print("second life", flush=True)
time.sleep(600)
"""
    with Supervisor(output=output) as supervisor:
        supervisor.start(python("parent", code))
        watch_until(supervisor, lambda: "second life" in output.getvalue())

    first, second = (int(line) for line in log.read_text().split())
    assert first != second
    wait_until(lambda: not _alive(first) and not _alive(second))


def test_a_program_that_ignores_the_request_to_stop_is_killed(
    output: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raccord.processes.supervisor.STOP_SECONDS", 0.3)
    with Supervisor(output=output) as supervisor:
        supervisor.start(python("deaf", STUBBORN))
        wait_until(lambda: "deaf" in output.getvalue())
        children = psutil.Process().children(recursive=True)
        deaf = next(child for child in children if STUBBORN in child.cmdline())

    assert not deaf.is_running()


def test_start_returns_when_the_program_is_ready(output: io.StringIO, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    code = f"import pathlib, time; pathlib.Path({str(ready)!r}).touch(); time.sleep(600)"
    with Supervisor(output=output) as supervisor:
        supervisor.start(python("slow", code, is_ready=ready.exists))
        assert ready.exists()


def test_a_program_that_ends_before_it_is_ready_is_an_error(output: io.StringIO) -> None:
    program = python("broken", "raise SystemExit(3)", is_ready=lambda: False)
    with (
        pytest.raises(ProgramDidNotStartError, match="broken ended with status 3"),
        Supervisor(output=output) as supervisor,
    ):
        supervisor.start(program)


def test_kill_9_of_the_supervisor_leaves_no_program_behind() -> None:
    code = f"""
        import sys
        from raccord.processes.supervisor import Program, Supervisor
        with Supervisor() as supervisor:
            supervisor.start(Program("polite", (sys.executable, "-c", {POLITE!r})))
            supervisor.watch()
    """
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "started" in line and line.startswith("polite"):
                break
        family = psutil.Process(process.pid).children(recursive=True)
        assert len(family) == 2  # the program, and the executor of the last will
        process.kill()

    wait_until(lambda: not any(_alive(member.pid) for member in family))


def test_signal_handlers_are_put_back(output: io.StringIO) -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with Supervisor(output=output):
        assert signal.getsignal(signal.SIGTERM) != before[1]

    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before


def test_restarts_come_later_each_time_but_not_for_ever_later() -> None:
    delays = [restart_delay(count) for count in range(40)]

    assert delays[0] <= 1
    assert delays == sorted(delays)
    assert delays[-1] == LONGEST_DELAY


def _alive(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
