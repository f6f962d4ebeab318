"""Installing the plug-in as a run: its steps, what goes wrong, a worker that dies; the filter."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from raccord.connections import describing, mappings, receiving_address, transfers
from raccord.connections.mappings import MappingLine
from raccord.connections.models import Connection, DataTransfer
from raccord.connections.plug_in import carrying_out, installing, looking_after, runs, watching
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.connectors.salesforce.plug_in import package, words
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction
from raccord.sync import sweep
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene
from tests.integration.connections.plug_in_runs import (
    begin,
    installed,
    may_not,
    time_passes,
    to_the_end,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def transfer(simulator: Simulator) -> DataTransfer:
    made = scene.an_active_transfer(scene.a_project(), scene.an_application_grant())
    made.mappings.update(direction=Direction.BOTH)
    return made


@pytest.fixture
def connection(transfer: DataTransfer) -> Connection:
    return transfer.connection


def test_all_is_done_and_the_watched_fields_follow(
    connection: Connection, simulator: Simulator
) -> None:
    run = installed(connection)
    assert run.state == "done"
    # Nobody answers at the address of these tests.
    assert {each.step.name for each in runs.steps_of(run) if each.state != "ok"} == {words.TEST}
    assert {each[2] for each in run.parts} == {True}
    address = receiving_address.of_connection(connection)
    assert address is not None
    assert simulator.org.plug_in.secret == receiving_address.present_secret(address)
    known = installing.of_connection(connection)
    assert known is not None and known.version == package.version()
    assert looking_after.due() == [connection.pk]
    assert not looking_after.look_after(connection.pk)
    assert simulator.org.plug_in.watched["Contact"] == watching.wanted(connection)["Contact"]
    assert "Email" in simulator.org.plug_in.watched["Contact"]
    assert simulator.org.plug_in.watched["Lead"] == []
    assert looking_after.due() == []


def test_a_permission_that_is_missing_ends_it_with_its_name(
    connection: Connection, simulator: Simulator
) -> None:
    may_not(simulator, "ModifyMetadata")
    run = installed(connection)
    assert (run.state, run.reason) == ("failed", words.MAY_NOT_DEPLOY)
    states = {each.step.name: each.state for each in runs.steps_of(run)}
    assert states[words.PACKAGE] == "failed"
    assert states[words.RIGHTS] == "waiting"
    assert installing.of_connection(connection) is None


def test_what_may_not_be_done_is_left_to_people_and_the_rest_goes_on(
    connection: Connection, simulator: Simulator
) -> None:
    may_not(simulator, "ManageNamedCredentials")
    run = installed(connection)
    assert run.state == "done"
    failed = [each for each in runs.steps_of(run) if each.state == "failed"]
    assert [(each.step.name, each.code) for each in failed] == [
        (words.CREDENTIAL, words.MAY_NOT_SET_CREDENTIAL),
        (words.TEST, words.NOT_TAKEN),
    ]
    assert failed[0].step.by_hand


def test_a_component_that_is_refused_fails_it_and_changes_nothing(
    connection: Connection, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = package.components
    monkeypatch.setattr(
        package,
        "components",
        lambda address="", *, tests=False: {
            **whole(address, tests=tests),
            "classes/RaccordWatch.cls": b"class {",
        },
    )
    run = installed(connection)
    assert (run.state, run.reason) == ("failed", carrying_out.REFUSED)
    assert run.parts[0][:3] == ["ApexClass", "RaccordWatch", False]
    assert not simulator.org.plug_in.is_installed


def test_an_update_that_fails_leaves_the_plug_in_at_work(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    may_not(simulator, "ModifyMetadata")
    assert installed(connection).state == "failed"
    assert simulator.org.plug_in.scheduled and not simulator.org.plug_in.paused


def test_a_worker_that_dies_costs_only_time(connection: Connection, simulator: Simulator) -> None:
    run = begin(connection)
    simulator.org.deployments.hold()
    carrying_out.work(run.pk)
    ticket = Installation.objects.get(pk=run.pk).ticket
    assert ticket
    # It had the lease, and is heard of no more.
    later = timezone.now() + timedelta(minutes=5)
    Installation.objects.update(claim="00000000-0000-0000-0000-000000000001", lease_until=later)
    time_passes()
    assert carrying_out.work(run.pk) is None
    Installation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert carrying_out.unfinished() == [run.pk]
    simulator.org.deployments.resume()
    assert to_the_end(run).is_over
    assert Installation.objects.get(pk=run.pk).state == "done"


def test_one_that_kills_every_worker_is_given_up(connection: Connection) -> None:
    run = begin(connection)
    Installation.objects.update(claims=carrying_out.GIVE_UP_AFTER + 1)
    carrying_out.work(run.pk)
    run.refresh_from_db()
    assert (run.state, run.reason) == ("failed", carrying_out.INTERRUPTED)


def test_an_org_that_is_away_for_a_moment_is_asked_again(
    connection: Connection, simulator: Simulator
) -> None:
    run = begin(connection)
    simulator.org.maintenance.plan(simulator.org.now())
    wait = carrying_out.work(run.pk)
    assert wait is not None and wait > timedelta(0)
    run.refresh_from_db()
    assert not run.is_over and run.attempts == 1


def test_two_at_once(connection: Connection) -> None:
    begin(connection)
    with pytest.raises(BadInput) as refused:
        begin(connection)
    assert refused.value.code == runs.UNDER_WAY


def test_another_connection_to_the_same_organization(connection: Connection) -> None:
    installed(connection)
    other = scene.a_connection(scene.a_project("Other"), connection.authorization)
    with pytest.raises(BadInput) as refused:
        begin(other)
    assert (refused.value.code, refused.value.params) == (
        installing.ELSEWHERE,
        {"connection": connection.name},
    )


def test_one_that_was_installed_by_hand_is_found(
    connection: Connection, simulator: Simulator
) -> None:
    assert looking_after.look(connection) is None
    installed(connection)
    InstalledPlugIn.objects.all().delete()
    found = looking_after.look(connection)
    assert found is not None and found.version == package.version()


def test_a_changed_mapping_is_told_and_never_stopped_by_the_org(
    transfer: DataTransfer, simulator: Simulator
) -> None:
    connection = transfer.connection
    installed(connection)
    looking_after.look_after(connection.pk)
    remote = describing.described(transfer)
    simulator.org.maintenance.plan(simulator.org.now())
    lines = [
        MappingLine("email", "Email", direction=Direction.BOTH),
        MappingLine("last_name", "LastName", direction=Direction.OUTBOUND),
        MappingLine("first_name", "AssistantName", direction=Direction.INBOUND),
    ]
    mappings.save_mappings(transfer, lines, remote=remote)
    assert looking_after.due() == [connection.pk]
    looking_after.look_after(connection.pk)
    known = InstalledPlugIn.objects.get()
    assert known.problem and known.attempts == 1 and known.due_at > timezone.now()
    simulator.org.maintenance.clear()
    time_passes()
    sweep.sweep()
    looking_after.look_after(connection.pk)
    assert simulator.org.plug_in.watched["Contact"] == ["AssistantName", "Email"]
    known.refresh_from_db()
    assert not known.problem


def test_nothing_of_a_data_type_that_is_switched_off_is_told(
    transfer: DataTransfer, simulator: Simulator
) -> None:
    installed(transfer.connection)
    transfers.deactivate_transfer(transfer)
    looking_after.look_after(transfer.connection_id)
    assert simulator.org.plug_in.watched == {"Contact": [], "Lead": []}


def test_one_that_was_removed_over_there_is_said(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    simulator.org.components.remove("ApexClass", "RaccordRest")
    looking_after.look_after(connection.pk)
    assert InstalledPlugIn.objects.get().problem == words.NOT_INSTALLED
