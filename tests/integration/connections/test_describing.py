"""The other side's schema: kept, read again when stale, and what becomes of lost fields."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from raccord.connections import call_counts, describing, mappings
from raccord.connections.mappings import MappingLine
from raccord.connections.models import Connection, DataTransfer
from raccord.engine.schema import RemoteField, RemoteObject, RemoteType
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene

FIELDS = st.builds(
    RemoteField,
    name=st.text(min_size=1, max_size=8),
    label=st.text(max_size=8),
    type=st.sampled_from(RemoteType),
    max_length=st.none() | st.integers(1, 99),
    precision=st.none() | st.integers(1, 18),
    scale=st.none() | st.integers(0, 8),
    choices=st.lists(st.text(max_size=4), max_size=3).map(tuple),
    restricted=st.booleans(),
    createable=st.booleans(),
    updateable=st.booleans(),
    required=st.booleans(),
    unique=st.booleans(),
    key=st.booleans(),
    external_id=st.booleans(),
    lowercased=st.booleans(),
)


@given(fields=st.lists(FIELDS, max_size=4), createable=st.booleans())
def test_a_schema_is_read_back_as_it_was(fields: list[RemoteField], createable: bool) -> None:
    remote = RemoteObject(
        name="Thing",
        label="A thing",
        fields={field.name: field for field in fields},
        createable=createable,
    )
    assert describing.load(describing.dump(remote)) == remote


@pytest.fixture
def transfer(simulator: Simulator) -> DataTransfer:
    return scene.a_transfer(scene.a_project(), scene.an_application_grant())


def describes(simulator: Simulator) -> int:
    return sum(1 for call in simulator.calls.all() if call.path.endswith("/describe"))


@pytest.mark.django_db(transaction=True)
def test_it_is_read_again_only_when_stale_or_asked(
    simulator: Simulator, transfer: DataTransfer
) -> None:
    first = describing.described(transfer)
    assert describing.described(DataTransfer.objects.get(pk=transfer.pk)) == first
    assert describes(simulator) == 1
    describing.described(transfer, fresh=True)
    later = timezone.now() + describing.STALE_AFTER + timedelta(seconds=1)
    describing.described(transfer, now=later)
    assert describes(simulator) == 3
    assert Connection.objects.get().calls == 3  # and each of them was counted


@pytest.mark.django_db(transaction=True)
def test_a_field_that_went_pauses_its_mapping_until_it_is_back(
    simulator: Simulator, transfer: DataTransfer
) -> None:
    remote = describing.described(transfer)
    lines = [MappingLine("last_name", "LastName"), MappingLine("company", "Raccord_Id__c")]
    mappings.save_mappings(transfer, lines, remote=remote)
    before = scene.without_field(simulator, "Contact", "Raccord_Id__c")
    describing.described(transfer, fresh=True)
    paused = dict(transfer.mappings.values_list("remote_field", "paused_reason"))
    assert paused == {"LastName": "", "Raccord_Id__c": describing.FIELD_GONE}
    simulator.org.store("Contact").set_kind(before)
    describing.described(transfer, fresh=True)
    assert not transfer.mappings.exclude(paused_reason="").exists()


@pytest.mark.django_db(transaction=True)
def test_calls_of_a_new_day_begin_at_zero(transfer: DataTransfer) -> None:
    yesterday = timezone.now().date() - timedelta(days=1)
    Connection.objects.update(calls=500, calls_on=yesterday)
    call_counts.note(transfer.connection_id, 200)
    call_counts.note(transfer.connection_id, 200)
    call_counts.store()
    assert Connection.objects.get().calls == 2
