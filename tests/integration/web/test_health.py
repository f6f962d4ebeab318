"""Machines learn whether it lives, is ready and how it goes; nobody else sees the figures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from django.db.models.functions import Now
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import Settings

from raccord.contacts.models import OutboxItem
from raccord.installation import hold, starting
from raccord.installation.models import HeldBecause
from raccord.web.health import readiness
from tests.architecture.tree import ROOT
from tests.integration.sync.scene import Scene, a_scene

METRICS = "/metrics"


@pytest.fixture
def scene(transactional_db: None, settings: Settings, tmp_path: Path) -> Scene:
    settings.DATA_DIR = tmp_path
    starting.begin()
    scene = a_scene()
    scene.contact()
    scene.activate()
    return scene


def test_it_lives_without_a_database(client: Client) -> None:
    answer = client.get("/health/live", headers={"Host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.json()) == (200, {"live": True})
    assert client.post("/health/live").status_code == 405
    assert not answer.cookies


def test_it_is_ready_when_the_database_answers_also_while_held(
    scene: Scene, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.get("/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": True, "tables": True, "held": False}
    hold.hold(HeldBecause.ASKED)
    assert client.get("/health/ready").json()["held"]

    def away() -> bool:
        raise OperationalError

    monkeypatch.setattr(readiness, "_answers", away)
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["database"]) == (503, False)


def test_the_figures_say_what_waits_what_was_delivered_and_what_it_cost(
    scene: Scene, client: Client
) -> None:
    OutboxItem.objects.update(due_at=Now() - timedelta(minutes=10))
    transfer = {"connection": str(scene.connection.pk), "transfer": str(scene.transfer.pk)}
    before = figures(client)
    assert before["raccord_outbox_items", frozenset({*transfer.items(), ("state", "due")})] == 1
    age = before["raccord_outbox_oldest_seconds", frozenset(transfer.items())]
    assert 600 <= age < 900

    scene.deliver()

    after = figures(client)
    assert after["raccord_outbox_items", frozenset({*transfer.items(), ("state", "due")})] == 0
    assert after["raccord_outbox_oldest_seconds", frozenset(transfer.items())] == 0
    assert after["raccord_delivered_today", frozenset(transfer.items())] == 1
    of_connection = frozenset({("connection", transfer["connection"])})
    assert after["raccord_api_calls_today", of_connection] > 0
    assert after["raccord_authorized", of_connection] == 1
    assert after["raccord_integration_state", of_connection | {("state", "active")}] == 1
    assert after["raccord_held", frozenset()] == 0


def test_no_name_and_no_address_is_in_the_figures(scene: Scene, client: Client) -> None:
    text = client.get(METRICS, headers={"Host": "localhost"}).content.decode()
    for personal in ("@", scene.project.name, scene.connection.name, "jane"):
        assert personal not in text


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"HTTP_HOST": "localhost:8000"}, 200),
        ({"HTTP_HOST": "[::1]", "REMOTE_ADDR": "::1"}, 200),
        ({"HTTP_HOST": "127.0.0.1", "REMOTE_ADDR": "::ffff:127.0.0.1"}, 200),
        ({"HTTP_HOST": "localhost", "REMOTE_ADDR": "10.0.0.8"}, 403),
        ({"HTTP_HOST": "contacts.example.org"}, 403),
        ({"HTTP_HOST": "localhost", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ({"HTTP_HOST": "localhost", "REMOTE_ADDR": ""}, 403),
        (
            {"HTTP_HOST": "localhost", "HTTP_AUTHORIZATION": "Bearer x", "REMOTE_ADDR": "1.2.3.4"},
            403,
        ),
    ],
)
def test_without_a_token_only_this_machine_sees_the_figures(
    scene: Scene, client: Client, environ: dict[str, str], status: int
) -> None:
    assert client.get(METRICS, **environ).status_code == status  # type: ignore[arg-type]


def test_a_token_opens_them_from_anywhere_and_is_always_needed(
    scene: Scene, client: Client, settings: Settings
) -> None:
    settings.METRICS_TOKEN = "a token é"
    assert client.get(METRICS, headers={"Host": "localhost"}).status_code == 403
    for wrong in ("", "Bearer", "Bearer a token", "Basic x"):
        assert client.get(METRICS, headers={"Authorization": wrong}).status_code == 403
    settings.METRICS_TOKEN = "token"
    right = client.get(METRICS, headers={"Authorization": "Bearer token"}, REMOTE_ADDR="10.0.0.8")
    assert right.status_code == 200


def test_every_figure_is_described(scene: Scene, client: Client) -> None:
    page = (ROOT / "docs/reference/metrics.md").read_text()
    text = client.get(METRICS, headers={"Host": "localhost"}).content.decode()
    named = {each.name for each in text_string_to_metric_families(text)}
    assert len(named) > 15
    assert {name for name in named if f"`{name}" not in page} == set()


def figures(client: Client) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    text = client.get(METRICS, headers={"Host": "localhost"}).content.decode()
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
