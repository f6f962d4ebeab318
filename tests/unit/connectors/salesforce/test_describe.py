"""A describe in our words: types, what may be written, what must be given."""

from typing import Any

import pytest

from raccord.connectors.salesforce.describe import parse_object
from raccord.engine.schema import RemoteField, RemoteType
from tests.unit.connectors.salesforce.answers import described, field


def parsed(*args: str, **flags: Any) -> RemoteField:
    entry = field(*args, **flags)
    return parse_object(described("Contact", [entry])).fields[entry["name"]]


@pytest.mark.parametrize(
    ("kind", "remote_type"),
    [
        ("string", RemoteType.STRING),
        ("textarea", RemoteType.TEXT),
        ("email", RemoteType.EMAIL),
        ("phone", RemoteType.PHONE),
        ("url", RemoteType.URL),
        ("int", RemoteType.INTEGER),
        ("double", RemoteType.DECIMAL),
        ("currency", RemoteType.DECIMAL),
        ("percent", RemoteType.DECIMAL),
        ("boolean", RemoteType.BOOLEAN),
        ("date", RemoteType.DATE),
        ("datetime", RemoteType.DATETIME),
        ("picklist", RemoteType.PICKLIST),
        ("multipicklist", RemoteType.MULTIPICKLIST),
        ("reference", RemoteType.REFERENCE),
        ("id", RemoteType.ID),
        ("address", RemoteType.COMPOUND),
        ("time", RemoteType.OTHER),
        ("a type of next year", RemoteType.OTHER),
    ],
)
def test_types(kind: str, remote_type: RemoteType) -> None:
    assert parsed("Anything__c", kind).type is remote_type


def test_the_check_boxes_that_mean_do_not() -> None:
    assert parsed("HasOptedOutOfEmail", "boolean").type is RemoteType.OPT_OUT
    assert parsed("DoNotCall", "boolean").type is RemoteType.OPT_OUT
    assert parsed("HasOptedOutOfEmail", "string").type is RemoteType.STRING


def test_what_must_be_given_at_creation() -> None:
    assert parsed("LastName", nillable=False).required
    assert not parsed("FirstName").required
    assert not parsed("Status", "picklist", nillable=False, defaultedOnCreate=True).required
    assert not parsed("Vip__c", "boolean", nillable=False).required
    assert not parsed("Id", "id", nillable=False, createable=False).required


def test_formulas_and_compounds_are_not_written() -> None:
    for computed in (parsed("Age__c", "double", calculated=True), parsed("Address", "address")):
        assert (computed.createable, computed.updateable) == (False, False)


def test_sizes() -> None:
    assert parsed("LastName", length=80).max_length == 80
    assert parsed("Birthdate", "date").max_length is None
    revenue = parsed("AnnualRevenue", "currency", precision=18, scale=2)
    assert (revenue.precision, revenue.scale) == (18, 2)
    assert parsed("NumberOfEmployees", "int", digits=8).precision == 8
    assert parsed("LastName", length=80).scale is None


def test_choices_are_the_active_ones() -> None:
    values = [{"value": "Web", "active": True}, {"value": "Fax", "active": False}]
    source = parsed("LeadSource", "picklist", picklistValues=values, restrictedPicklist=True)
    assert source.choices == ("Web",)
    assert source.restricted


def test_keys() -> None:
    email = parsed("Email", "email", idLookup=True)
    assert (email.key, email.unique, email.external_id, email.lowercased) == (
        True,
        False,
        False,
        True,
    )
    ours = parsed("Raccord_Id__c", externalId=True, unique=True)
    assert (ours.key, ours.unique, ours.external_id) == (True, True, True)
    assert not parsed("Title").key


def test_parts_of_a_compound_stay_together() -> None:
    assert parsed("MailingCity", compoundFieldName="MailingAddress").group == "MailingAddress"
