"""Deployments over REST: what a package does to the org, whole or not at all."""

from pathlib import Path

import httpx

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SALES, SEED, client, create, query
from tests.simulator.packages import (
    SEAT_FIELDS,
    custom_object,
    deploy,
    manifest,
    permission_set,
    problems,
    seats,
    start,
    state,
    zipped,
)
from tests.waiting import wait_until


def test_what_is_deployed_can_be_used_at_once(api: httpx.Client) -> None:
    result = deploy(api, seats())

    assert (result["status"], result["success"], result["done"]) == ("Succeeded", True, True)
    assert (result["numberComponentsDeployed"], result["numberComponentsTotal"]) == (5, 5)
    made = {each["fullName"]: each for each in result["details"]["componentSuccesses"]}
    assert made["Seat__c.Row__c"]["componentType"] == "CustomField"
    assert made["Seat__c.Row__c"]["fileName"] == "objects/Seat__c.object"
    assert made["SeatPlan"]["created"] and made["SeatPlan"]["id"].startswith("01p")
    seat = api.patch("sobjects/Seat__c/Row__c/A-12", json={"Name": "Window"}).json()["id"]
    contact = create(api, "Contact", LastName="Durand", Seat__c=seat)
    assert query(api, "SELECT Seat__r.Row__c FROM Contact")[0]["Seat__r"]["Row__c"] == "A-12"
    assert api.get(f"sobjects/Contact/{contact}").json()["Seat__c"] == seat


def test_the_same_again_changes_nothing(api: httpx.Client) -> None:
    deploy(api, seats())

    again = deploy(api, seats())

    told = [each for each in again["details"]["componentSuccesses"] if each["componentType"]]
    assert len(told) == 5
    assert not any(each["created"] or each["changed"] for each in told)


def test_a_validation_changes_nothing_and_can_be_deployed_later(
    api: httpx.Client, simulator: Simulator
) -> None:
    validated = deploy(api, seats(), checkOnly=True)
    assert validated["status"] == "Succeeded" and validated["checkOnly"]
    assert api.get("sobjects/Seat__c").status_code == 404
    assert list(simulator.org.components) == []

    answer = api.post("metadata/deployRequest", json={"validatedDeployRequestId": validated["id"]})
    assert answer.status_code == 201, answer.text
    assert answer.json()["validatedDeployRequestId"] == validated["id"]
    wait_until(lambda: bool(state(api, answer.json()["id"])["done"]))
    assert api.get("sobjects/Seat__c").status_code == 200
    assert (
        api.post(
            "metadata/deployRequest", json={"validatedDeployRequestId": answer.json()["id"]}
        ).status_code
        == 404
    )


def test_one_error_takes_everything_back(api: httpx.Client, simulator: Simulator) -> None:
    files = seats(**{"permissionsets/Seats.permissionset": permission_set("Seat__c.Colour__c")})

    result = deploy(api, files)

    assert (result["status"], result["success"]) == ("Failed", False)
    assert (result["numberComponentErrors"], result["numberComponentsDeployed"]) == (1, 4)
    assert problems(result) == {
        "Seats": "In field: field - no CustomField named Seat__c.Colour__c found"
    }
    assert api.get("sobjects/Seat__c").status_code == 404
    assert list(simulator.org.components) == []


def test_without_rollback_the_good_parts_stay(api: httpx.Client) -> None:
    files = seats(**{"permissionsets/Seats.permissionset": permission_set("Seat__c.Colour__c")})

    result = deploy(api, files, rollbackOnError=False)

    assert (result["status"], result["success"]) == ("SucceededPartial", True)
    assert api.get("sobjects/Seat__c").status_code == 200


def test_deployments_wait_for_each_other_and_can_be_cancelled(
    api: httpx.Client, simulator: Simulator
) -> None:
    simulator.org.deployments.hold()
    first = start(api, zipped(seats())).json()["id"]
    second = start(api, zipped(seats())).json()["id"]
    assert state(api, first)["status"] == "Pending" and not state(api, first)["done"]

    answer = api.patch(
        f"metadata/deployRequest/{second}", json={"deployResult": {"status": "Canceling"}}
    )
    assert (answer.status_code, answer.json()["deployResult"]["status"]) == (202, "Canceled")
    simulator.org.deployments.resume()

    wait_until(lambda: bool(state(api, first)["done"]))
    assert state(api, first)["status"] == "Succeeded"
    assert (state(api, second)["status"], state(api, second)["success"]) == ("Canceled", False)
    too_late = api.patch(
        f"metadata/deployRequest/{first}", json={"deployResult": {"status": "Canceling"}}
    )
    assert too_late.status_code == 400


