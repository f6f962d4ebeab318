"""Alarms over real SMTP: one message as a state begins, fewer while it lasts, one at its end."""

from __future__ import annotations

from datetime import timedelta
from email.header import decode_header, make_header
from email.message import Message as Letter

import pytest
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from raccord.alerts import alarms, recipients
from raccord.alerts.models import Alarm, SentAlert, Stage
from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    Connection,
    DataTransfer,
    Integration,
    IntegrationState,
)
from raccord.connections.plug_in.models import InstalledPlugIn
from raccord.contacts.models import OutboxItem, Subscription
from raccord.engine.records import Priority
from tests.integration.alerts.conftest import Mailbox, suspend

pytestmark = pytest.mark.django_db


def text(letter: Letter[str, str]) -> str:
    return letter.get_payload(decode=True).decode()  # type: ignore[union-attr]


def subject(letter: Letter[str, str]) -> str:
    return str(make_header(decode_header(letter["Subject"])))


def subjects(mailbox: Mailbox, *, to: str = "ana@example.org") -> list[str]:
    return [subject(each) for each in mailbox.received if each["To"] == to]


def let_pass(time: timedelta) -> None:
    """As if everything that is known of alarms and messages were older by so much."""
    Alarm.objects.update(noticed_at=F("noticed_at") - time, tell_at=F("tell_at") - time)
    SentAlert.objects.update(due_at=F("due_at") - time)


def test_each_is_told_once_why_and_what_to_do(mailbox: Mailbox, integration: Integration) -> None:
    suspend(integration)
    alarms.attend(integration.pk)
    alarms.attend()  # a second worker saw it, too
    assert sorted(letter["To"] for letter in mailbox.received) == [
        "ana@example.org",
        "zoe@example.org",
    ]
    (english,) = [each for each in mailbox.received if each["To"] == "ana@example.org"]
    assert subject(english) == (
        "Raccord: The data integration “Ventes & co” was disabled after many errors"
    )
    assert "Ventes & co" in text(english)  # a text: nothing is escaped for a page
    assert "Club d'été" in text(english)
    assert "The allowance of calls is used up." in text(english)
    assert f"https://raccord.example/projects/club/integrations/{integration.pk}/" in text(english)
    (french,) = [each for each in mailbox.received if each["To"] == "zoe@example.org"]
    assert "intégration de données" in text(french)
    assert SentAlert.objects.exclude(sent_at=None).count() == 2


def test_while_it_lasts_messages_become_rare(mailbox: Mailbox, integration: Integration) -> None:
    suspend(integration)
    told_on = []
    for day in range(30):
        before = len(subjects(mailbox))
        alarms.attend()
        if len(subjects(mailbox)) > before:
            told_on.append(day)
        let_pass(timedelta(days=1))
    assert told_on == [0, 1, 4, 11, 18, 25]
    assert subjects(mailbox)[1].startswith("Raccord: This still lasts: ")


def test_the_end_is_told_once_and_the_next_time_again(
    mailbox: Mailbox, integration: Integration
) -> None:
    suspend(integration)
    alarms.attend()
    Integration.objects.update(state=IntegrationState.ACTIVE)
    alarms.attend()
    alarms.attend()
    assert subjects(mailbox)[1:] == ["Raccord: The data integration “Ventes & co” goes on"]
    assert "used up" not in text(mailbox.received[-1])
    suspend(integration)
    alarms.attend()
    assert len(subjects(mailbox)) == 3


def test_a_lost_authorization_is_told_and_its_return(
    mailbox: Mailbox, integration: Integration
) -> None:
    Authorization.objects.update(state=AuthorizationState.LOST, reason="oauth.invalid_grant")
    alarms.attend()
    assert "no longer accepts" in text(mailbox.received[0])
    Authorization.objects.update(state=AuthorizationState.ACTIVE, reason="")
    alarms.attend()
    assert subjects(mailbox)[1] == "Raccord: “Ventes & co” is authorized again"


def test_what_a_person_switched_off_is_nobodys_alarm(
    mailbox: Mailbox, integration: Integration
) -> None:
    suspend(integration)
    alarms.attend()
    Integration.objects.update(state=IntegrationState.DISABLED)
    Authorization.objects.update(state=AuthorizationState.LOST)
    alarms.attend()
    assert len(subjects(mailbox)) == 1
    assert not Alarm.objects.filter(ended_at=None).exists()


def test_a_short_pause_is_told_to_nobody_a_long_one_is(
    mailbox: Mailbox, integration: Integration
) -> None:
    Connection.objects.update(
        pause_reason="http.unreachable", paused_until=timezone.now() + timedelta(minutes=1)
    )
    alarms.attend()
    Connection.objects.update(pause_reason="")
    alarms.attend()
    assert mailbox.received == []
    # Between two attempts the pause is over by the clock, and lasts all the same.
    Connection.objects.update(
        pause_reason="http.unreachable", paused_until=timezone.now() - timedelta(minutes=1)
    )
    alarms.attend()
    let_pass(timedelta(minutes=16))
    alarms.attend()
    assert subjects(mailbox) == ["Raccord: “Ventes & co” pauses"]
    Connection.objects.update(pause_reason="")
    alarms.attend()
    assert subjects(mailbox)[1] == "Raccord: “Ventes & co” goes on after its pause"


