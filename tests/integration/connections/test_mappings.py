"""Field mappings against the organization's own schema: verdicts, refusals, saving."""

from __future__ import annotations

import pytest

from raccord.connections import describing, mappings, specs, transfers
from raccord.connections.mappings import InvalidMappings, MappingLine
from raccord.connections.models import DataTransfer, FieldMapping
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction
from raccord.engine.schema import RemoteObject
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene

pytestmark = pytest.mark.django_db(transaction=True)

LAST_NAME = MappingLine("last_name", "LastName")
EMAIL = MappingLine("email", "Email")


@pytest.fixture
def transfer(simulator: Simulator) -> DataTransfer:
    return scene.a_transfer(scene.a_project(), scene.an_application_grant())


@pytest.fixture
def remote(transfer: DataTransfer) -> RemoteObject:
    return describing.described(transfer)


@pytest.mark.parametrize(
    ("line", "at", "code"),
    [
        (MappingLine("nothing", "LastName"), "field", mappings.FIELD_UNKNOWN),
        (MappingLine("last_name", "Nothing"), "remote_field", mappings.REMOTE_FIELD_UNKNOWN),
        (MappingLine("last_name", "CreatedDate"), "remote_field", None),
        (MappingLine("last_name", "AccountId"), "remote_field", None),
        (MappingLine("last_name", "Birthdate"), "remote_field", None),
        (MappingLine("newsletter", "LastName"), "remote_field", None),
        (
            MappingLine("last_name", "LastName", transform="not"),
            "transform",
            mappings.TRANSFORM_UNFIT,
        ),
    ],
)
def test_a_refused_line_names_its_place_and_changes_nothing(
    transfer: DataTransfer, remote: RemoteObject, line: MappingLine, at: str, code: str | None
) -> None:
    with pytest.raises(InvalidMappings) as raised:
        mappings.save_mappings(transfer, [EMAIL, line], remote=remote)
    good, bad = raised.value.verdicts
    assert good.failure is None
    assert bad.failure is not None
    assert bad.failure.at == at
    assert code is None or bad.failure.code == code
    assert not FieldMapping.objects.exists()


def test_the_same_field_twice_is_refused_on_either_side(
    transfer: DataTransfer, remote: RemoteObject
) -> None:
    theirs_twice = [LAST_NAME, MappingLine("first_name", "LastName")]
    verdicts = mappings.check_mappings(transfer, theirs_twice, remote=remote)
    assert {each.failure and each.failure.code for each in verdicts} == {
        mappings.REMOTE_FIELD_TWICE
    }
    ours_twice = [LAST_NAME, MappingLine("last_name", "FirstName")]
    verdicts = mappings.check_mappings(transfer, ours_twice, remote=remote)
    assert {each.failure and each.failure.code for each in verdicts} == {mappings.FIELD_TWICE}


def test_two_lines_may_swap_their_fields(transfer: DataTransfer, remote: RemoteObject) -> None:
    mappings.save_mappings(
        transfer, [LAST_NAME, MappingLine("first_name", "FirstName")], remote=remote
    )
    swapped = [MappingLine("last_name", "FirstName"), MappingLine("first_name", "LastName")]
    mappings.save_mappings(transfer, swapped, remote=remote)
    assert mappings.stored_lines(transfer) == swapped


def test_lines_that_stay_keep_their_row(transfer: DataTransfer, remote: RemoteObject) -> None:
    mappings.save_mappings(transfer, [LAST_NAME, EMAIL], remote=remote)
    rows = set(transfer.mappings.values_list("pk", flat=True))
    mappings.save_mappings(transfer, [EMAIL, LAST_NAME], remote=remote)
    assert set(transfer.mappings.values_list("pk", flat=True)) == rows
    assert mappings.stored_lines(transfer) == [EMAIL, LAST_NAME]


def test_proposals_fit_and_leave_out_what_is_taken(
    transfer: DataTransfer, remote: RemoteObject
) -> None:
    proposed = mappings.propose(transfer, remote=remote, taken=[LAST_NAME])
    assert "LastName" not in {line.remote_field for line in proposed}
    assert {line.remote_field for line in proposed} >= {"Email", "FirstName", "Birthdate"}
    mappings.save_mappings(transfer, [LAST_NAME, *proposed], remote=remote)


def test_a_transfer_is_disabled_until_it_is_mapped(
    transfer: DataTransfer, remote: RemoteObject
) -> None:
    def reason() -> str:
        found = transfers.why_disabled(transfer, remote=remote)
        return found.code if found else ""

    assert reason() == transfers.NOT_MAPPED
    with pytest.raises(BadInput):
        transfers.activate_transfer(transfer, remote=remote)
    inbound = MappingLine("last_name", "LastName", direction=Direction.INBOUND)
    mappings.save_mappings(transfer, [inbound], remote=remote)
    assert reason() == ""
    mappings.save_mappings(transfer, [EMAIL], remote=remote)
    assert reason() == transfers.REQUIRED_MISSING
    mappings.save_mappings(transfer, [EMAIL, LAST_NAME], remote=remote)
    assert reason() == ""
    transfers.activate_transfer(transfer, remote=remote)
    with pytest.raises(BadInput) as raised:
        mappings.save_mappings(transfer, [], remote=remote)
    assert raised.value.code == mappings.NONE_LEFT


def test_a_lead_needs_a_company_too(transfer: DataTransfer) -> None:
    lead = transfers.add_transfer(transfer.connection, object_name="Lead")
    remote = describing.described(lead)
    missing = transfers.unmapped_required(remote, mapped=set())
    assert {field.name for field in missing} >= {"LastName", "Company"}


def test_a_data_type_is_there_once(transfer: DataTransfer) -> None:
    for name in ("Contact", "Nothing"):
        with pytest.raises(BadInput) as raised:
            transfers.add_transfer(transfer.connection, object_name=name)
        assert raised.value.at == "object"


def test_a_transfer_becomes_what_the_engine_decides_with(
    transfer: DataTransfer, remote: RemoteObject
) -> None:
    consent = MappingLine("newsletter", "HasOptedOutOfEmail")
    mappings.save_mappings(transfer, [LAST_NAME, EMAIL, consent], remote=remote)
    spec = specs.transfer_spec(transfer, remote=remote)
    assert spec.key == transfer.pk
    assert spec.external_id_field == "Raccord_Id__c"
    assert spec.match_fields == (("Email", "email"),)
    assert [pair.remote.name for pair in spec.pairs] == ["LastName", "Email", "HasOptedOutOfEmail"]
    assert len({pair.fingerprint for pair in spec.pairs}) == 3
    FieldMapping.objects.filter(remote_field="LastName").update(paused_reason="x")
    assert len(specs.transfer_spec(transfer, remote=remote).pairs) == 2


def test_without_a_field_for_our_id_there_is_none(
    transfer: DataTransfer, remote: RemoteObject
) -> None:
    fields = {name: field for name, field in remote.fields.items() if name != "Raccord_Id__c"}
    bare = RemoteObject(name=remote.name, label=remote.label, fields=fields)
    assert specs.external_id_field(transfer, remote=bare) == ""
