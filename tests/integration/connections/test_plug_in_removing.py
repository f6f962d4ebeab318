"""Taking the plug-in away again: what goes, what stays, what stands in the way, and once more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from raccord.connections import describing, receiving_address, specs
from raccord.connections.models import Connection, DataTransfer
from raccord.connections.plug_in import carrying_out, looking_after, removing, runs
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.connectors.salesforce.plug_in import words
from raccord.engine.errors import BadInput
from salesforce_simulator.metadata.component import Component
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene
from tests.integration.connections.plug_in_runs import (
    INTEGRATION,
    begin,
    installed,
    looked_after,
    may_not,
    removed,
    time_passes,
    to_the_end,
    turn,
)
from tests.integration.connections.scene import SEED

pytestmark = pytest.mark.django_db(transaction=True)

FIELD = "Raccord_Id__c"


@pytest.fixture
def simulator(settings: Settings) -> Iterator[Simulator]:
    """An org in which only the plug-in brings our field."""
    with Simulator(seed={"apps": SEED["apps"]}) as running:
        settings.SIMULATOR_URL = running.url
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        yield running


@pytest.fixture
def transfer(simulator: Simulator) -> DataTransfer:
    return scene.an_active_transfer(scene.a_project(), scene.an_application_grant())


@pytest.fixture
def connection(transfer: DataTransfer) -> Connection:
    return transfer.connection


def left(simulator: Simulator) -> set[tuple[str, str]]:
    """The components that the org still has of ours."""
    return {each.key for each in simulator.org.components}


def their_class_uses_ours(simulator: Simulator) -> None:
    body = b"public class Theirs { void go() { RaccordJobs.sendNow(); } }"
    path = "classes/Theirs.cls"
    files = {path: body, f"{path}-meta.xml": b"<ApexClass/>"}
    theirs = Component(type="ApexClass", full_name="Theirs", path=path, files=files)
    with simulator.org.lock:
        simulator.org.components.put(theirs, user_id=simulator.org.users.first())


def identity(transfer: DataTransfer) -> str:
    """The field that our id is written to, by the schema as it is known now."""
    transfer.refresh_from_db()
    remote = describing.stored_description(transfer)
    assert remote is not None
    return specs.external_id_field(transfer, remote=remote)


def states(run: Installation) -> dict[str, str]:
    return {each.step.name: each.state for each in runs.steps_of(run)}


def test_all_goes_but_the_field_with_its_values(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    looked_after(connection)
    store = simulator.org.store("Contact")
    assert store.kind.field(FIELD)
    run = removed(connection)
    assert run.state == "done", run.outcomes
    assert set(states(run).values()) == {"ok"}
    # Files that hold parts of others are empty now: nothing of ours is in them.
    kinds_of_files = {"CustomLabels", "CustomObject", "Translations"}
    assert {each for each in left(simulator) if each[0] not in kinds_of_files} == {
        ("CustomField", f"Contact.{FIELD}"),
        ("CustomField", f"Lead.{FIELD}"),
    }
    assert not simulator.org.store("PermissionSetAssignment").live
    twin = simulator.org.plug_in
    assert not twin.is_installed and not twin.scheduled and not twin.secrets
    assert ("ApexClass", "RaccordRest") in {(type_, name) for type_, name, *_ in run.parts}
    known = InstalledPlugIn.objects.get()
    assert (known.version, known.health, known.problem) == ("", {}, "")
    address = receiving_address.of_connection(connection)
    assert address is not None and address.closed_at
    assert looking_after.due() == []


def test_the_field_goes_where_somebody_chose_so(
    transfer: DataTransfer, simulator: Simulator
) -> None:
    installed(transfer.connection)
    looked_after(transfer.connection)
    assert identity(transfer) == FIELD
    run = removed(transfer.connection, everything=True)
    assert run.state == "done" and words.DELETE_FIELD in states(run)
    assert not simulator.org.store("Contact").kind.field(FIELD)
    assert identity(transfer) == ""


def test_an_org_that_has_nothing_of_it_is_left_alone(
    connection: Connection, simulator: Simulator
) -> None:
    before = left(simulator)
    run = removed(connection)
    assert run.state == "done" and left(simulator) == before


def test_installed_again_after_that_it_is_as_new(
    connection: Connection, simulator: Simulator
) -> None:
    for _ in range(2):
        assert installed(connection).state == "done"
        looked_after(connection)
        assert simulator.org.plug_in.scheduled and simulator.org.plug_in.watched["Contact"]
        address = receiving_address.of_connection(connection)
        assert address is not None and not address.closed_at
        assert removed(connection).state == "done"
        assert not simulator.org.plug_in.watched["Contact"]


@pytest.mark.parametrize(
    ("missing", "step", "code"),
    [
        ("AssignPermissionSets", words.TAKE_RIGHTS, words.MAY_NOT_ASSIGN),
        ("ModifyMetadata", words.UNSUBSCRIBE, words.MAY_NOT_DEPLOY),
    ],
)
def test_a_missing_permission_is_named_and_it_can_be_repeated(
    connection: Connection, simulator: Simulator, missing: str, step: str, code: str
) -> None:
    installed(connection)
    looked_after(connection)
    may_not(simulator, missing)
    run = removed(connection)
    assert (run.state, run.reason) == ("failed", code)
    assert states(run)[step] == "failed"
    assert simulator.org.plug_in.is_installed
    assert InstalledPlugIn.objects.get().version
    may_not(simulator)
    assert removed(connection).state == "done"
    assert not simulator.org.plug_in.is_installed


def test_what_something_else_uses_stays_with_everything_and_the_reason(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    their_class_uses_ours(simulator)
    run = removed(connection)
    assert (run.state, run.reason) == ("failed", carrying_out.KEPT)
    refused = [each for each in run.parts if not each[2]]
    assert [each[:2] for each in refused] == [["ApexClass", "RaccordJobs"]]
    assert "Theirs" in refused[0][3]
    # All or nothing: the triggers are there as well, though the plug-in rests.
    assert ("ApexTrigger", "RaccordContact") in left(simulator)
    assert not simulator.org.plug_in.scheduled
    assert installed(connection).state == "done"
    assert simulator.org.plug_in.scheduled and simulator.org.plug_in.is_allowed(
        str(simulator.org.users.find(INTEGRATION)["Id"])
    )


def test_without_the_permission_set_it_is_given_first_so_that_the_job_ends(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    rows = simulator.org.store("PermissionSetAssignment")
    for each in list(rows.live):
        rows.remove(each)
    assert removed(connection).state == "done"
    assert not simulator.org.plug_in.scheduled


def test_a_worker_that_dies_in_the_middle_costs_only_time(
    connection: Connection, simulator: Simulator
) -> None:
    installed(connection)
    run = removing.begin(connection, started_by="ana", everything=False)
    simulator.org.deployments.hold()
    time_passes()
    carrying_out.work(run.pk)
    run.refresh_from_db()
    assert run.ticket
    Installation.objects.filter(pk=run.pk).update(
        claim="00000000-0000-0000-0000-000000000001",
        lease_until=timezone.now() + timedelta(minutes=5),
    )
    assert not turn(run)
    Installation.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert carrying_out.unfinished() == [run.pk]
    simulator.org.deployments.resume()
    assert to_the_end(run).state == "done"


def test_neither_is_begun_while_the_other_is_under_way(connection: Connection) -> None:
    begin(connection)
    with pytest.raises(BadInput) as refused:
        removing.begin(connection, started_by="ana", everything=False)
    assert refused.value.code == runs.UNDER_WAY
    Installation.objects.update(state="done")
    removing.begin(connection, started_by="ana", everything=False)
    with pytest.raises(BadInput) as refused:
        begin(connection)
    assert refused.value.code == runs.UNDER_WAY


def test_while_it_leaves_nobody_looks_after_it(connection: Connection) -> None:
    installed(connection)
    time_passes()
    assert looking_after.due() == [connection.pk]
    removing.begin(connection, started_by="ana", everything=False)
    assert looking_after.due() == []


def test_another_connection_may_have_the_plug_in_then(connection: Connection) -> None:
    installed(connection)
    other = scene.a_connection(scene.a_project("Other"), connection.authorization)
    removed(connection)
    assert begin(other)
