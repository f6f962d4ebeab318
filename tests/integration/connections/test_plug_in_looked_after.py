"""A plug-in that is there: asked how it is doing, given a new secret, noticed when it is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from raccord.connections import receiving_address
from raccord.connections.models import Connection, ReceivingAddress
from raccord.connections.plug_in import health, looking_after, removing
from raccord.connections.plug_in.models import InstalledPlugIn
from raccord.connectors.plug_in import Act, Health, State
from raccord.connectors.salesforce.plug_in import words
from raccord.connectors.salesforce.plug_in.org import OrgPlugIn
from raccord.engine.errors import PermissionMissing
from salesforce_simulator.metadata import judging
from salesforce_simulator.plug_in.sender import Answer
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene
from tests.integration.connections.plug_in_runs import (
    installed,
    looked_after,
    may_not,
    time_passes,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connection(simulator: Simulator) -> Connection:
    return scene.an_active_transfer(scene.a_project(), scene.an_application_grant()).connection


def a_new_secret(connection: Connection) -> str:
    address = ReceivingAddress.objects.get(connection=connection)
    return receiving_address.make_secret(connection, seen=address.generation).secret


def asked(connection: Connection, *, ago: timedelta) -> None:
    """It was asked last so long ago."""
    InstalledPlugIn.objects.filter(connection=connection).update(health_at=timezone.now() - ago)


def test_what_it_says_of_itself_is_kept(connection: Connection, simulator: Simulator) -> None:
    installed(connection)
    said = health.read(looked_after(connection))
    assert said is not None
    assert (said.version, said.state, said.scheduled) == ("1.0.0", State.RETRYING, True)
    assert (said.waiting, said.given_up, said.delivered_at) == (0, 0, None)
    assert (said.reason, said.status) == ("no_answer", 0)


def test_it_is_asked_every_hour_with_one_call(connection: Connection, simulator: Simulator) -> None:
    installed(connection)
    looked_after(connection)
    assert looking_after.due() == []
    asked(connection, ago=timedelta(minutes=61))
    assert looking_after.due() == [connection.pk]
    before = Connection.objects.get(pk=connection.pk).calls
    looked_after(connection)
    assert Connection.objects.get(pk=connection.pk).calls == before + 1


def test_a_new_secret_is_handed_on(connection: Connection, simulator: Simulator) -> None:
    installed(connection)
    looked_after(connection)
    secret = a_new_secret(connection)
    assert simulator.org.plug_in.secret != secret
    assert looking_after.due() == [connection.pk]
    known = looked_after(connection)
    assert simulator.org.plug_in.secret == secret
    assert (known.secret, known.secret_problem) == (2, "")
    assert looking_after.due() == []


def test_one_that_halted_because_of_the_former_secret_goes_on_at_once(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    looked_after(connection)
    twin = simulator.org.plug_in
    twin.attempts, twin.answer = 3, Answer(401, "webhook.signature_wrong")
    a_new_secret(connection)
    looked_after(connection)
    assert twin.attempts == 0


def test_a_person_who_paused_it_is_not_overruled(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    looked_after(connection)
    looking_after.act(connection, Act.PAUSE)
    a_new_secret(connection)
    looked_after(connection)
    assert simulator.org.plug_in.paused


def test_a_secret_that_may_not_be_stored_is_said_and_the_fields_are_written(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    looked_after(connection)
    former = simulator.org.plug_in.secret
    may_not(simulator, "ManageNamedCredentials")
    a_new_secret(connection)
    simulator.org.plug_in.watched["Contact"] = []
    InstalledPlugIn.objects.update(watched_at=timezone.now() - timedelta(days=2))
    known = looked_after(connection)
    assert simulator.org.plug_in.secret == former
    assert known.secret_problem == words.MAY_NOT_SET_CREDENTIAL and not known.problem
    assert "Email" in simulator.org.plug_in.watched["Contact"]
    # It is not tried every minute, but again; the mapping is followed meanwhile.
    assert looking_after.due() == []
    asked(connection, ago=timedelta(minutes=20))
    assert looking_after.due() == [connection.pk]
    may_not(simulator)
    assert looked_after(connection).secret_problem == ""
    assert simulator.org.plug_in.secret != former


def test_a_secret_that_a_person_entered_is_not_asked_for_again(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    looked_after(connection)
    may_not(simulator, "ManageNamedCredentials")
    a_new_secret(connection)
    looked_after(connection)
    looking_after.secret_entered(connection)
    asked(connection, ago=timedelta(minutes=20))
    assert looking_after.due() == []
    assert looked_after(connection).secret_problem == ""


def test_a_secret_that_was_entered_by_hand_before_stays_until_there_is_a_new_one(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    InstalledPlugIn.objects.all().delete()
    simulator.org.plug_in.secrets["RaccordEndpoint", "Raccord"] = {"SigningKey": "by hand"}
    looking_after.look(connection)
    looked_after(connection)
    assert simulator.org.plug_in.secret == "by hand"
    secret = a_new_secret(connection)
    looked_after(connection)
    assert simulator.org.plug_in.secret == secret


def test_one_that_somebody_removed_over_there_is_not_installed(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    looked_after(connection)
    with simulator.org.lock:
        for each in simulator.org.components.of_type("ApexClass"):
            judging.remove(simulator.org, each.type, each.full_name)
    known = looked_after(connection)
    assert (known.version, known.problem, known.health) == ("", "", {})
    assert looking_after.due() == []


def test_one_that_does_not_answer_us_any_more_is_a_problem(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    looked_after(connection)
    rows = simulator.org.store("PermissionSetAssignment")
    for each in list(rows.live):
        rows.remove(each)
    known = looked_after(connection)
    assert known.version and known.problem == words.MAY_NOT_USE
    with pytest.raises(PermissionMissing):
        looking_after.act(connection, Act.TEST)


def test_each_act(connection: Connection, simulator: Simulator) -> None:
    installed(connection)
    twin = simulator.org.plug_in
    assert looking_after.act(connection, Act.PAUSE).state == State.PAUSED
    assert twin.paused
    twin.scheduled = False
    assert looking_after.act(connection, Act.RESUME).scheduled
    assert not twin.paused
    # Nobody answers at the address of these tests.
    said = looking_after.act(connection, Act.TEST)
    assert (said.state, said.reason) == (State.RETRYING, "no_answer")
    twin.paused = True
    twin.dead.append((simulator.org.now_stamp(), {"id": "x"}))
    assert looking_after.act(connection, Act.RETRY).given_up == 0
    known = InstalledPlugIn.objects.get()
    assert known.health["given_up"] == 0


def test_the_page_has_it_asked_only_if_what_is_known_is_stale(
    connection: Connection, simulator: Simulator
) -> None:
    assert not looking_after.ask_soon(connection)
    installed(connection)
    assert looking_after.ask_soon(connection)
    looked_after(connection)
    assert not looking_after.ask_soon(connection)
    asked(connection, ago=timedelta(minutes=2))
    assert looking_after.ask_soon(connection)


def test_an_org_that_is_away_is_tried_again_and_known_things_stay(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    before = looked_after(connection)
    simulator.org.maintenance.plan(simulator.org.now())
    known = looked_after(connection)
    assert known.problem and known.health == before.health and known.version == before.version
    assert known.due_at > timezone.now()
    simulator.org.maintenance.clear()
    time_passes()
    assert looking_after.due() == [connection.pk]
    assert not looked_after(connection).problem


def test_a_look_that_began_before_it_went_brings_nothing_back(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(connection)
    looked_after(connection)
    seen = OrgPlugIn.health

    def goes_meanwhile(plug_in: OrgPlugIn) -> Health:
        said = seen(plug_in)
        removing.note_gone(connection)
        return said

    monkeypatch.setattr(OrgPlugIn, "health", goes_meanwhile)
    known = looked_after(connection)
    assert (known.version, known.health, known.claim) == ("", {}, None)
