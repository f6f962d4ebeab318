"""What no record may be, and what becomes of records that go."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from salesforce_simulator.errors import RecordError
from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SALES, SEED, client, create, query

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def refusal(answer: httpx.Response) -> tuple[str, list[str]]:
    [error] = answer.json()
    return error["errorCode"], error["fields"]


class TestOwners:
    def test_an_owner_is_an_active_user(self, simulator: Simulator, api: httpx.Client) -> None:
        user = simulator.org.users.find(SALES)
        assert user is not None
        record_id = create(api, "Contact", LastName="a", OwnerId=user["Id"])
        simulator.org.users.set_active(user["Id"], active=False)
        values = {"LastName": "b", "OwnerId": user["Id"]}
        refused = api.post("sobjects/Contact", json=values)
        assert refusal(refused) == ("INACTIVE_OWNER_OR_USER", [])
        assert f"[{user['Id']}] as owner of contact" in refused.json()[0]["message"]
        # What an inactive user owns can still be changed, and given to somebody else.
        path = f"sobjects/Contact/{record_id}"
        assert api.patch(path, json={"LastName": "c"}).status_code == 204
        assert refusal(api.patch(path, json={"OwnerId": None})) == (
            "INVALID_CROSS_REFERENCE_KEY",
            ["OwnerId"],
        )

    def test_an_inactive_user_is_signed_out(self, simulator: Simulator, api: httpx.Client) -> None:
        user = simulator.org.users.find("integration@simulated.example")
        assert user is not None
        simulator.org.users.set_active(user["Id"], active=False)
        assert api.get("limits").json()[0]["errorCode"] == "INVALID_SESSION_ID"


class TestHierarchies:
    @pytest.mark.parametrize(
        ("object_name", "field", "values"),
        [("Contact", "ReportsToId", {"LastName": "a"}), ("Account", "ParentId", {"Name": "a"})],
    )
    def test_they_have_no_circles(
        self, api: httpx.Client, object_name: str, field: str, values: dict[str, str]
    ) -> None:
        top = create(api, object_name, **values)
        middle = create(api, object_name, **values, **{field: top})
        bottom = create(api, object_name, **values, **{field: middle})
        for below in (top, middle, bottom):
            answer = api.patch(f"sobjects/{object_name}/{top}", json={field: below})
            assert refusal(answer) == ("CIRCULAR_DEPENDENCY", [field])
        assert api.patch(f"sobjects/{object_name}/{bottom}", json={field: top}).status_code == 204


def test_nobody_is_twice_a_member_of_a_campaign(api: httpx.Client) -> None:
    first, second = (create(api, "Campaign", Name=name) for name in "ab")
    contact = create(api, "Contact", LastName="a")
    create(api, "CampaignMember", CampaignId=first, ContactId=contact)
    create(api, "CampaignMember", CampaignId=second, ContactId=contact)
    answer = api.post("sobjects/CampaignMember", json={"CampaignId": first, "ContactId": contact})
    assert refusal(answer) == ("DUPLICATE_VALUE", [])
    assert answer.json()[0]["message"] == "Already a campaign member."


def test_a_locked_record(simulator: Simulator, api: httpx.Client) -> None:
    record_id = create(api, "Contact", LastName="a")
    simulator.org.locked.add(record_id)
    path = f"sobjects/Contact/{record_id}"
    assert refusal(api.patch(path, json={"LastName": "b"})) == ("ENTITY_IS_LOCKED", [])
    assert refusal(api.delete(path)) == ("ENTITY_IS_LOCKED", [])
    simulator.org.locked.clear()
    assert api.delete(path).status_code == 204


def test_no_room_for_more(simulator: Simulator, api: httpx.Client) -> None:
    simulator.org.storage_records = 1
    record_id = create(api, "Contact", LastName="a")
    refused = api.post("sobjects/Lead", json={"LastName": "a", "Company": "b"})
    assert refusal(refused) == ("STORAGE_LIMIT_EXCEEDED", [])
    assert api.patch(f"sobjects/Contact/{record_id}", json={"LastName": "b"}).status_code == 204
    api.delete(f"sobjects/Contact/{record_id}")
    create(api, "Lead", LastName="a", Company="b")


class TestMerge:
    def test_children_move_to_the_master(self, simulator: Simulator, api: httpx.Client) -> None:
        jo = simulator.representative()
        master, loser = (jo.create("Contact", {"LastName": each}) for each in "ml")
        report = jo.create("Contact", {"LastName": "r", "ReportsToId": loser})
        jo.update("Contact", master, {"ReportsToId": loser})
        both, one = (create(api, "Campaign", Name=each) for each in "ab")
        for campaign, contact in ((both, master), (both, loser), (one, loser)):
            create(api, "CampaignMember", CampaignId=campaign, ContactId=contact)
        jo.merge("Contact", master, loser)
        assert jo.record("Contact", report)["ReportsToId"] == master
        assert "ReportsToId" not in jo.record("Contact", master)
        members = query(api, "SELECT CampaignId, ContactId FROM CampaignMember")
        assert sorted((each["CampaignId"], each["ContactId"]) for each in members) == sorted(
            [(both, master), (one, master)]
        )


class TestBin:
    @pytest.fixture
    def dated(self, tmp_path: Path) -> Iterator[tuple[Simulator, httpx.Client]]:
        seed = {**SEED, "session_seconds": 10**8}
        with (
            Simulator(seed=seed, clock=lambda: NOON, data=tmp_path / "org.jsonl") as simulator,
            client(simulator) as api,
        ):
            yield simulator, api

    def test_it_keeps_fifteen_days(self, dated: tuple[Simulator, httpx.Client]) -> None:
        simulator, api = dated
        early, late = (create(api, "Contact", LastName=each) for each in "ab")
        api.delete(f"sobjects/Contact/{early}")
        simulator.org.clock = lambda: NOON + timedelta(days=1)
        api.delete(f"sobjects/Contact/{late}")
        simulator.org.clock = lambda: NOON + timedelta(days=15, hours=1)
        rows = query(api, "SELECT Id FROM Contact", deleted=True)
        assert [row["Id"] for row in rows] == [late]
        assert api.get(f"sobjects/Contact/{early}").json()[0]["errorCode"] == "NOT_FOUND"
        with pytest.raises(RecordError, match="not in the recycle bin"):
            simulator.representative().undelete("Contact", early)

    def test_what_is_erased_is_still_told(
        self, dated: tuple[Simulator, httpx.Client], tmp_path: Path
    ) -> None:
        """A consumer of getDeleted learns of a record that was erased before it asked."""
        simulator, api = dated
        record_id = create(api, "Contact", LastName="a")
        api.delete(f"sobjects/Contact/{record_id}")
        simulator.org.empty_bin()
        window = {
            "start": (NOON - timedelta(hours=1)).isoformat(),
            "end": (NOON + timedelta(hours=1)).isoformat(),
        }
        simulator.org.clock = lambda: NOON + timedelta(hours=2)

        def told(api: httpx.Client) -> list[str]:
            answer = api.get("sobjects/Contact/deleted", params=window).json()
            return [each["id"] for each in answer["deletedRecords"]]

        assert told(api) == [record_id]
        simulator.close()
        for _ in range(2):
            with (
                Simulator(
                    seed=SEED, clock=lambda: NOON + timedelta(hours=2), data=tmp_path / "org.jsonl"
                ) as again,
                client(again) as api,
            ):
                assert told(api) == [record_id]
