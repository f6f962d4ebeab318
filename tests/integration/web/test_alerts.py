"""Limits and alerts on the page of an integration: shown against their limits, changed, tested."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from raccord.alerts import alarms, recipients
from raccord.alerts.models import AlertHook, SentAlert
from raccord.connections.models import Connection, Integration, IntegrationState
from tests.integration.sync.scene import Scene, a_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(db: None) -> Scene:
    return a_scene()


def page(scene: Scene) -> str:
    return f"/projects/{scene.project.slug}/integrations/{scene.integration.pk}/"


def test_the_counters_stand_beside_their_limits(scene: Scene, signed_in: Client) -> None:
    Integration.objects.update(failures=37)
    text = signed_in.get(page(scene)).text
    assert "37 / 1,000" in text
    assert "once the other side has said so" in text
    now = timezone.now()
    Connection.objects.update(
        calls=385,
        calls_on=now.date(),
        their_calls=1_240,
        their_calls_allowed=15_000,
        their_calls_at=now,
    )
    text = signed_in.get(page(scene)).text
    assert "385 / 7,500" in text
    assert "1,240 / 15,000" in text


@pytest.mark.parametrize(
    ("ours", "everybodys", "sentence"),
    [
        (6_000, 6_000, "the first load and comparisons wait"),
        (7_500, 7_500, "share of today’s calls is spent"),
        (10, 13_500, "leaves the last tenth to others"),
    ],
)
def test_it_says_what_waits_and_until_when(
    scene: Scene, signed_in: Client, ours: int, everybodys: int, sentence: str
) -> None:
    now = timezone.now()
    Connection.objects.update(
        calls=ours,
        calls_on=now.date(),
        their_calls=everybodys,
        their_calls_allowed=15_000,
        their_calls_at=now,
    )
    assert sentence in signed_in.get(page(scene)).text


def test_the_limits_are_changed(scene: Scene, signed_in: Client) -> None:
    guards = {"deleted": "50", "blanked": "5 %", "opted_in": "", "overwritten": "1 000"}
    posted = {"failure_limit": "2,500", "share": "30 %", **guards}
    assert signed_in.post(page(scene) + "limits/", posted).status_code == 302
    assert Integration.objects.get().failure_limit == 2_500
    assert Connection.objects.get().calls_share == 30
    assert Integration.objects.get().guards == {**guards, "overwritten": "1000"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("failure_limit", "", "from 1 to 100,000"),
        ("failure_limit", "0", "from 1 to 100,000"),
        ("failure_limit", "100001", "from 1 to 100,000"),
        ("failure_limit", "-5", "from 1 to 100,000"),
        ("failure_limit", "9" * 5_000, "from 1 to 100,000"),
        ("failure_limit", "many", "from 1 to 100,000"),
        ("deleted", "-1", "a share of 1 to 100 percent"),
        ("overwritten", "0 %", "a share of 1 to 100 percent"),
        ("share", "", "from 1 to 100."),
        ("share", "0", "from 1 to 100."),
        ("share", "101", "from 1 to 100."),
        ("share", "50.5", "from 1 to 100."),
        ("share", "½", "from 1 to 100."),
    ],
)
def test_what_is_no_limit_is_refused_and_nothing_changes(
    scene: Scene, signed_in: Client, field: str, value: str, said: str
) -> None:
    posted = {"failure_limit": "5", "share": "5", field: value}
    answer = signed_in.post(page(scene) + "limits/", posted)
    assert answer.status_code == 422
    assert said in answer.text
    assert Integration.objects.get().failure_limit == 1_000
    assert Integration.objects.get().guards == {}
    assert Connection.objects.get().calls_share == 50


def test_a_test_reaches_everybody_and_says_so(scene: Scene, signed_in: Client) -> None:
    recipients.add_recipient(scene.integration, email="ana@example.org", language="en")
    recipients.add_recipient(scene.integration, email="zoe@example.org", language="fr")
    text = signed_in.post(page(scene) + "test/", follow=True).text
    assert "2 tests were sent." in text
    assert [letter.to for letter in mail.outbox] == [["ana@example.org"], ["zoe@example.org"]]
    assert mail.outbox[0].subject.startswith("Raccord: Test of the alerts of")
    assert "Last messages" in text


def test_a_test_that_fails_says_why(scene: Scene, signed_in: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    recipients.add_recipient(scene.integration, email="ana@example.org", language="en")
    text = signed_in.post(page(scene) + "test/", follow=True).text
    assert "could not be sent" in text
    assert "refused" in text.lower()
    assert not SentAlert.objects.exclude(due_at=None).exists()  # a test is not tried again


def test_without_anybody_to_tell_a_test_says_what_is_missing(
    scene: Scene, signed_in: Client
) -> None:
    assert "Nobody is told yet" in signed_in.post(page(scene) + "test/", follow=True).text


def test_a_chat_tool_is_added_with_its_secret_shown_once_and_removed(
    scene: Scene, signed_in: Client, settings: Settings
) -> None:
    settings.PRIVATE_ALERT_HOOKS = True
    posted = {"address": "http://127.0.0.1:9/hooks/s3cr3t", "language": "fr"}
    answer = signed_in.post(page(scene) + "hook/", posted)
    assert "Signing secret" in answer.text
    assert "no-store" in answer["Cache-Control"]
    assert AlertHook.objects.get().language == "fr"
    text = signed_in.get(page(scene)).text
    assert "127.0.0.1 is told as well." in text
    assert "s3cr3t" not in text
    signed_in.post(page(scene) + "hook/remove/")
    assert not AlertHook.objects.exists()


@pytest.mark.parametrize("address", ["", "nowhere", "https://127.0.0.1/", "https://a b.org"])
def test_an_address_that_may_not_be_called_is_refused_beside_its_field(
    scene: Scene, signed_in: Client, address: str
) -> None:
    answer = signed_in.post(page(scene) + "hook/", {"address": address, "language": "en"})
    assert answer.status_code == 422
    assert "invalid-feedback" in answer.text
    assert not AlertHook.objects.exists()


def test_the_newest_messages_are_listed(scene: Scene, signed_in: Client) -> None:
    recipients.add_recipient(scene.integration, email="ana@example.org", language="en")
    Integration.objects.update(state=IntegrationState.SUSPENDED)
    alarms.attend()
    text = signed_in.get(page(scene)).text
    assert "was disabled after many errors" in text
    assert "ana@example.org" in text
