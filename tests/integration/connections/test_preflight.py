"""The pre-flight: what stands in the way of an activation, and what one should know."""

from __future__ import annotations

import pytest

from raccord.connections import describing, editing, mappings, preflight, specs, transfers
from raccord.connections.mappings import MappingLine
from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    DataTransfer,
    Integration,
    UpdateTypes,
)
from raccord.connections.preflight import Level
from raccord.engine.records import Direction
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def transfer(simulator: Simulator) -> DataTransfer:
    transfer = scene.a_transfer(scene.a_project(), scene.an_application_grant())
    remote = describing.described(transfer)
    lines = [MappingLine("last_name", "LastName"), MappingLine("email", "Email")]
    mappings.save_mappings(transfer, lines, remote=remote)
    transfers.activate_transfer(transfer, remote=remote)
    return transfer


@pytest.fixture
def integration(transfer: DataTransfer) -> Integration:
    integration = editing.create_integration(transfer.connection)
    UpdateTypes.objects.create(
        integration=integration, transfer=transfer, operations=["created", "updated"]
    )
    return integration


def codes(integration: Integration) -> dict[str, Level]:
    integration.refresh_from_db()
    return {each.code: each.level for each in preflight.preflight(integration)}


def test_everything_in_order(integration: Integration) -> None:
    assert set(codes(integration).values()) == {Level.OK}


def test_no_sign_in(integration: Integration) -> None:
    Authorization.objects.update(state=AuthorizationState.LOST, reason="oauth.invalid_grant")
    assert codes(integration) == {"oauth.invalid_grant": Level.BLOCKING}


def test_no_data_type_and_nothing_ticked(integration: Integration, transfer: DataTransfer) -> None:
    UpdateTypes.objects.update(operations=[])
    assert codes(integration)[preflight.NO_OPERATION] is Level.BLOCKING
    transfers.deactivate_transfer(transfer)
    assert codes(integration)[preflight.NO_TRANSFER] is Level.BLOCKING


def test_without_a_tick_everything_may_come_in(
    integration: Integration, transfer: DataTransfer
) -> None:
    UpdateTypes.objects.update(operations=[])
    transfer.mappings.update(direction=Direction.INBOUND)
    assert set(codes(integration).values()) == {Level.OK}
    transfer.mappings.filter(remote_field="Email").update(direction=Direction.BOTH)
    transfer.mappings.filter(remote_field="LastName").update(direction=Direction.OUTBOUND)
    assert codes(integration)[preflight.NOTHING_SENT] is Level.WARNING


def test_ticks_without_a_field_to_send_are_told(
    integration: Integration, transfer: DataTransfer
) -> None:
    transfer.mappings.update(direction=Direction.INBOUND)
    assert codes(integration)[preflight.NOTHING_TO_SEND] is Level.WARNING
    assert not specs.transfer_spec(transfer, remote=describing.described(transfer)).create


def test_no_field_for_our_id_is_a_warning(simulator: Simulator, integration: Integration) -> None:
    scene.without_field(simulator, "Contact", "Raccord_Id__c")
    assert codes(integration)[preflight.NO_EXTERNAL_ID] is Level.WARNING


def test_a_mapped_field_that_went_pauses_and_a_required_one_blocks(
    simulator: Simulator, integration: Integration
) -> None:
    scene.without_field(simulator, "Contact", "Email")
    found = codes(integration)
    assert found[mappings.REMOTE_FIELD_UNKNOWN] is Level.WARNING
    assert found[preflight.NO_LOOKUP] is Level.WARNING
    assert Level.BLOCKING not in found.values()


def test_an_organization_that_does_not_answer(
    simulator: Simulator, integration: Integration
) -> None:
    simulator.faults.add("unavailable", times=None)
    findings = preflight.preflight(integration)
    assert preflight.blocks(findings)
    assert preflight.as_bad_input(findings) is not None