def test_removals(api: httpx.Client, simulator: Simulator) -> None:
    deploy(api, seats())
    create(api, "Seat__c", Name="Left")
    removals = manifest(
        CustomObject=["Seat__c"], ApexClass=["SeatPlan"], CustomField=["Contact.Tier__c"]
    )

    result = deploy(api, {"package.xml": manifest(), "destructiveChanges.xml": removals})

    assert result["status"] == "Succeeded", problems(result)
    assert all(
        each["deleted"] for each in result["details"]["componentSuccesses"] if each["componentType"]
    )
    assert api.get("sobjects/Seat__c").status_code == 404
    described = api.get("sobjects/Contact/describe").json()["fields"]
    assert {"Tier__c", "Seat__c"}.isdisjoint(each["name"] for each in described)
    assert [each.full_name for each in simulator.org.components] == ["Seats"]


def test_what_is_not_there_cannot_be_removed(api: httpx.Client) -> None:
    removals = manifest(ApexClass=["Nobody"], CustomObject=["Contact"])
    files: dict[str, str | bytes] = {
        "package.xml": manifest(),
        "destructiveChangesPost.xml": removals,
    }

    result = deploy(api, files)

    assert problems(result) == {
        "Nobody": "No ApexClass named: Nobody found",
        "Contact": "Cannot delete standard object Contact",
    }
    kinds = {
        each["fullName"]: each["problemType"] for each in result["details"]["componentFailures"]
    }
    assert kinds == {"Nobody": "Warning", "Contact": "Error"}
    del files["destructiveChangesPost.xml"]
    files["destructiveChanges.xml"] = manifest(ApexClass=["Nobody"])
    assert deploy(api, files, ignoreWarnings=True)["status"] == "Succeeded"


def test_everything_is_there_after_a_restart(tmp_path: Path) -> None:
    data = tmp_path / "org.jsonl"
    with Simulator(seed=SEED, data=data) as simulator, client(simulator) as api:
        deploy(api, seats())
        seat = create(api, "Seat__c", Name="Left", Row__c="A-1")
        changed = {**seats(), "objects/Seat__c.object": custom_object(SEAT_FIELDS, label="Chair")}
        deploy(api, changed)
        removals = {
            "package.xml": manifest(),
            "destructiveChanges.xml": manifest(CustomField=["Contact.Tier__c"]),
        }
        assert deploy(api, removals)["status"] == "Succeeded"
        before = {each.key: each for each in simulator.org.components}
    for _ in range(2):
        with Simulator(seed={**SEED, "custom_fields": {}}, data=data) as simulator:
            assert {each.key: each for each in simulator.org.components} == before
            with client(simulator) as api:
                assert api.get(f"sobjects/Seat__c/{seat}").json()["Row__c"] == "A-1"
                assert api.get("sobjects/Seat__c/describe").json()["label"] == "Chair"
                assert api.get(f"sobjects/Seat__c/{seat}").json()["attributes"]
                fields = api.get("sobjects/Contact/describe").json()["fields"]
                assert "Tier__c" not in {each["name"] for each in fields}


def test_whoever_may_not_change_metadata_is_told_so() -> None:
    users = [
        {**each, "permissions": {"system": {"ModifyMetadata": False}}} for each in SEED["users"]
    ]
    with Simulator(seed={**SEED, "users": users}) as simulator, client(simulator) as api:
        answer = start(api, zipped(seats()))

    assert answer.status_code == 403
    assert answer.json()[0]["errorCode"] == "INSUFFICIENT_ACCESS"
    assert "ModifyMetadata" in answer.json()[0]["message"]


def test_what_is_removed_leaves_nobodys_permissions_behind(tmp_path: Path) -> None:
    """A restart reads permissions by name: one of a field that is gone would stop it."""
    data = tmp_path / "org.jsonl"
    with Simulator(seed=SEED, data=data) as simulator, client(simulator) as api:
        deploy(api, seats())
        grants = {
            "objects": {"Seat__c": {"delete": False}, "Lead": {"delete": False}},
            "fields": {"Contact.Tier__c": {"edit": False}, "Seat__c.Row__c": {"edit": False}},
        }
        user = str(simulator.org.users.find(SALES)["Id"])  # type: ignore[index]
        simulator.org.permissions.set(user, grants)
        simulator.org.sharing.set_default("Seat__c", "private")
        removals = manifest(CustomObject=["Seat__c"], CustomField=["Contact.Tier__c"])
        files = {"package.xml": manifest(), "destructiveChanges.xml": removals}
        assert problems(deploy(api, files)) == {}
    with Simulator(seed={**SEED, "custom_fields": {}}, data=data) as simulator:
        spec = simulator.org.permissions.specs()[user]
        assert (spec["objects"], spec["fields"]) == ({"Lead": {"delete": False}}, {})
