"""The doctor finds what is wrong, says what to do, and tells no secret."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.utils import translation
from pytest_django import Settings

from raccord.alerts.models import AlertRecipient
from raccord.connections.models import Authorization, AuthorizationState
from raccord.contacts.models import OutboxItem
from raccord.doctor.examination import findings
from raccord.doctor.findings import Finding, Result
from raccord.installation import hold, starting
from raccord.installation.models import HeldBecause
from raccord.sync.models import Clock
from tests.integration.sync.scene import Scene, a_scene


@pytest.fixture(autouse=True)
def surroundings(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.VAULT_KEYS = ["the-vault-key"]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed_port()


@pytest.fixture
def scene(transactional_db: None) -> Iterator[Scene]:
    starting.begin()
    alive()
    yield a_scene()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_periodic_defers")
        cursor.execute("DELETE FROM procrastinate_workers")


def test_where_everything_works_nothing_is_wrong(scene: Scene, settings: Settings) -> None:
    with a_mail_server() as port:
        settings.EMAIL_PORT = port
        found = by_check()

    assert {check: each for check, each in found.items() if each.result is Result.WRONG} == {}
    assert found["mail"].result is Result.FINE
    assert found[f"connection.{scene.connection.pk}"].result is Result.FINE
    assert {"versions", "database", "tables", "collation", "keys", "installation", "workers"} <= {
        *found
    }


def test_no_worker_and_no_sweep_are_wrong(scene: Scene) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_periodic_defers SET defer_timestamp = 0")
    assert "each minute" in by_check()["workers"].text
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")
    assert "No worker" in by_check()["workers"].text


def test_a_change_that_waits_for_too_long_is_a_warning(scene: Scene) -> None:
    scene.contact()
    scene.activate()
    OutboxItem.objects.update(due_at=Now() - timedelta(hours=2))
    found = by_check()["waiting"]
    assert (found.result, "120 minutes" in found.text) == (Result.WARNING, True)


def test_a_lost_authorization_and_a_silent_org_are_named(scene: Scene) -> None:
    check = f"connection.{scene.connection.pk}"
    Authorization.objects.update(
        state=AuthorizationState.LOST, reason="raccord.installation.is_copy"
    )
    lost = by_check()[check]
    assert lost.result is Result.WRONG
    assert "copy" in lost.text
    assert lost.todo
    Clock.objects.create(
        connection=scene.connection, low=timedelta(minutes=9), high=timedelta(minutes=11)
    )
    assert by_check()[f"{check}.clock"].result is Result.WARNING


def test_mail_is_wrong_once_somebody_waits_for_alerts(scene: Scene) -> None:
    assert by_check()["mail"].result is Result.WARNING
    AlertRecipient.objects.create(integration=scene.integration, email="ana@example.org")
    found = by_check()["mail"]
    assert found.result is Result.WRONG
    assert "ConnectionRefusedError" in found.text
    assert "ana@" not in found.text


def test_another_key_and_a_held_installation_are_wrong(scene: Scene, settings: Settings) -> None:
    hold.hold(HeldBecause.RESTORED)
    settings.VAULT_KEYS = ["another"]
    found = by_check()
    assert found["keys"].result is Result.WRONG
    assert found["installation"].result is Result.WRONG
    assert f"connection.{scene.connection.pk}" not in found


def test_the_configuration_is_looked_at(
    scene: Scene, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RACCORD_SECRET_KEY", "RACCORD_VAULT_KEYS"):
        monkeypatch.delenv(name, raising=False)
    settings.PUBLIC_URL, settings.DEBUG = "http://contacts.example.org", True
    (tmp_path / "vault-keys").write_text("the-vault-key")
    (tmp_path / "vault-keys").chmod(0o644)
    found = by_check()
    assert found["address"].result is Result.WARNING
    assert found["debug"].result is Result.WRONG
    assert found["key_files"].result is Result.WRONG
    settings.PUBLIC_URL = "nowhere"
    assert by_check()["address"].result is Result.WRONG
    settings.DATA_DIR = tmp_path / "missing"
    assert by_check()["data_folder"].result is Result.WRONG


def test_the_command_prints_lines_or_json_and_ends_with_1_if_something_is_wrong(
    scene: Scene, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.DEBUG = True
    settings.EMAIL_HOST_PASSWORD = "mail-password"
    with pytest.raises(SystemExit) as left:
        call_command("doctor")
    assert left.value.code == 1
    lines = capsys.readouterr().out
    assert "wrong          " in lines
    assert "→ " in lines
    with pytest.raises(SystemExit):
        call_command("doctor", json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["result"] == "wrong"
    assert {"check", "result", "title", "text", "todo"} == set(told["findings"][0])
    for secret in ("the-vault-key", "mail-password", settings.SECRET_KEY):
        assert secret not in lines + json.dumps(told)


def test_a_check_that_fails_itself_keeps_no_other_from_being_made(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raccord.doctor.surroundings.shutil.disk_usage", lambda _folder: 1 / 0)
    found = by_check()
    assert "ZeroDivisionError" in found["data_folder"].text
    assert found["tables"].result is Result.FINE


def test_any_user_of_the_database_may_ask_for_its_birthmark(scene: Scene) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP ROLE IF EXISTS nobody_special")
        cursor.execute("CREATE ROLE nobody_special")
        try:
            cursor.execute("GRANT SELECT ON installation_installation TO nobody_special")
            cursor.execute("SET ROLE nobody_special")
            assert not hold.is_held()
        finally:
            cursor.execute("RESET ROLE")
            cursor.execute("DROP OWNED BY nobody_special")
            cursor.execute("DROP ROLE nobody_special")


def by_check() -> dict[str, Finding]:
    with translation.override("en"):
        return {each.check: each for each in findings()}


def alive() -> None:
    """As a worker leaves the tables of the job queue."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        cursor.execute(
            "INSERT INTO procrastinate_periodic_defers (task_name, defer_timestamp) "
            "VALUES ('raccord.sweep', extract(epoch FROM now())::bigint)"
        )


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


class a_mail_server:  # noqa: N801 - reads as a sentence
    """Says hello to one client, as a mail server does."""

    def __enter__(self) -> int:
        self._listening = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return int(self._listening.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._listening.close()

    def _serve(self) -> None:
        client, _address = self._listening.accept()
        with client, client.makefile("rw", newline="\r\n") as lines:
            lines.write("220 here\n")
            lines.flush()
            for line in lines:
                lines.write("221 bye\n" if line.startswith(("QUIT", "quit")) else "250 ok\n")
                lines.flush()
                if line.startswith(("QUIT", "quit")):
                    return
