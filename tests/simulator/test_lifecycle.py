"""What people do to records: delete, restore, merge, convert; and an administrator's rules."""

import httpx
import pytest

from salesforce_simulator.errors import RecordError
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SALES, SEED, client, create, query


def test_edits_of_a_representative_are_theirs(simulator: Simulator, api: httpx.Client) -> None:
    record_id = create(api, "Contact", LastName="x")
    simulator.representative(SALES).update("Contact", record_id, {"Title": "CEO"})
    record = api.get(f"sobjects/Contact/{record_id}").json()
    user = simulator.org.users.find(SALES)
    assert user is not None
    assert record["LastModifiedById"] == user["Id"] != record["CreatedById"]


def test_an_account_takes_its_contacts_to_the_bin_and_back(simulator: Simulator) -> None:
    jo = simulator.representative()
    account = jo.create("Account", {"Name": "Acme"})
    with_it = jo.create("Contact", {"LastName": "a", "AccountId": account})
    before = jo.create("Contact", {"LastName": "b", "AccountId": account})
    jo.delete("Contact", before)
    jo.delete("Account", account)
    assert jo.records("Contact") == []
    jo.undelete("Account", account)
    assert [row["Id"] for row in jo.records("Contact")] == [with_it]


def test_restoring_does_not_break_uniqueness(simulator: Simulator) -> None:
    jo = simulator.representative()
    first = jo.create("Contact", {"LastName": "a", "Key__c": "k"})
    jo.delete("Contact", first)
    jo.create("Contact", {"LastName": "b", "Key__c": "K"})
    with pytest.raises(RecordError, match="duplicate value found"):
        jo.undelete("Contact", first)
    assert jo.record("Contact", first)["IsDeleted"] is True


class TestMerge:
    def test_losers_point_at_the_master(self, simulator: Simulator, api: httpx.Client) -> None:
        jo = simulator.representative()
        master, first, second = (jo.create("Contact", {"LastName": each}) for each in "mab")
        jo.merge("Contact", master, first, second, values={"Title": "kept"})
        rows = query(
            api, "SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = true", deleted=True
        )
        assert {row["Id"]: row["MasterRecordId"] for row in rows} == {first: master, second: master}
        assert jo.record("Contact", master)["Title"] == "kept"
        with pytest.raises(RecordError, match="merged"):
            jo.undelete("Contact", first)

    def test_the_master_may_take_a_losers_unique_value(self, simulator: Simulator) -> None:
        jo = simulator.representative()
        master = jo.create("Contact", {"LastName": "m"})
        loser = jo.create("Contact", {"LastName": "l", "Key__c": "k"})
        jo.merge("Contact", master, loser, values={"Key__c": "k"})
        assert jo.record("Contact", master)["Key__c"] == "k"

    def test_contacts_of_a_losing_account_move(self, simulator: Simulator) -> None:
        jo = simulator.representative()
        master, loser = (jo.create("Account", {"Name": each}) for each in "ml")
        contact = jo.create("Contact", {"LastName": "x", "AccountId": loser})
        jo.merge("Account", master, loser)
        assert jo.record("Contact", contact)["AccountId"] == master

    def test_a_refused_merge_changes_nothing(self, simulator: Simulator) -> None:
        jo = simulator.representative()
        master, loser = (jo.create("Contact", {"LastName": each}) for each in "ml")
        with pytest.raises(RecordError, match="max length"):
            jo.merge("Contact", master, loser, values={"LastName": "x" * 81})
        assert len(jo.records("Contact")) == 2
        with pytest.raises(RecordError, match="one or two"):
            jo.merge("Contact", master, master)


