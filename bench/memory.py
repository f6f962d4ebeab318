"""The largest resident memory of each program while something runs, and its processor time.

Processor time is what two runs on a busy machine can be compared by.
"""

from __future__ import annotations

import contextlib
import threading
from typing import Self

import psutil

PAUSE_SECONDS = 0.2


class PeakMemory:
    """Samples our children, theirs, and the database.

    peaks: megabytes by program. processor: seconds by program, since each started.
    """

    def __init__(self, *, database: int | None) -> None:
        self.peaks: dict[str, float] = {}
        self.processor: dict[str, float] = {}
        self._database = database
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_details: object) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(PAUSE_SECONDS):
            for child in psutil.Process().children(recursive=True):
                if name := _program(child):
                    self._note(name, _resident(child), _seconds([child]))
            if self._database:
                processes = _family(self._database)
                self._note("database", _proportional(processes), _seconds(processes))

    def _note(self, name: str, megabytes: float, seconds: float) -> None:
        self.peaks[name] = max(self.peaks.get(name, 0.0), megabytes)
        self.processor[name] = max(self.processor.get(name, 0.0), seconds)


def _program(process: psutil.Process) -> str | None:
    try:
        command = " ".join(process.cmdline())
    except psutil.Error:
        return None
    names = {
        "salesforce_simulator": "simulator",
        "raccord.cli worker": "worker",
        "workbook_child.py": "workbook reader",
    }
    return next((name for mark, name in names.items() if mark in command), None)


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1_000_000
    except psutil.Error:
        return 0.0


def _family(process_id: int) -> list[psutil.Process]:
    try:
        server = psutil.Process(process_id)
        return [server, *server.children(recursive=True)]
    except psutil.Error:
        return []


def _proportional(processes: list[psutil.Process]) -> float:
    """Together, with pages that they share counted once."""
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            total += process.memory_full_info().pss
    return total / 1_000_000


def _seconds(processes: list[psutil.Process]) -> float:
    total = 0.0
    for process in processes:
        with contextlib.suppress(psutil.Error):
            times = process.cpu_times()
            total += times.user + times.system
    return total
