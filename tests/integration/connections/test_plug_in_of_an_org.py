"""The plug-in's way into an organization, step by step, against the simulator."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from raccord.connections.models import Connection
from raccord.connections.opening import open_plug_in
from raccord.connectors.plug_in import Endpoint, PlugIn, Progress
from raccord.connectors.salesforce.plug_in import package, words
from raccord.engine.errors import Failure, PermissionMissing, RemoteGone
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)

ENDPOINT = Endpoint("http://127.0.0.1:9/receive/1/", "a secret")
INTEGRATION = "integration@simulated.example"
# Nobody answers at that address.
WITHOUT_TEST = [each for each in words.STEPS if each.name != words.TEST]


@pytest.fixture
def connection(simulator: Simulator) -> Connection:
    return scene.a_connection(scene.a_project(), scene.an_application_grant())


@pytest.fixture
def plug_in(connection: Connection) -> PlugIn:
    return open_plug_in(connection)


def carried_out(plug_in: PlugIn, step: str) -> Progress | None:
    """What became of a step; None for one that is done at once."""
    ticket = plug_in.begin(step, endpoint=ENDPOINT)
    if not ticket:
        return None
    return wait_until(
        lambda: each if (each := plug_in.progress(ticket)).finished else None, seconds=90
    )


def may_not(simulator: Simulator, *system: str) -> None:
    user = simulator.org.users.find(INTEGRATION)
    assert user is not None
    simulator.org.permissions.set(user["Id"], {"system": dict.fromkeys(system, False)})


def test_every_step_in_order(plug_in: PlugIn, simulator: Simulator) -> None:
    assert plug_in.installed() == ""
    for step in WITHOUT_TEST:
        progress = carried_out(plug_in, step.name)
        assert progress is None or progress.succeeded, (step.name, progress)
    assert plug_in.installed() == package.version()
    twin = simulator.org.plug_in
    assert twin.address == "http://127.0.0.1:9/receive/1"
    assert twin.secret == "a secret"
    assert twin.scheduled


def test_every_step_again_as_an_update(plug_in: PlugIn, simulator: Simulator) -> None:
    for _ in range(2):
        for step in WITHOUT_TEST:
            progress = carried_out(plug_in, step.name)
            assert progress is None or progress.succeeded, (step.name, progress)
    assert simulator.org.plug_in.scheduled


def test_each_component_is_told(plug_in: PlugIn) -> None:
    progress = carried_out(plug_in, words.PACKAGE)
    assert progress is not None and progress.succeeded
    named = {(each.type, each.name) for each in progress.parts}
    assert {("ApexTrigger", "RaccordContact"), ("CustomField", "Contact.Raccord_Id__c")} <= named
    assert all(each.succeeded for each in progress.parts)


def test_a_component_that_is_refused_says_why(
    plug_in: PlugIn, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = package.components
    name = "classes/RaccordWatch.cls"
    monkeypatch.setattr(
        package,
        "components",
        lambda address="", *, tests=False: {**whole(address, tests=tests), name: b"class X {"},
    )
    progress = carried_out(plug_in, words.PACKAGE)
    assert progress is not None and not progress.succeeded
    first = progress.parts[0]
    assert (first.type, first.name, first.succeeded) == ("ApexClass", "RaccordWatch", False)
    assert first.problem and first.line
    assert plug_in.installed() == ""


@pytest.mark.parametrize(
    ("missing", "step", "code"),
    [
        ("ModifyMetadata", words.PACKAGE, words.MAY_NOT_DEPLOY),
        ("AssignPermissionSets", words.RIGHTS, words.MAY_NOT_ASSIGN),
        ("ManageNamedCredentials", words.CREDENTIAL, words.MAY_NOT_SET_CREDENTIAL),
    ],
)
def test_a_missing_permission_is_named(
    plug_in: PlugIn, simulator: Simulator, missing: str, step: str, code: str
) -> None:
    for each in words.STEPS[:2]:
        carried_out(plug_in, each.name)
    may_not(simulator, missing)
    with pytest.raises(PermissionMissing) as refused:
        plug_in.begin(step, endpoint=ENDPOINT)
    assert refused.value.code == code


def test_watched_fields_are_written_and_unknown_ones_told(plug_in: PlugIn) -> None:
    for step in WITHOUT_TEST:
        carried_out(plug_in, step.name)
    unknown = plug_in.watch({"Contact": ["Email", "Nichts__c"], "Lead": []})
    assert unknown == {"Contact": ["Nichts__c"]}


def test_watching_without_a_plug_in(plug_in: PlugIn) -> None:
    with pytest.raises(RemoteGone) as refused:
        plug_in.watch({"Contact": ["Email"]})
    assert refused.value.code == words.NOT_INSTALLED


def test_watching_without_the_permission_set(plug_in: PlugIn) -> None:
    carried_out(plug_in, words.PACKAGE)
    with pytest.raises(PermissionMissing) as refused:
        plug_in.watch({"Contact": ["Email"]})
    assert refused.value.code == words.MAY_NOT_USE


def test_a_test_message_that_nobody_takes_fails_its_step_and_says_why(plug_in: PlugIn) -> None:
    for step in WITHOUT_TEST:
        carried_out(plug_in, step.name)
    with pytest.raises(Failure) as refused:
        plug_in.begin(words.TEST, endpoint=ENDPOINT)
    assert refused.value.code == words.NOT_TAKEN
    assert refused.value.params == {"status": "—", "reason": "no_answer"}


def test_every_step_of_the_removal_in_order_and_once_more(
    plug_in: PlugIn, simulator: Simulator
) -> None:
    for step in WITHOUT_TEST:
        carried_out(plug_in, step.name)
    for _ in range(2):
        for step in words.REMOVING:
            progress = carried_out(plug_in, step.name)
            assert progress is None or progress.succeeded, (step.name, progress)
        assert plug_in.installed() == ""


def test_a_deployment_that_nobody_knows(plug_in: PlugIn) -> None:
    with pytest.raises(RemoteGone):
        plug_in.progress("0Af000000000001AAA")


def test_the_secret_is_in_no_package(plug_in: PlugIn) -> None:
    opened = zipfile.ZipFile(BytesIO(package.archive(ENDPOINT.address)))
    assert not any(b"a secret" in opened.read(name) for name in opened.namelist())


def test_production_gets_the_tests_as_well(plug_in: PlugIn, simulator: Simulator) -> None:
    (row,) = simulator.org.store("Organization").live.values()
    row |= {"IsSandbox": False, "OrganizationType": "Enterprise Edition"}
    progress = carried_out(plug_in, words.PACKAGE)
    assert progress is not None and progress.succeeded
    assert ("ApexClass", "RaccordSenderTest") in {(each.type, each.name) for each in progress.parts}


def test_a_checkout_without_the_plug_in(
    plug_in: PlugIn, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(package, "PROJECT", tmp_path)
    with pytest.raises(Failure) as refused:
        plug_in.begin(words.PACKAGE, endpoint=ENDPOINT)
    assert refused.value.code == package.SOURCE_MISSING
