"""Start several programs, keep them alive, and leave nothing behind.

    with Supervisor() as supervisor:
        supervisor.start(programs.worker(1))
        supervisor.start(programs.web(host="127.0.0.1", port=8000))
        supervisor.watch()      # until Ctrl-C, SIGTERM or SIGHUP

- Every program runs in a session of its own, so that Ctrl-C reaches only us; we stop them in the
  opposite order of their start, all within STOP_SECONDS, then by force.
- A program that ends by itself is started again, each time a little later (`restart_delay`).
- Each line that a program prints comes out with the program's name before it.
- Our own death by kill -9 is covered by the last will (see `last_will`).
"""

import contextlib
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Self, TextIO

import structlog

from raccord.processes.last_will import LastWill

log = structlog.get_logger("raccord.processes")

STOP_SECONDS = 10.0
READY_SECONDS = 60.0
LONGEST_DELAY = 30.0
STEADY_AFTER_SECONDS = 60.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class ProgramDidNotStartError(RuntimeError):
    """A program ended, or did not get ready, right after its first start."""


@dataclass(frozen=True)
class Program:
    """A program to run: its name in the output, its command, and how to tell that it is ready."""

    name: str
    command: tuple[str, ...]
    is_ready: Callable[[], bool] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Child:
    program: Program
    process: "subprocess.Popen[str]"
    started: float
    quick_ends: int = 0


def restart_delay(quick_ends: int) -> float:
    """Return the seconds to wait before the next start, after so many early ends in a row."""
    return min(LONGEST_DELAY, 0.5 * 2.0 ** min(quick_ends, 10))


class Supervisor:
    """Runs programs from `start` until the end of the `with` block."""

    def __init__(self, *, output: TextIO | None = None) -> None:
        self._output = output or sys.stdout
        self._children: list[_Child] = []
        self._ended: queue.Queue[_Child] = queue.Queue()
        self._previous: dict[signal.Signals, object] = {}
        self._stop_asked = False
        self._spawning = False

    def __enter__(self) -> Self:
        self._will = LastWill()
        for number in STOP_SIGNALS:
            self._previous[number] = signal.signal(number, self._on_stop_signal)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        self._stop_all()
        self._will.execute()
        for number, handler in self._previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        return kind is KeyboardInterrupt

    def start(self, program: Program) -> None:
        """Start `program` and return when it is ready.

        Raises ProgramDidNotStartError if it ends or is not ready within READY_SECONDS.
        """
        child = self._spawn(program)
        deadline = time.monotonic() + READY_SECONDS
        while program.is_ready and not program.is_ready():
            if child.process.poll() is not None:
                raise ProgramDidNotStartError(
                    f"{program.name} ended with status {child.process.returncode} while starting."
                )
            if time.monotonic() > deadline:
                raise ProgramDidNotStartError(
                    f"{program.name} did not answer within {READY_SECONDS:.0f} seconds."
                )
            time.sleep(0.05)

    def watch(self) -> None:
        """Start programs that end again, until a stop signal arrives (as KeyboardInterrupt)."""
        due: list[tuple[float, _Child]] = []
        while True:
            next_start = min((at for at, _ in due), default=None)
            pause = None if next_start is None else max(0.0, next_start - time.monotonic())
            with contextlib.suppress(queue.Empty):
                child = self._ended.get(timeout=pause)
                due.append((time.monotonic() + self._bury(child), child))
            for entry in [entry for entry in due if entry[0] <= time.monotonic()]:
                due.remove(entry)
                self._spawn(entry[1].program, quick_ends=entry[1].quick_ends)

    def _on_stop_signal(self, number: int, _frame: FrameType | None) -> None:
        self._stop_asked = True
        # Between fork and note-taking an exception would lose a child; `_spawn` raises it after.
        if not self._spawning:
            raise KeyboardInterrupt

    def _spawn(self, program: Program, *, quick_ends: int = 0) -> _Child:
        self._spawning = True
        process = subprocess.Popen(
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            env={**os.environ, **program.environment, "PYTHONUNBUFFERED": "1"},
        )
        child = _Child(program, process, started=time.monotonic(), quick_ends=quick_ends)
        self._children.append(child)
        self._will.add(process.pid, signal_number=signal.SIGTERM, group=True)
        threading.Thread(target=self._relay_output, args=(child,), daemon=True).start()
        threading.Thread(target=self._wait_for_end, args=(child,), daemon=True).start()
        self._spawning = False
        if self._stop_asked:
            raise KeyboardInterrupt
        log.info("supervisor.started", program=program.name, pid=process.pid)
        return child

    def _relay_output(self, child: _Child) -> None:
        for line in child.process.stdout or ():
            with contextlib.suppress(OSError, ValueError):
                self._output.write(f"{child.program.name:<9} | {line.rstrip()}\n")
                self._output.flush()

    def _wait_for_end(self, child: _Child) -> None:
        child.process.wait()
        self._ended.put(child)

    def _bury(self, child: _Child) -> float:
        """Clear away what an ended program left; return the seconds until its next start."""
        _signal_group(child, signal.SIGKILL)
        self._children.remove(child)
        self._will.forget(child.process.pid)
        if time.monotonic() - child.started > STEADY_AFTER_SECONDS:
            child.quick_ends = 0
        delay = restart_delay(child.quick_ends)
        child.quick_ends += 1
        log.warning(
            "supervisor.program_ended",
            program=child.program.name,
            status=child.process.returncode,
            starts_again_in=delay,
        )
        return delay

    def _stop_all(self) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self._children):
            if child.process.poll() is None:
                child.process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.process.wait(max(0.0, deadline - time.monotonic()))
            # Whatever is left of it now had its time.
            _signal_group(child, signal.SIGKILL)
            child.process.wait()
            log.info(
                "supervisor.stopped", program=child.program.name, status=child.process.returncode
            )
        self._children.clear()


def _signal_group(child: _Child, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.process.pid, number)
