"""The `raccord` command: it explains itself, and it keeps installations apart."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from raccord import cli
from raccord.processes import embedded_database, environment, ports
from raccord.processes.only_one import only_one
from tests.waiting import PATIENCE


@pytest.fixture
def database_url() -> str:
    """A PostgreSQL that answers: the one of this test run."""
    return os.environ["DATABASE_URL"]


@pytest.fixture
def own_environment(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An environment like that of a user who set a data folder and nothing else."""
    for name in [name for name in os.environ if name.startswith("RACCORD_")]:
        monkeypatch.delenv(name)
    # Set first, so that whatever a command puts there is undone.
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("RACCORD_DATA_DIR", str(data_dir))
    yield data_dir
    # What a command completed besides; monkeypatch puts back what was there before.
    for name in [name for name in os.environ if name.startswith("RACCORD_")]:
        del os.environ[name]


def test_help_names_every_command_with_its_purpose(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])

    assert left.value.code == 0
    printed = capsys.readouterr().out
    for name in cli.command_parsers():
        assert f"\n    {name}" in printed
    assert "DATABASE_URL" in printed


def test_help_of_a_command_needs_no_database_and_hides_djangos_own_options(
    own_environment: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(["migrate", "--help"])

    assert left.value.code == 0
    printed = capsys.readouterr().out
    assert "usage: raccord migrate" in printed
    assert "--settings" not in printed
    assert "--skip-checks" not in printed
    assert embedded_database.process_id(own_environment) is None


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["no-such-command"],
        ["up", "--port", "many"],
        ["up", "--port", "0"],
        ["web", "--port", "-1"],
        ["demo", "--port", "65536"],
        ["demo", "--simulator-port", "99999"],
        ["up", "--workers", "0"],
    ],
)
def test_a_wrong_call_is_an_error_with_the_usage(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as left:
        cli.main(arguments)

    assert left.value.code == 2
    assert "usage: raccord" in capsys.readouterr().err


def test_a_database_that_cannot_start_is_one_clear_line(
    own_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RACCORD_DATA_DIR", str(own_environment / ("x" * 90)))

    with pytest.raises(SystemExit, match=r"raccord: .*longer than 90 characters"):
        cli.main(["migrate"])


def test_a_database_is_there_for_the_block_and_stopped_after_it(own_environment: Path) -> None:
    with environment.database(), psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == ("raccord",)

    assert embedded_database.process_id(own_environment) is None


def test_a_database_that_ran_before_still_runs_after_the_block(own_environment: Path) -> None:
    url = embedded_database.start(own_environment, durable=False)

    with environment.database():
        assert os.environ["DATABASE_URL"] == url

    assert embedded_database.running_url(own_environment) == url


def test_a_database_of_the_users_own_is_left_alone(
    database_url: str, own_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)

    with environment.database():
        assert os.environ["DATABASE_URL"] == database_url

    assert not (own_environment / "postgres").exists()


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("foo", "is not the address of a PostgreSQL"),
        ("mysql://user:hidden@127.0.0.1/name", "is not the address of a PostgreSQL"),
        ("postgresql://user:hidden@127.0.0.1:many/name", "is not the address of a PostgreSQL"),
        ("postgresql://user:hidden@[::1/name", "is not the address of a PostgreSQL"),
        ("postgresql://user:hidden@127.0.0.1:1/name", "cannot be reached: .*refused"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "export", "worker", "web"])
def test_a_wrong_database_url_is_one_line_that_keeps_its_password(
    own_environment: Path, monkeypatch: pytest.MonkeyPatch, command: str, url: str, told: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)

    with pytest.raises(SystemExit, match=rf"\Araccord: .*DATABASE_URL.* {told}") as left:
        cli.main([command])

    assert "\n" not in str(left.value)
    assert "hidden" not in str(left.value)


def test_the_demo_runs_once_and_the_second_one_says_where(own_environment: Path) -> None:
    with (
        only_one(own_environment / "demo.lock", what="The demo", at="http://127.0.0.1:8000"),
        pytest.raises(
            SystemExit, match=rf"already runs at http://127.0.0.1:8000 \(process {os.getpid()}\)"
        ),
    ):
        cli.main(["demo", "--reset", "--port", str(ports.free_port())])

    assert not (own_environment / "demo").exists()
    with only_one(own_environment / "demo.lock", what="The demo", at="anywhere"):
        """The lock of the first one is given back."""


def test_resetting_the_demo_spares_the_installation_beside_it(own_environment: Path) -> None:
    (own_environment / "vault-keys").write_text("precious")
    (own_environment / "demo").mkdir()
    (own_environment / "demo" / "vault-keys").write_text("worthless")

    environment.move_to_demo_folder()
    environment.forget_data()

    assert (own_environment / "vault-keys").read_text() == "precious"
    assert not (own_environment / "demo").exists()


def test_a_rehearsal_uses_nothing_of_the_users_own_and_leaves_nothing(
    own_environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://production.example/raccord")
    monkeypatch.setenv("RACCORD_VAULT_KEYS", "precious")

    with environment.temporary_data() as folder:
        assert "DATABASE_URL" not in os.environ
        assert "RACCORD_VAULT_KEYS" not in os.environ
        assert environment.data_dir() == folder.resolve()
        (folder / "something").touch()

    assert not folder.exists()


def test_a_first_command_on_a_new_machine_makes_the_tables_it_needs(own_environment: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "raccord.cli", "import", "nothing.csv", "--project", "nobody"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )

    assert done.returncode == 1
    assert "There is no project" in done.stderr
    assert "Traceback" not in done.stderr
