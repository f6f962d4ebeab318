"""Who we are over there, what the other side has, and what it has counted."""

from datetime import timedelta

import pytest

from raccord.connectors.base import Connector, Declaration
from raccord.engine.errors import SchemaChanged
from raccord.engine.schema import RemoteType
from tests.contract.counterpart import Counterpart
from tests.contract.people import assert_explained


def test_a_check_says_who_we_are(counterpart: Counterpart, connector: Connector) -> None:
    identity = connector.check()
    assert identity.organization and identity.user and identity.username
    assert identity == counterpart.connect().check()


def test_answers_tell_the_time_over_there(counterpart: Counterpart, connector: Connector) -> None:
    connector.check()
    assert counterpart.offsets_told
    for told in counterpart.offsets_told:  # both run on this machine's clock
        assert told.low <= timedelta(seconds=0.01)
        assert told.high >= timedelta(seconds=-0.01)


def test_usage_grows_with_calls(counterpart: Counterpart, connector: Connector) -> None:
    connector.describe(counterpart.fields.object)
    before = connector.usage()
    connector.describe(counterpart.fields.object)
    after = connector.usage()
    assert before and after
    assert before.used < after.used <= after.allowed == before.allowed


def test_every_data_type_can_be_described(declaration: Declaration, connector: Connector) -> None:
    for kind in declaration.data_types:
        described = connector.describe(kind.object)
        assert (described.name, described.createable) == (kind.object, True)
        assert {kind.external_id_field, *kind.match_fields} <= described.fields.keys()
        assert set(kind.consent_fields) <= described.fields.keys()
        for name in (kind.external_id_field, *kind.match_fields):
            assert described.fields[name].key
        for name in kind.consent_fields:
            assert described.fields[name].type is RemoteType.OPT_OUT
        assert set(kind.suggestions.values()) <= described.fields.keys()


def test_fields_are_described_as_they_behave(
    counterpart: Counterpart, connector: Connector
) -> None:
    names = counterpart.fields
    described = connector.describe(names.object).fields
    last_name, email = described[names.last_name], described[names.email]
    assert (last_name.type, last_name.required) == (RemoteType.STRING, True)
    assert last_name.max_length == names.last_name_length
    assert (email.type, email.required, email.key) == (RemoteType.EMAIL, False, True)
    assert described[names.external_id].external_id
    assert described[names.external_id].unique
    assert described[names.birthdate].type is RemoteType.DATE
    assert described[names.notes].type is RemoteType.TEXT
    read_only = described[names.read_only]
    assert (read_only.createable, read_only.updateable) == (False, False)
    assert all(field.name == name and field.label for name, field in described.items())


def test_an_object_that_is_not_there_is_a_changed_schema(connector: Connector) -> None:
    with pytest.raises(SchemaChanged) as caught:
        connector.describe("NoSuchObject")
    assert_explained(caught.value)
