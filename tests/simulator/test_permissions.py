"""What users may see and do: objects, fields, system permissions, and whose records they see."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from salesforce_simulator.seed import SeedError
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import INTEGRATION, SALES, SEED, client, create, query
from tests.waiting import wait_until

HIDDEN = {"fields": {"Contact.Phone": {"read": False}, "Contact.Title": {"edit": False}}}


def granted(permissions: dict[str, Any], **sections: Any) -> dict[str, Any]:
    sales, integration = SEED["users"]
    return {**SEED, "users": [sales, {**integration, "permissions": permissions}], **sections}


@pytest.fixture
def limited() -> Iterator[tuple[Simulator, httpx.Client]]:
    """A client whose user does not see Contact.Phone and may not change Contact.Title."""
    with Simulator(seed=granted(HIDDEN)) as simulator, client(simulator) as api:
        yield simulator, api


def error(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()[0]["errorCode"]


class TestFields:
    def test_an_invisible_field_is_not_there(self, limited: tuple[Simulator, httpx.Client]) -> None:
        simulator, api = limited
        values = {"LastName": "a", "Phone": "123", "Title": "CEO"}
        record_id = simulator.representative().create("Contact", values)
        described = {f["name"]: f for f in api.get("sobjects/Contact/describe").json()["fields"]}
        assert "Phone" not in described
        assert (described["Title"]["createable"], described["Title"]["updateable"]) == (False,) * 2
        record = api.get(f"sobjects/Contact/{record_id}").json()
        assert "Phone" not in record
        assert record["Title"] == "CEO"
        asked = api.get("query", params={"q": "SELECT Phone FROM Contact"})
        assert error(asked) == (400, "INVALID_FIELD")
        assert "No such column 'Phone' on entity 'Contact'" in asked.json()[0]["message"]
        assert error(
            api.get("query", params={"q": "SELECT Id FROM Contact WHERE Phone = '1'"})
        ) == (
            400,
            "INVALID_FIELD",
        )
        assert "Phone" not in query(api, "SELECT FIELDS(ALL) FROM Contact LIMIT 1")[0]

    def test_writing_it_is_refused_in_the_words_of_the_api(
        self, limited: tuple[Simulator, httpx.Client]
    ) -> None:
        _, api = limited
        unread = api.post("sobjects/Contact", json={"LastName": "a", "Phone": "1"})
        assert error(unread) == (400, "INVALID_FIELD")
        assert unread.json()[0]["message"] == "No such column 'Phone' on sobject of type Contact"
        read_only = api.post("sobjects/Contact", json={"LastName": "a", "Title": "CEO"})
        assert error(read_only) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")
        assert "security settings" in read_only.json()[0]["message"]
        rows = api.post(
            "composite/sobjects",
            json={
                "records": [
                    {"attributes": {"type": "Contact"}, "LastName": "a", "Title": "CEO"},
                    {"attributes": {"type": "Contact"}, "LastName": "b"},
                ]
            },
        ).json()
        assert [row["success"] for row in rows] == [False, True]

    def test_others_see_and_keep_what_one_does_not_see(
        self, limited: tuple[Simulator, httpx.Client]
    ) -> None:
        simulator, api = limited
        record_id = simulator.representative().create("Contact", {"LastName": "a", "Phone": "1"})
        api.patch(f"sobjects/Contact/{record_id}", json={"LastName": "b"}).raise_for_status()
        assert simulator.representative().record("Contact", record_id)["Phone"] == "1"

    def test_a_bulk_job_does_not_know_the_field(
        self, limited: tuple[Simulator, httpx.Client]
    ) -> None:
        _, api = limited
        job = api.post("jobs/ingest", json={"object": "Contact", "operation": "insert"}).json()
        api.put(
            f"jobs/ingest/{job['id']}/batches",
            content="LastName,Phone\na,1\n",
            headers={"Content-Type": "text/csv"},
        ).raise_for_status()
        api.patch(f"jobs/ingest/{job['id']}", json={"state": "UploadComplete"})

        def state() -> str:
            return str(api.get(f"jobs/ingest/{job['id']}").json()["state"])

        wait_until(lambda: state() in {"Failed", "JobComplete"})
        assert state() == "Failed"

    def test_an_address_hides_its_parts(self) -> None:
        hidden = {"fields": {"Contact.MailingAddress": {"read": False}}}
        with Simulator(seed=granted(hidden)) as simulator, client(simulator) as api:
            names = {f["name"] for f in api.get("sobjects/Contact/describe").json()["fields"]}
            assert not {"MailingAddress", "MailingCity"} & names
            assert "OtherCity" in names


class TestObjects:
    def test_an_invisible_object_does_not_exist(self) -> None:
        with (
            Simulator(seed=granted({"objects": {"Lead": {"read": False}}})) as simulator,
            client(simulator) as api,
        ):
            listed = {each["name"] for each in api.get("sobjects").json()["sobjects"]}
            assert "Lead" not in listed
            assert error(api.get("sobjects/Lead/describe")) == (404, "NOT_FOUND")
            asked = api.get("query", params={"q": "SELECT Id FROM Lead"})
            assert error(asked) == (400, "INVALID_TYPE")
            answer = api.post("sobjects/Lead", json={"LastName": "a", "Company": "b"})
            assert error(answer) == (404, "NOT_FOUND")

    @pytest.mark.parametrize("right", ["create", "edit", "delete"])
    def test_a_right_that_is_missing(self, right: str) -> None:
        with (
            Simulator(seed=granted({"objects": {"Contact": {right: False}}})) as simulator,
            client(simulator) as api,
        ):
            record_id = simulator.representative().create("Contact", {"LastName": "a"})
            path = f"sobjects/Contact/{record_id}"
            answers = {
                "create": api.post("sobjects/Contact", json={"LastName": "b"}),
                "edit": api.patch(path, json={"LastName": "b"}),
                "delete": api.delete(path),
            }
            # Who may not edit may not delete either.
            refused = {right, "delete"} if right == "edit" else {right}
            assert {each for each, answer in answers.items() if answer.is_error} == refused
            assert error(answers[right]) == (400, "INSUFFICIENT_ACCESS_OR_READONLY")
            described = api.get("sobjects/Contact").json()["objectDescribe"]
            flag = {"create": "createable", "edit": "updateable", "delete": "deletable"}[right]
            assert described[flag] is False

    def test_users_without_the_api(self) -> None:
        with (
            Simulator(seed=granted({"system": {"ApiEnabled": False}})) as simulator,
            client(simulator) as api,
        ):
            assert error(api.get("limits")) == (403, "API_CURRENTLY_DISABLED")

    def test_hard_delete_needs_a_permission(self) -> None:
        with (
            Simulator(seed=granted({"system": {"BulkApiHardDelete": False}})) as simulator,
            client(simulator) as api,
        ):
            wish = {"object": "Contact", "operation": "hardDelete"}
            assert error(api.post("jobs/ingest", json=wish)) == (400, "FEATURENOTENABLED")
            assert api.post("jobs/ingest", json={**wish, "operation": "delete"}).is_success

    def test_audit_fields_with_the_permission(self) -> None:
        moment = "2020-01-02T03:04:05.000+0000"
        values = {"LastName": "a", "CreatedDate": moment, "LastModifiedDate": moment}
        granted_it = granted({"system": {"CreateAuditFields": True}})
        with Simulator(seed=granted_it) as simulator, client(simulator) as api:
            record_id = create(api, "Contact", **values)
            record = api.get(f"sobjects/Contact/{record_id}").json()
            assert (record["CreatedDate"], record["LastModifiedDate"]) == (moment, moment)
            assert record["SystemModstamp"] > moment
        with Simulator(seed=SEED) as simulator, client(simulator) as api:
            answer = api.post("sobjects/Contact", json=values)
            assert error(answer) == (400, "INVALID_FIELD_FOR_INSERT_UPDATE")


class TestSharing:
    @pytest.fixture
    def private(self) -> Iterator[tuple[Simulator, httpx.Client]]:
        """Contacts are private; the client acts as the integration user, Jo administers."""
        with (
            Simulator(seed={**SEED, "sharing": {"Contact": "private"}}) as simulator,
            client(simulator) as api,
        ):
            yield simulator, api

    def test_users_see_their_own_records(self, private: tuple[Simulator, httpx.Client]) -> None:
        simulator, api = private
        mine = create(api, "Contact", LastName="mine")
        theirs = simulator.representative(SALES).create("Contact", {"LastName": "theirs"})
        assert [r["Id"] for r in query(api, "SELECT Id FROM Contact")] == [mine]
        assert error(api.get(f"sobjects/Contact/{theirs}")) == (404, "NOT_FOUND")
        assert len(simulator.representative(SALES).records("Contact")) == 2

    def test_a_share_opens_a_record_to_read_or_to_edit(
        self, private: tuple[Simulator, httpx.Client]
    ) -> None:
        simulator, api = private
        record_id = simulator.representative(SALES).create("Contact", {"LastName": "a"})
        me = user_id(simulator, INTEGRATION)
        path = f"sobjects/Contact/{record_id}"
        rows = {"records": [{"attributes": {"type": "Contact"}, "Id": record_id, "LastName": "b"}]}
        [row] = api.patch("composite/sobjects", json=rows).json()
        code = row["errors"][0]["statusCode"]
        assert code == "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        simulator.org.sharing.share(record_id, me, "read")
        assert api.get(path).status_code == 200
        refused = api.patch(path, json={"LastName": "b"})
        assert error(refused) == (400, "INSUFFICIENT_ACCESS_OR_READONLY")
        simulator.org.sharing.share(record_id, me, "edit")
        assert api.patch(path, json={"LastName": "b"}).status_code == 204

    def test_a_parent_out_of_sight_is_not_found_by_its_key(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        account = create(api, "Account", Name="Acme", Ext__c="A-1")
        simulator.org.sharing.hide(account, [user_id(simulator, INTEGRATION)])
        values = {"LastName": "a", "Account": {"Ext__c": "A-1"}}
        answer = api.post("sobjects/Contact", json=values)
        assert error(answer) == (400, "INVALID_FIELD")
        assert "Foreign key external ID: A-1 not found" in answer.json()[0]["message"]
        simulator.org.sharing.hide(account, [])
        assert api.post("sobjects/Contact", json=values).status_code == 201

    def test_a_parent_out_of_sight(self, simulator: Simulator, api: httpx.Client) -> None:
        simulator.org.sharing.set_default("Account", "private")
        account = simulator.representative(SALES).create("Account", {"Name": "Acme"})
        answer = api.post("sobjects/Contact", json={"LastName": "a", "AccountId": account})
        assert error(answer) == (400, "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY")
        values = {"LastName": "a", "AccountId": account}
        simulator.representative(SALES).create("Contact", values)
        [record] = query(api, "SELECT AccountId, Account.Name FROM Contact")
        assert (record["AccountId"], record["Account"]) == (account, None)

    def test_a_hidden_record_vanishes_and_comes_back_unchanged(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        record_id = create(api, "Contact", LastName="a")
        path = f"sobjects/Contact/{record_id}"
        before = api.get(path).json()
        simulator.org.sharing.hide(record_id, [user_id(simulator, INTEGRATION)])
        assert error(api.get(path)) == (404, "NOT_FOUND")
        assert query(api, "SELECT Id FROM Contact", deleted=True) == []
        found = api.get("search", params={"q": "FIND {aaa} RETURNING Contact"}).json()
        assert found["searchRecords"] == []
        window = feed_window(simulator)
        assert api.get("sobjects/Contact/deleted", params=window).json()["deletedRecords"] == []
        assert api.get("sobjects/Contact/updated", params=window).json()["ids"] == []
        simulator.org.sharing.hide(record_id, [])
        assert api.get(path).json() == before

    def test_a_key_that_is_taken_by_a_record_out_of_sight(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        jo = simulator.representative(SALES)
        record_id = jo.create("Contact", {"LastName": "a", "Key__c": "k"})
        simulator.org.sharing.hide(record_id, [user_id(simulator, INTEGRATION)])
        answer = api.patch("sobjects/Contact/Key__c/k", json={"LastName": "b"})
        assert error(answer) == (400, "DUPLICATE_VALUE")
        assert record_id not in answer.text

    def test_it_outlives_a_restart(self, tmp_path: Path) -> None:
        data = tmp_path / "org.jsonl"
        with Simulator(seed=SEED, data=data) as first, client(first) as api:
            record_id = create(api, "Contact", LastName="a")
            me = user_id(first, INTEGRATION)
            first.org.sharing.hide(record_id, [me])
            first.org.sharing.set_default("Lead", "private")
            first.org.permissions.set(me, HIDDEN)
            before = first.org.sharing.as_dict()
        for _ in range(2):
            # The first start reads what was appended, the second what the first compacted.
            with Simulator(seed=SEED, data=data) as again, client(again) as api:
                assert again.org.sharing.as_dict() == before
                assert error(api.get(f"sobjects/Contact/{record_id}")) == (404, "NOT_FOUND")
                asked = api.get("query", params={"q": "SELECT Phone FROM Contact"})
                assert error(asked) == (400, "INVALID_FIELD")


@pytest.mark.parametrize(
    "permissions",
    [
        {"objects": {"Nope": {"read": False}}},
        {"objects": {"Contact": {"fly": True}}},
        {"fields": {"Contact.Nope": {"read": False}}},
        {"fields": {"Contact.LastName": {"read": False}}},
        {"fields": {"Contact.Phone": {"read": "no"}}},
        {"system": {"FlyAll": True}},
        {"other": {}},
        [1],
    ],
)
def test_permissions_that_make_no_sense(permissions: Any) -> None:
    with pytest.raises(SeedError, match=r"permissions|unknown"):
        Simulator(seed=granted(permissions))


def user_id(simulator: Simulator, username: str) -> str:
    row = simulator.org.users.find(username)
    assert row is not None
    return str(row["Id"])


def feed_window(simulator: Simulator) -> dict[str, str]:
    today = simulator.org.clock().replace(hour=0, minute=0, second=0, microsecond=0)
    return {
        "start": (today - timedelta(days=1)).isoformat(),
        "end": (today + timedelta(days=2)).isoformat(),
    }