@pytest.mark.parametrize(
    ("priority", "minutes", "is_told"),
    [
        (Priority.LIVE, 61, True),
        (Priority.LIVE, 59, False),
        (Priority.BACKFILL, 600, False),  # the first load of a large base takes its time
    ],
)
def test_what_waits_too_long_is_a_backlog(
    mailbox: Mailbox, integration: Integration, priority: int, minutes: int, is_told: bool
) -> None:
    transfer = DataTransfer.objects.create(
        connection=integration.connection, object="Person", active=True
    )
    subscription = Subscription.objects.create(
        project=integration.connection.project, transfer=transfer.pk, active=True
    )
    OutboxItem.objects.bulk_create(
        OutboxItem(
            subscription=subscription,
            contact=number,
            priority=priority,
            due_at=timezone.now() - timedelta(minutes=minutes),
        )
        for number in (1, 2)
    )
    alarms.attend()
    assert bool(mailbox.received) is is_told
    if is_told:
        assert "Contacts that wait: 2." in text(mailbox.received[0])


def test_calls_are_warned_of_before_they_are_spent(
    mailbox: Mailbox, integration: Integration
) -> None:
    used = {"their_calls_allowed": 15_000, "their_calls_at": timezone.now()}
    Connection.objects.update(their_calls=11_999, **used)
    alarms.attend()
    assert mailbox.received == []
    Connection.objects.update(their_calls=12_000, **used)
    alarms.attend()
    assert subjects(mailbox) == ["Raccord: “Ventes & co” has used 80 % of today’s calls"]
    assert "a utilisé 80\u00a0%" in subjects(mailbox, to="zoe@example.org")[0]


def test_a_mail_server_that_is_down_is_tried_again_and_then_given_up(
    settings: Settings, integration: Integration
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    recipients.set_recipients(integration, [("ana@example.org", "en")])
    suspend(integration)
    alarms.attend()
    (alert,) = SentAlert.objects.all()
    assert alert.sent_at is None
    assert "refused" in alert.error.lower()
    attempts = 1
    while SentAlert.objects.exclude(due_at=None).exists():
        SentAlert.objects.update(due_at=timezone.now() - timedelta(days=1))
        alarms.attend()
        attempts += 1
    assert attempts == 7
    assert SentAlert.objects.get().error


def test_it_is_sent_when_the_mail_server_is_back(
    settings: Settings, mailbox: Mailbox, integration: Integration
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    suspend(integration)
    alarms.attend()
    assert mailbox.received == []
    settings.EMAIL_PORT = port
    let_pass(timedelta(minutes=1))
    alarms.attend()
    assert len(mailbox.received) == 2


def test_what_was_over_before_it_could_be_sent_says_only_that(
    settings: Settings, mailbox: Mailbox, integration: Integration
) -> None:
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 1
    suspend(integration)
    alarms.attend()
    settings.EMAIL_PORT = port
    Integration.objects.update(state=IntegrationState.ACTIVE)
    let_pass(timedelta(hours=1))
    alarms.attend()
    assert subjects(mailbox) == ["Raccord: The data integration “Ventes & co” goes on"]


def test_a_reminder_reaches_who_was_added_meanwhile(
    mailbox: Mailbox, integration: Integration
) -> None:
    suspend(integration)
    alarms.attend()
    recipients.add_recipient(integration, email="new@example.org", language="en")
    let_pass(timedelta(days=1))
    alarms.attend()
    assert len(subjects(mailbox, to="new@example.org")) == 1


def test_stages_are_stored_with_their_alarm(mailbox: Mailbox, integration: Integration) -> None:
    suspend(integration)
    alarms.attend()
    (alarm,) = Alarm.objects.all()
    assert alarm.told == 1
    assert set(alarm.messages.values_list("stage", flat=True)) == {Stage.BEGUN}


def test_a_plug_in_that_fell_silent_is_told(mailbox: Mailbox, integration: Integration) -> None:
    InstalledPlugIn.objects.create(
        connection=integration.connection,
        version="1.0",
        seen_at=timezone.now() - timedelta(hours=23),
    )
    alarms.attend()
    assert mailbox.received == []
    InstalledPlugIn.objects.update(seen_at=timezone.now() - timedelta(hours=25))
    alarms.attend()
    assert subjects(mailbox) == [
        "Raccord: The plug-in of “Ventes & co” does not tell Raccord what changes"
    ]
    assert "25" in text(mailbox.received[0])


def test_a_quiet_minute_costs_few_questions(
    integration: Integration, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(9):
        alarms.attend()