class TestConversion:
    LEAD = {
        "FirstName": "Zoé",
        "LastName": "Durand",
        "Company": "Acme",
        "Email": "zoe@example.com",
        "HasOptedOutOfEmail": True,
        "City": "Lyon",
    }

    def test_a_lead_becomes_a_contact_of_an_account(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        jo = simulator.representative()
        lead = jo.create("Lead", self.LEAD)
        made = jo.convert_lead(lead)
        [row] = query(
            api,
            "SELECT IsConverted, Status, ConvertedContactId, ConvertedAccount.Name FROM Lead",
        )
        assert (row["IsConverted"], row["Status"]) == (True, "Closed - Converted")
        assert row["ConvertedContactId"] == made.contact_id
        assert row["ConvertedAccount"]["Name"] == "Acme"
        contact = jo.record("Contact", made.contact_id)
        assert (contact["Email"], contact["MailingCity"]) == ("zoe@example.com", "Lyon")
        assert (contact["HasOptedOutOfEmail"], contact["AccountId"]) == (True, made.account_id)

    def test_a_converted_lead_cannot_be_changed(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        jo = simulator.representative()
        lead = jo.create("Lead", self.LEAD)
        jo.convert_lead(lead)
        answer = api.patch(f"sobjects/Lead/{lead}", json={"Title": "x"})
        assert answer.status_code == 400
        assert answer.json() == [
            {
                "message": "cannot reference converted lead",
                "errorCode": "CANNOT_UPDATE_CONVERTED_LEAD",
                "fields": [],
            }
        ]

    def test_into_an_existing_contact(self, simulator: Simulator) -> None:
        """It keeps what it has; a refusal to be contacted is taken over."""
        jo = simulator.representative()
        contact = jo.create("Contact", {"LastName": "Dupont", "Email": "old@example.com"})
        jo.convert_lead(jo.create("Lead", self.LEAD), contact_id=contact)
        row = jo.record("Contact", contact)
        assert (row["LastName"], row["Email"]) == ("Dupont", "old@example.com")
        assert (row["FirstName"], row["HasOptedOutOfEmail"]) == ("Zoé", True)


class TestRules:
    def test_a_validation_rule(self) -> None:
        rule = {
            "object": "Contact",
            "condition": "Title = 'CEO' AND Phone = null",
            "message": "A CEO needs a phone.",
            "field": "Phone",
        }
        with (
            Simulator(seed={**SEED, "validation_rules": [rule]}) as simulator,
            client(simulator) as api,
        ):
            refused = api.post("sobjects/Contact", json={"LastName": "x", "Title": "ceo"})
            assert refused.json() == [
                {
                    "message": "A CEO needs a phone.",
                    "errorCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
                    "fields": ["Phone"],
                }
            ]
            create(api, "Contact", LastName="x", Title="CEO", Phone="1")

    @pytest.mark.parametrize(
        ("version", "key"), [("56.0", "duplicateResut"), ("60.0", "duplicateResult")]
    )
    def test_a_duplicate_rule(self, version: str, key: str) -> None:
        rule = {"object": "Contact", "field": "Email", "action": "alert"}
        with (
            Simulator(seed={**SEED, "duplicate_rules": [rule]}) as simulator,
            client(simulator, version=version) as api,
        ):
            first = create(api, "Contact", LastName="x", Email="a@example.com")
            body = {"LastName": "y", "Email": "A@example.com"}
            refused = api.post("sobjects/Contact", json=body)
            [error] = refused.json()
            assert (refused.status_code, error["errorCode"]) == (400, "DUPLICATES_DETECTED")
            [found] = error[key]["matchResults"]
            assert found["matchRecords"][0]["record"]["Id"] == first
            allowed = api.post(
                "sobjects/Contact",
                json=body,
                headers={"Sforce-Duplicate-Rule-Header": "allowSave=true; x=y"},
            )
            assert allowed.status_code == 201

    def test_a_blocking_rule_cannot_be_passed(self) -> None:
        rule = {"object": "Contact", "field": "Email", "action": "block"}
        with (
            Simulator(seed={**SEED, "duplicate_rules": [rule]}) as simulator,
            client(simulator) as api,
        ):
            create(api, "Contact", LastName="x", Email="a@example.com")
            row = {"attributes": {"type": "Contact"}, "LastName": "y", "Email": "a@example.com"}
            [answer] = api.post(
                "composite/sobjects",
                json={"records": [row]},
                headers={"Sforce-Duplicate-Rule-Header": "allowSave=true"},
            ).json()
            assert answer["errors"] == [
                {
                    "statusCode": "DUPLICATES_DETECTED",
                    "message": "Use one of these records?",
                    "fields": [],
                }
            ]

    def test_a_trigger_that_rewrites(self, simulator: Simulator, api: httpx.Client) -> None:
        simulator.org.before_save.append(
            lambda name, row: row.update(LastName=row["LastName"].upper())
        )
        record_id = create(api, "Contact", LastName="Durand")
        assert api.get(f"sobjects/Contact/{record_id}").json()["LastName"] == "DURAND"
