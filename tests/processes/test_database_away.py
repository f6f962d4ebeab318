"""The database goes away for a while, and everything comes back by itself."""

from __future__ import annotations

import http.client
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from raccord.processes import embedded_database, ports
from tests.processes.installation import Installation
from tests.waiting import PATIENCE, wait_until

DEFER = """
INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', 'raccord.list_indexes')
RETURNING id
"""


@pytest.fixture
def up(data_dir: Path) -> Iterator[Installation]:
    installation = Installation(data_dir, port=ports.free_port())
    yield installation
    if installation.process.poll() is None:
        installation.process.terminate()
    installation.process.wait(timeout=PATIENCE)
    sys.stdout.writelines(installation.lines)  # shown beside a failure


@pytest.mark.parametrize("seconds", [3, 50])
def test_web_and_worker_come_back_and_wake_as_fast_as_before(
    up: Installation, data_dir: Path, seconds: int
) -> None:
    wait_until(lambda: up.printed("worker.started"))
    before = latency(data_dir)
    assert page(up)[0] == 302

    embedded_database.stop(data_dir)
    gone = time.monotonic()
    wait_until(lambda: page(up)[0] == 503)
    assert "The database cannot be reached" in page(up)[1]
    assert get(up, "/health/ready")[0] == 503
    assert get(up, "/health/live")[0] == 200
    while time.monotonic() - gone < seconds:
        assert page(up)[0] == 503
        time.sleep(0.5)
    started = up.printed("worker.started")
    embedded_database.start(data_dir)

    wait_until(lambda: page(up)[0] == 302)
    assert wait_until(lambda: get(up, "/health/ready")[0] == 200)
    wait_until(lambda: up.printed("worker.started") > started)
    after = latency(data_dir)
    sys.stdout.write(f"away {seconds} s: woken after {before:.2f} s, then {after:.2f} s\n")
    # A wake-up that is heard takes milliseconds; one that is only found by asking, five seconds.
    assert after < max(5.0, 3 * before)


def latency(data_dir: Path) -> float:
    """The best of several: how long a job waits until a worker has done it."""
    return min(_woken_after(data_dir) for _ in range(5))


def _woken_after(data_dir: Path) -> float:
    with psycopg.connect(embedded_database.url(data_dir), autocommit=True) as connection:
        began = time.monotonic()
        row = connection.execute(DEFER).fetchone()
        assert row is not None
        left = "SELECT count(*) FROM procrastinate_jobs WHERE id = %s"
        wait_until(lambda: connection.execute(left, row).fetchone() == (0,))
        return time.monotonic() - began


def page(up: Installation) -> tuple[int, str]:
    """The home page, as somebody asks for it who may be signed in."""
    return get(up, "/", Cookie=f"raccord_session={'x' * 32}")


def get(up: Installation, path: str, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", up.port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()
