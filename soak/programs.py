"""A program that is killed and started again, on purpose, and never outlives us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from pathlib import Path

from raccord.processes.last_will import LastWill
from raccord.processes.supervisor import Program

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 90.0


class Killable:
    """One program of the stage; its output goes to a file."""

    def __init__(self, program: Program, *, output: Path, will: LastWill) -> None:
        self.program = program
        self._output = output
        self._will = will
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready where that can be told."""
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                self.program.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
            )
        self._will.add(self._process.pid, signal_number=signal.SIGKILL, group=True)
        ends_at = time.monotonic() + PATIENCE
        while self.program.is_ready is not None and not self.program.is_ready():
            if self._process.poll() is not None or time.monotonic() > ends_at:
                raise RuntimeError(f"{self.program.name} did not start: see {self._output}")
            time.sleep(0.02)

    def kill(self) -> None:
        """As kill -9 does: nothing of it has time for anything."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._will.forget(self._process.pid)
        self._process = None

    def start_again_if_it_ended(self) -> None:
        """A worker may end by itself (its database was away); whoever runs it starts it again."""
        if self._process is None or self._process.poll() is not None:
            self.kill()
            self.start()
