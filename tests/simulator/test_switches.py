"""The control API: what a test, or a person beside a demo, switches in the org from outside."""

from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import (
    INTEGRATION,
    SALES,
    SEED,
    TLS,
    client,
    control,
    create,
    outside,
    query,
    settings,
)

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestControl:
    def test_a_clone_copies_what_a_user_sees(self, simulator: Simulator, api: httpx.Client) -> None:
        account = create(api, "Account", Name="Acme", Ext__c="A-1")
        contact = create(api, "Contact", LastName="a", Title="CEO", Key__c="k", AccountId=account)
        copies = [
            control(simulator, f"records/{each}/clone", **wish).json()["id"]
            for each, wish in (
                (account, {"as": INTEGRATION}),
                (contact, {"values": {"Title": "x"}}),
            )
        ]
        assert api.get(f"sobjects/Account/{copies[0]}").json()["Ext__c"] == "A-1"
        copy = api.get(f"sobjects/Contact/{copies[1]}").json()
        # Key__c is unique: a copy of it could not be saved.
        assert (copy["Title"], copy["AccountId"], copy["Key__c"]) == ("x", account, None)

    def test_a_person_acts_by_the_control_api(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        made = control(simulator, "records/Contact", values={"LastName": "a"}, **{"as": SALES})
        first = made.json()["id"]
        second = control(simulator, "records/Contact", values={"LastName": "b"}).json()["id"]
        control(simulator, f"records/{first}/update", values={"Title": "x"}).raise_for_status()
        assert api.get(f"sobjects/Contact/{first}").json()["Title"] == "x"
        control(simulator, f"records/{first}/delete").raise_for_status()
        control(simulator, f"records/{first}/undelete").raise_for_status()
        control(simulator, f"records/{first}/merge", losers=[second]).raise_for_status()
        [gone] = query(
            api, "SELECT MasterRecordId FROM Contact WHERE IsDeleted = true", deleted=True
        )
        assert gone["MasterRecordId"] == first
        lead = {"LastName": "c", "Company": "d"}
        lead_id = control(simulator, "records/Lead", values=lead).json()["id"]
        became = control(simulator, f"records/{lead_id}/convert").json()
        assert api.get(f"sobjects/Contact/{became['contact_id']}").json()["LastName"] == "c"
        # None of it was an API call of that person.
        assert simulator.calls.matching(user=SALES) == []

    @pytest.mark.parametrize(
        ("path", "wish", "status"),
        [
            ("records/Nope", {"values": {}}, 404),
            ("records/Contact", {"values": []}, 400),
            ("records/Contact", {"values": {}}, 400),
            ("records/Contact", {"as": "nobody", "values": {"LastName": "a"}}, 400),
            ("records/003000000000000AAA/delete", {}, 404),
            ("records/nonsense/delete", {}, 404),
        ],
    )
    def test_acts_that_make_no_sense(
        self, simulator: Simulator, path: str, wish: dict[str, Any], status: int
    ) -> None:
        answer = control(simulator, path, **wish)
        assert (answer.status_code, len(answer.json())) == (status, 1)

    def test_hide_and_show(self, simulator: Simulator, api: httpx.Client) -> None:
        record_id = create(api, "Contact", LastName="a")
        control(simulator, f"records/{record_id}/hide").raise_for_status()
        assert api.get(f"sobjects/Contact/{record_id}").status_code == 404
        control(simulator, f"records/{record_id}/show").raise_for_status()
        assert api.get(f"sobjects/Contact/{record_id}").status_code == 200

    def test_lock_and_unlock(self, simulator: Simulator, api: httpx.Client) -> None:
        record_id = create(api, "Contact", LastName="a")
        control(simulator, f"records/{record_id}/lock").raise_for_status()
        assert api.delete(f"sobjects/Contact/{record_id}").status_code == 400
        control(simulator, f"records/{record_id}/unlock").raise_for_status()
        assert api.delete(f"sobjects/Contact/{record_id}").status_code == 204
        assert control(simulator, "bin/empty").json() == {"removed": 1}

    def test_sharing_and_users(self, simulator: Simulator, api: httpx.Client) -> None:
        record_id = create(api, "Contact", LastName="a")
        hidden = [{"record": record_id, "from": INTEGRATION}]
        control(
            simulator, "sharing", defaults={"Lead": "private"}, hidden=hidden
        ).raise_for_status()
        shown = outside.get(f"{simulator.url}/simulator/sharing").json()
        assert (shown["defaults"], list(shown["hidden"])) == ({"Lead": "private"}, [record_id])
        permissions = {"objects": {"Lead": {"read": False}}}
        control(simulator, f"users/{INTEGRATION}", permissions=permissions).raise_for_status()
        users = outside.get(f"{simulator.url}/simulator/users").json()
        assert [each["permissions"] for each in users] == [{}, permissions]
        assert api.get("sobjects/Lead").status_code == 404
        control(simulator, f"users/{INTEGRATION}", active=False).raise_for_status()
        assert api.get("limits").status_code == 401

    def test_rules(self, simulator: Simulator, api: httpx.Client) -> None:
        rule = {"object": "Contact", "field": "Phone", "do": "cut", "length": 3}
        assert control(simulator, "rules", triggers=[rule]).status_code == 201
        record_id = create(api, "Contact", LastName="a", Phone="12345")
        assert api.get(f"sobjects/Contact/{record_id}").json()["Phone"] == "123"
        assert outside.get(f"{simulator.url}/simulator/rules").json()["triggers"] == [rule]
        outside.delete(f"{simulator.url}/simulator/rules").raise_for_status()
        assert outside.get(f"{simulator.url}/simulator/rules").json()["triggers"] == []

    def test_reset_goes_back_to_the_seed(self) -> None:
        seed = {**SEED, "sharing": {"Lead": "read"}, "daily_api_requests": 500}
        with Simulator(seed=seed) as simulator:
            before = outside.get(f"{simulator.url}/simulator/settings").json()
            settings(simulator, daily_api_requests=1, storage_records=3, clock_skew_seconds=9)
            control(simulator, "sharing", defaults={"Lead": "edit", "Contact": "private"})
            control(simulator, "maintenance")
            control(
                simulator, "users/" + INTEGRATION, permissions={"system": {"ApiEnabled": False}}
            )
            control(simulator, "reset").raise_for_status()
            assert outside.get(f"{simulator.url}/simulator/settings").json() == before
            assert simulator.org.sharing.as_dict()["defaults"] == {"Lead": "read"}
            with client(simulator) as api:
                assert api.get("limits").status_code == 200

    @pytest.mark.parametrize(
        ("path", "wish"),
        [
            ("settings", {"clock_frozen_at": "noon"}),
            ("settings", {"max_long_calls": True}),
            ("settings", {"storage_records": -1}),
            ("settings", {"clock_skew_seconds": 1e12}),
            ("settings", {"latency_ms": "x"}),
            ("settings", {"nope": 1}),
            ("sharing", {"defaults": {"Nope": "private"}}),
            ("sharing", {"defaults": {"CampaignMember": "private"}}),
            ("sharing", {"defaults": {"Lead": "secret"}}),
            ("sharing", {"defaults": []}),
            ("sharing", {"shares": {}}),
            ("users/nobody", {"active": True}),
            (f"users/{INTEGRATION}", {"active": "yes"}),
            (f"users/{INTEGRATION}", {"permissions": [1]}),
            ("rules", {"triggers": {}}),
            ("rules", {"triggers": [1]}),
            ("rules", {"spells": []}),
            ("organization", {"keep_records": 1}),
        ],
    )
    def test_wishes_that_make_no_sense(
        self, simulator: Simulator, path: str, wish: dict[str, Any]
    ) -> None:
        answer = control(simulator, path, **wish)
        assert answer.status_code == 400
        assert answer.json()[0]["message"]

    def test_calls_are_found_by_what_they_were(
        self, simulator: Simulator, api: httpx.Client
    ) -> None:
        create(api, "Contact", LastName="a")
        api.get("sobjects/Nope")
        with httpx.Client(base_url=api.base_url, headers=api.headers, verify=TLS) as other:
            other.get("limits", headers={"Sforce-Call-Options": "client=me"})
        url = f"{simulator.url}/simulator/calls"

        def found(**filters: Any) -> list[str]:
            return [each["path"].split("/")[-1] for each in outside.get(url, params=filters).json()]

        assert found(status=404) == ["Nope"]
        assert found(rows=1) == ["Contact"]
        assert found(header="Sforce-Call-Options") == ["limits"]
        assert found(client="app", user=INTEGRATION)[0] == "Contact"
        assert outside.get(url, params={"colour": "red"}).status_code == 400
        assert "Bearer" not in outside.get(url).text
