"""A command that runs an installation (`raccord up`, `raccord demo`) as its operator meets it."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil

from tests.waiting import PATIENCE, wait_until

READY = "Raccord is ready"


def of_a_newcomer(data_dir: Path) -> dict[str, str]:
    """The environment of somebody who set a data folder and nothing else, and reads English."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "LC_MESSAGES", "LANG"} and not name.startswith("RACCORD_")
    }
    return {**kept, "LC_ALL": "C.UTF-8", "RACCORD_DATA_DIR": str(data_dir)}


class Installation:
    """The running command, its output, and the processes that belong to it."""

    def __init__(self, data_dir: Path, *options: str, port: int, command: str = "up") -> None:
        self.port = port
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "raccord.cli", command, "--port", str(port), *options],
            env=of_a_newcomer(data_dir),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        wait_until(lambda: self._has_ended() or self.printed(READY))

    def printed(self, words: str) -> int:
        """Return how many lines so far contain `words`."""
        return sum(words in line for line in self.lines)

    def program(self, name: str) -> psutil.Process:
        """Return the process that runs `raccord NAME`."""
        wanted = ["-m", "raccord.cli", name]
        return wait_until(
            lambda: next(
                (
                    child
                    for child in psutil.Process(self.process.pid).children()
                    if _command(child)[1:4] == wanted
                ),
                None,
            )
        )

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/")
            return connection.getresponse().status < 500
        except OSError:
            return False
        finally:
            connection.close()

    def family(self) -> list[psutil.Process]:
        """Return every process that it started, the database's excepted."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(line)

    def _has_ended(self) -> bool:
        """Whether it ended, and everything that it printed has arrived."""
        return self.process.poll() is not None and not self._reader.is_alive()


def _command(process: psutil.Process) -> list[str]:
    """Return its command line, which one that just ended has no more."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []
