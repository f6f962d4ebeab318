"""The embedded PostgreSQL: created once, found again, recovered, and never the wrong one."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from raccord.processes import embedded_database
from tests.waiting import PATIENCE, wait_until


@pytest.fixture
def bystander() -> Iterator["subprocess.Popen[bytes]"]:
    """A living process that is no PostgreSQL."""
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        yield process
        process.kill()


def test_data_is_there_again_after_a_stop_and_a_second_start(data_dir: Path) -> None:
    with psycopg.connect(embedded_database.start(data_dir)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    embedded_database.stop(data_dir)
    assert embedded_database.running_url(data_dir) is None

    with psycopg.connect(embedded_database.start(data_dir)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_starting_a_running_database_joins_it(data_dir: Path) -> None:
    url = embedded_database.start(data_dir, durable=False)
    process_id = embedded_database.process_id(data_dir)

    assert embedded_database.start(data_dir, durable=False) == url
    assert embedded_database.running_url(data_dir) == url
    assert embedded_database.process_id(data_dir) == process_id


def test_committed_data_survives_kill_9(data_dir: Path) -> None:
    with psycopg.connect(embedded_database.start(data_dir)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    process_id = embedded_database.process_id(data_dir)
    assert process_id is not None
    server = psutil.Process(process_id)
    family = [server, *server.children()]
    for process in family:
        process.kill()
    psutil.wait_procs(family, timeout=PATIENCE)

    with psycopg.connect(embedded_database.start(data_dir)) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)


def test_a_lock_file_that_names_somebody_elses_process_does_not_prevent_a_start(
    data_dir: Path, bystander: "subprocess.Popen[bytes]"
) -> None:
    embedded_database.start(data_dir, durable=False)
    lock_file = data_dir / "postgres" / "postmaster.pid"
    stale = lock_file.read_text().split("\n", 1)[1]
    embedded_database.stop(data_dir)
    lock_file.write_text(f"{bystander.pid}\n{stale}")

    assert embedded_database.running_url(data_dir) is None
    embedded_database.start(data_dir, durable=False)

    assert embedded_database.running_url(data_dir)
    assert bystander.poll() is None


def test_a_creation_that_was_interrupted_is_begun_again(data_dir: Path) -> None:
    unfinished = data_dir / "postgres.new"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    embedded_database.start(data_dir, durable=False)

    assert embedded_database.running_url(data_dir)
    assert not unfinished.exists()


def test_a_path_that_is_too_long_for_a_socket_is_refused_before_anything_is_made(
    tmp_path: Path,
) -> None:
    long = tmp_path / ("x" * 90)

    with pytest.raises(embedded_database.EmbeddedDatabaseError, match="RACCORD_DATA_DIR"):
        embedded_database.start(long)

    assert not long.exists()


@pytest.mark.parametrize("name", ["a,b", 'a"b', "a$b", "a`b"])
def test_a_path_that_drivers_would_misread_is_refused(data_dir: Path, name: str) -> None:
    with pytest.raises(embedded_database.EmbeddedDatabaseError, match="one of the characters"):
        embedded_database.start(data_dir / name)


def test_a_path_with_other_unusual_characters_will_do(data_dir: Path) -> None:
    unusual = data_dir / "it's 100 % réel"
    try:
        with psycopg.connect(embedded_database.start(unusual, durable=False)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        embedded_database.stop(unusual)


def test_data_of_another_major_version_is_refused(data_dir: Path) -> None:
    (data_dir / "postgres").mkdir()
    (data_dir / "postgres" / "PG_VERSION").write_text("15\n")

    with pytest.raises(embedded_database.EmbeddedDatabaseError, match="PostgreSQL 15"):
        embedded_database.start(data_dir)


def test_a_failing_start_shows_the_servers_own_words(data_dir: Path) -> None:
    embedded_database.start(data_dir, durable=False)
    embedded_database.stop(data_dir)
    (data_dir / "postgres" / "postgresql.conf").write_text("max_connections = plenty\n")

    with pytest.raises(embedded_database.EmbeddedDatabaseError, match="max_connections"):
        embedded_database.start(data_dir)


def test_nobody_but_its_owner_gets_to_the_socket(data_dir: Path) -> None:
    embedded_database.start(data_dir, durable=False)

    assert (data_dir / "postgres").stat().st_mode & 0o077 == 0


def test_statements_with_values_are_not_logged(data_dir: Path) -> None:
    url = embedded_database.start(data_dir, durable=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE people (email text UNIQUE)")
        for _ in range(2):
            with contextlib.suppress(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO people VALUES ('jane@example.org')")
    embedded_database.stop(data_dir)

    log = (data_dir / "postgres" / "server.log").read_text()
    assert "duplicate key" in log
    assert "jane" not in log


def test_stopping_closes_open_connections_instead_of_waiting_for_them(data_dir: Path) -> None:
    connection = psycopg.connect(embedded_database.start(data_dir, durable=False))
    process_id = embedded_database.process_id(data_dir)
    assert process_id is not None

    embedded_database.stop(data_dir)

    wait_until(lambda: not psutil.pid_exists(process_id))
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT 1")


def test_stopping_what_does_not_run_does_nothing(data_dir: Path) -> None:
    embedded_database.stop(data_dir)
    embedded_database.stop(data_dir / "never-made")

    assert not (data_dir / "postgres").exists()
