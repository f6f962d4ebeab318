"""How the plug-in is doing, and its removal, as the pages say it; hostile and stale input."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from raccord.connections import receiving_address
from raccord.connections.models import Connection
from raccord.connections.plug_in import health
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.connectors.plug_in import Health, State
from raccord.connectors.salesforce.plug_in import words
from salesforce_simulator.server import Simulator
from tests import cast
from tests.integration.connections import scene

pytestmark = pytest.mark.django_db(transaction=True)

FINE = Health(version="1.0.0", state=State.WORKING, scheduled=True, delivered_at=datetime.now(UTC))
PART = {"HX-Request": "true", "HX-Target": "plug-in-health"}


@pytest.fixture
def connection(simulator: Simulator) -> Connection:
    return scene.an_active_transfer(scene.a_project(), scene.an_application_grant()).connection


@pytest.fixture
def marketer(client: Client) -> Client:
    client.force_login(cast.a_marketer())
    return client


def at(connection: Connection, name: str) -> str:
    return reverse(name, args=[connection.project.slug, connection.pk])


def page(marketer: Client, connection: Connection, name: str = "plug-in", query: str = "") -> str:
    answer = marketer.get(at(connection, name) + query)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def known(connection: Connection, said: Health, **more: object) -> None:
    InstalledPlugIn.objects.create(
        connection=connection,
        version=said.version,
        seen_at=timezone.now(),
        **{"health": health.stored(said), "health_at": timezone.now(), **more},
    )


def test_what_halts_it_is_on_both_pages_with_what_to_do(
    connection: Connection, marketer: Client
) -> None:
    known(connection, replace(FINE, state=State.HALTED, reason="webhook.signature_wrong"))
    assert "signed with another secret" in page(marketer, connection, "connection")
    text = page(marketer, connection)
    assert "Choose “Install again”" in text and "Needs attention" in text
    assert 'value="resume"' in text


def test_what_it_says_runs_nowhere(connection: Connection, marketer: Client) -> None:
    bad = "<script>alert(1)</script>"
    known(connection, replace(FINE, state=State.HALTED, reason=bad, detail=bad, sent_as=bad))
    text = page(marketer, connection) + page(marketer, connection, "connection")
    assert "<script>alert" not in text and "&lt;script&gt;alert" in text


def test_a_working_one_has_no_alert(connection: Connection, marketer: Client) -> None:
    receiving_address.make_secret(connection, seen=0)
    known(connection, replace(FINE, delivered_at=None))
    text = page(marketer, connection)
    assert "At work" in text and "data-told" not in text and "Needs attention" not in text
    assert 'value="pause"' in text and 'value="resume"' not in text and 'value="retry"' not in text


def test_the_page_asks_for_news_only_while_what_is_known_is_stale(
    connection: Connection, marketer: Client
) -> None:
    known(connection, FINE)
    assert "?asked=" not in page(marketer, connection)
    InstalledPlugIn.objects.update(health_at=timezone.now() - timedelta(minutes=5))
    assert "?asked=0" in page(marketer, connection)
    part = marketer.get(at(connection, "plug-in") + "?asked=3", headers=PART)
    assert part.text.count("<section") == 1 and "?asked=4" in part.text
    InstalledPlugIn.objects.update(health_at=timezone.now())
    assert "?asked=" not in marketer.get(at(connection, "plug-in") + "?asked=3", headers=PART).text


@pytest.mark.parametrize("asked", ["10", "", "-1", "x", "٣", "9" * 400])
def test_it_does_not_ask_for_ever(connection: Connection, marketer: Client, asked: str) -> None:
    known(connection, FINE, health_at=timezone.now() - timedelta(minutes=5))
    part = marketer.get(at(connection, "plug-in"), {"asked": asked}, headers=PART)
    assert part.status_code == 200 and "hx-get" not in part.text


def test_the_removal_says_first_what_goes_and_what_stays(
    connection: Connection, marketer: Client
) -> None:
    known(connection, FINE)
    assert at(connection, "plug-in-remove") in page(marketer, connection)
    text = page(marketer, connection, "plug-in-remove")
    assert "The field “Raccord Id” stays with its values" in text
    assert "Take both permission sets away" in text
    # Keeping is what happens unasked.
    assert 'name="everything"' in text and "checked" not in text
    assert not Installation.objects.exists()


@pytest.mark.parametrize(("form", "everything"), [({}, False), ({"everything": "on"}, True)])
def test_the_removal_begins_once(
    connection: Connection, marketer: Client, form: dict[str, str], everything: bool
) -> None:
    known(connection, FINE)
    answer = marketer.post(at(connection, "plug-in-remove"), form, follow=True)
    assert "The removal has begun." in answer.text and "Being removed" in answer.text
    run = Installation.objects.get()
    assert (run.removes, run.everything, run.version) == (True, everything, "1.0.0")
    again = marketer.post(at(connection, "plug-in-remove"), form, follow=True)
    assert "is being installed or removed at the moment" in again.text
    assert Installation.objects.count() == 1


def test_what_a_removal_left_can_be_removed_later(connection: Connection, marketer: Client) -> None:
    run = Installation.objects.create(
        connection=connection,
        removes=True,
        state="done",
        outcomes={words.DELETE_SETTINGS: ["raccord.plug_in.kept", {"count": "1"}, "Z"]},
        parts=[["CustomObject", "RaccordOutbox__c", False, "It is used.", 0]],
    )
    text = page(marketer, connection)
    assert "Remove what is left of it" in text and "Components that were kept" in text
    Installation.objects.filter(pk=run.pk).update(outcomes={}, parts=[])
    assert "Remove what is left of it" not in page(marketer, connection)


@pytest.mark.parametrize("act", ["", "dance", "stop", "x" * 10_000])
def test_an_act_that_there_is_not_does_nothing(
    connection: Connection, marketer: Client, act: str
) -> None:
    known(connection, FINE)
    assert marketer.post(at(connection, "plug-in-act"), {"act": act}).status_code == 302
    assert marketer.get(at(connection, "plug-in-act")).status_code == 405


def test_an_act_without_a_plug_in_is_told(connection: Connection, marketer: Client) -> None:
    answer = marketer.post(at(connection, "plug-in-act"), {"act": "test"}, follow=True)
    assert "The plug-in is not installed in Salesforce." in answer.text


def test_the_question_before_a_connection_goes_names_its_plug_in(
    connection: Connection, marketer: Client
) -> None:
    assert "The plug-in stays over there" not in page(marketer, connection, "connection")
    known(connection, FINE)
    assert "The plug-in stays over there" in page(marketer, connection, "connection")


def test_a_new_secret_is_said_to_reach_the_plug_in(
    connection: Connection, marketer: Client
) -> None:
    receiving_address.make_secret(connection, seen=0)
    assert "for the plug-in by itself" not in page(marketer, connection, "connection-secret")
    known(connection, FINE)
    assert "for the plug-in by itself" in page(marketer, connection, "connection-secret")


def test_other_projects_and_sources_without_one(connection: Connection, marketer: Client) -> None:
    other = cast.a_project("Elsewhere")
    for name in ("plug-in-remove", "plug-in-act", "plug-in-secret"):
        assert marketer.post(reverse(name, args=[other.slug, connection.pk])).status_code == 404
    Connection.objects.update(source="gone")
    assert marketer.get(at(connection, "plug-in-remove")).status_code == 302
    marketer.post(at(connection, "plug-in-remove"))
    marketer.post(at(connection, "plug-in-act"), {"act": "test"})
    assert not Installation.objects.exists()
