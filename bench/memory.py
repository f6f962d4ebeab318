"""The largest resident memory of each program while something runs."""

from __future__ import annotations

import threading
from typing import Self

import psutil

PAUSE_SECONDS = 0.2


class PeakMemory:
    """Samples our children and the database; `peaks` holds megabytes by program."""

    def __init__(self, *, database: int | None) -> None:
        self.peaks: dict[str, float] = {}
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
            for child in psutil.Process().children():
                if name := _program(child):
                    self._note(name, _resident(child))
            if self._database:
                self._note("database", _proportional(self._database))

    def _note(self, name: str, megabytes: float) -> None:
        self.peaks[name] = max(self.peaks.get(name, 0.0), megabytes)


def _program(process: psutil.Process) -> str | None:
    try:
        command = " ".join(process.cmdline())
    except psutil.Error:
        return None
    names = {"salesforce_simulator": "simulator", "raccord.cli worker": "worker"}
    return next((name for mark, name in names.items() if mark in command), None)


def _resident(process: psutil.Process) -> float:
    try:
        return float(process.memory_info().rss) / 1_000_000
    except psutil.Error:
        return 0.0


def _proportional(process_id: int) -> float:
    """A server process and its children, pages that they share counted once."""
    total = 0.0
    try:
        server = psutil.Process(process_id)
        for process in (server, *server.children(recursive=True)):
            total += process.memory_full_info().pss
    except psutil.Error:
        return 0.0
    return total / 1_000_000
