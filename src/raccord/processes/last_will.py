"""End what a killed process leaves behind.

A supervisor that is killed with -9 can stop nothing any more. So it keeps this small process beside
it, joined by a pipe, and tells it which processes to end. When the pipe closes, for whatever
reason, the will is executed: each process gets its signal, then a moment, then SIGKILL.

    will = LastWill()
    will.add(pid, signal.SIGTERM)
    ...
    will.execute()      # or die: the same happens

Known processes are remembered with the time they were created, so that a process id that was given
to another program meanwhile is left alone.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil

GRACE_SECONDS = 8


class LastWill:
    """The end of the pipe that the dying process holds."""

    def __init__(self) -> None:
        # The bare script, not `-m`: it must start fast and import nothing that could be broken.
        self._executor = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )

    def add(self, pid: int, *, signal_number: int, group: bool = False) -> None:
        """End process `pid` (if `group`: its whole process group) by this signal after us."""
        self._write(f"end {pid} {signal_number} {int(group)}")

    def forget(self, pid: int) -> None:
        """Process `pid` has ended and needs no ending."""
        self._write(f"forget {pid}")

    def add_folder(self, folder: Path) -> None:
        """Remove `folder` with everything in it after our death, when all processes have ended."""
        self._write(f"remove {folder}")

    def execute(self) -> None:
        """Do it all now, and return when it is done."""
        if self._executor.stdin is not None:
            with contextlib.suppress(BrokenPipeError):
                self._executor.stdin.close()
        self._executor.wait()

    def _write(self, line: str) -> None:
        if self._executor.stdin is None or self._executor.poll() is not None:
            raise RuntimeError("The process that executes the last will has ended.")
        self._executor.stdin.write(line + "\n")
        self._executor.stdin.flush()


def main() -> None:
    """Read the will from standard input until it closes, then execute it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    processes: dict[int, tuple[psutil.Process, int, bool]] = {}
    folders: list[Path] = []
    for line in sys.stdin:
        verb, _, rest = line.rstrip("\n").partition(" ")
        if verb == "end":
            pid, signal_number, group = (int(word) for word in rest.split())
            with contextlib.suppress(psutil.NoSuchProcess):
                processes[pid] = (psutil.Process(pid), signal_number, bool(group))
        elif verb == "forget":
            processes.pop(int(rest), None)
        elif verb == "remove":
            folders.append(Path(rest))
    _end(list(processes.values()))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _end(processes: list[tuple[psutil.Process, int, bool]]) -> None:
    for process, signal_number, group in processes:
        _signal(process, signal_number, group=group)
    _, alive = psutil.wait_procs([process for process, _, _ in processes], timeout=GRACE_SECONDS)
    for process, _, group in processes:
        if group or process in alive:
            _signal(process, signal.SIGKILL, group=group)


def _signal(process: psutil.Process, number: int, *, group: bool) -> None:
    with contextlib.suppress(ProcessLookupError, psutil.NoSuchProcess):
        if group:
            # A group outlives its leader; its number is not given away while a member lives.
            os.killpg(process.pid, number)
        elif process.is_running():
            process.send_signal(number)


if __name__ == "__main__":
    main()
