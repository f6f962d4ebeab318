"""`raccord up`, as an operator meets it: real processes, a real database, real signals."""

import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from raccord.processes import embedded_database, ports
from tests.processes.installation import Installation
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def started(data_dir: Path) -> Iterator[list[Installation]]:
    installations: list[Installation] = []
    yield installations
    for installation in installations:
        if installation.process.poll() is None:
            installation.process.kill()
        installation.process.wait()
        sys.stdout.writelines(installation.lines)  # shown beside a failure


@pytest.fixture
def up(data_dir: Path, started: list[Installation]) -> Installation:
    started.append(Installation(data_dir, port=ports.free_port()))
    return started[0]


def test_it_answers_and_ctrl_c_leaves_nothing_behind_and_a_second_start_finds_its_data(
    up: Installation, data_dir: Path, started: list[Installation]
) -> None:
    assert up.answers()
    with psycopg.connect(_running_url(data_dir)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    family = up.family()

    up.process.send_signal(signal.SIGINT)

    assert up.process.wait(timeout=PATIENCE) == 0, up.lines
    wait_until(lambda: not any(process.is_running() for process in family))
    assert embedded_database.process_id(data_dir) is None

    started.append(Installation(data_dir, port=up.port))
    assert started[1].answers()
    with psycopg.connect(_running_url(data_dir)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_worker_that_is_killed_or_loses_the_database_is_replaced(
    up: Installation, data_dir: Path
) -> None:
    wait_until(lambda: up.printed("worker.started"))
    first = up.program("worker")
    first.kill()

    wait_until(lambda: up.printed("worker.started") >= 2)
    second = up.program("worker")
    assert second.pid != first.pid

    embedded_database.stop(data_dir)
    embedded_database.start(data_dir)

    # Its jobs may notice before its watchdog does; either way it ends.
    wait_until(lambda: up.printed("worker.database_lost") or up.printed("worker.failed"))
    wait_until(lambda: up.program("worker").pid != second.pid)
    wait_until(lambda: up.printed("worker.started") >= 3)
    wait_until(up.answers)


def test_a_worker_whose_queue_gave_up_says_that_it_failed_and_is_replaced(
    up: Installation, data_dir: Path
) -> None:
    wait_until(lambda: up.printed("worker.started"))
    first = up.program("worker")
    url = _running_url(data_dir)
    database = conninfo_to_dict(url)["dbname"]
    listening = "SELECT pid FROM pg_stat_activity WHERE query ILIKE 'listen %'"
    with psycopg.connect(url, dbname="postgres", autocommit=True) as administrator:
        (listener,) = wait_until(lambda: administrator.execute(listening).fetchone())

        # Only new connections are refused: the watchdog's own goes on answering.
        administrator.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        administrator.execute("SELECT pg_terminate_backend(%s)", [listener])
        wait_until(lambda: up.printed("worker.failed"))
        administrator.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")

    assert not up.printed("worker.database_lost")
    wait_until(lambda: up.printed("worker.started") >= 2)
    assert up.program("worker").pid != first.pid


def test_kill_9_of_everything_at_the_top_leaves_nothing_behind(
    up: Installation, data_dir: Path
) -> None:
    family = up.family()
    database = psutil.Process(embedded_database.process_id(data_dir))
    up.process.kill()

    wait_until(lambda: not any(process.is_running() for process in [*family, database]))
    assert not up.answers()


def test_a_port_in_use_is_named_before_anything_starts(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        up = Installation(data_dir, port=port)

    assert up.process.wait() == 1
    assert up.printed(f"Port {port} on 127.0.0.1 is already in use by")
    assert up.printed("--port")
    assert not (data_dir / "postgres").exists()


def _running_url(data_dir: Path) -> str:
    url = embedded_database.running_url(data_dir)
    assert url is not None
    return url
