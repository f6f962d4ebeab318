"""Deployments over REST: what a package does to the org, and what is said of one that cannot be."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, client, create, query
from tests.simulator.packages import (
    apex,
    custom_field,
    custom_object,
    deploy,
    document,
    manifest,
    permission_set,
    problems,
    start,
    state,
    zipped,
)
from tests.waiting import wait_until

SEAT_FIELDS = custom_field("Row__c", "Text", length=20, externalId="true", unique="true")


def seats(**more: str) -> dict[str, str | bytes]:
    """A package with an object, a field on a standard object, Apex, and rights to them."""
    return {
        "package.xml": manifest(
            CustomObject=["Seat__c"],
            CustomField=["Contact.Seat__c"],
            ApexClass=["*"],
            PermissionSet=["Seats"],
        ),
        "objects/Seat__c.object": custom_object(SEAT_FIELDS),
        "objects/Contact.object": document(
            "CustomObject",
            custom_field("Seat__c", "Lookup", referenceTo="Seat__c", relationshipName="Contacts"),
        ),
        **apex("public class SeatPlan {\n}\n", "SeatPlan"),
        "permissionsets/Seats.permissionset": permission_set("Seat__c.Row__c", "Contact.Seat__c"),
        **more,
    }


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


@pytest.mark.parametrize(
    ("fields", "value", "read"),
    [
        (custom_field("F__c", "Text", length=5), "abcde", "abcde"),
        (custom_field("F__c", "LongTextArea", length=300, visibleLines=3), "x" * 300, "x" * 300),
        (custom_field("F__c", "Checkbox", defaultValue="true"), None, True),
        (custom_field("F__c", "Text", length=9, defaultValue='"none"'), None, "none"),
        (custom_field("F__c", "Number", precision=5, scale=2), 123.45, 123.45),
        (custom_field("F__c", "Currency", precision=8, scale=2), "7.5", 7.5),
        (custom_field("F__c", "Percent", precision=5, scale=1), 99.5, 99.5),
        (custom_field("F__c", "Date"), "2026-02-03", "2026-02-03"),
        (custom_field("F__c", "DateTime"), "2026-02-03T04:05:06Z", "2026-02-03T04:05:06.000+0000"),
        (custom_field("F__c", "Email"), "A@b.example", "a@b.example"),
        (custom_field("F__c", "Phone"), "+33 1", "+33 1"),
        (custom_field("F__c", "Url"), "https://a.example", "https://a.example"),
        (custom_field("F__c", "AutoNumber", displayFormat="N-{000}"), None, "N-001"),
        (
            custom_field("F__c", "Number", precision=9, scale=0, formula="LEN(Name) * 2"),
            None,
            8,
        ),
        (
            custom_field(
                "F__c",
                "Picklist",
                valueSet="<restricted>true</restricted><valueSetDefinition><value><fullName>A"
                "</fullName><default>false</default><label>A</label></value></valueSetDefinition>",
            ),
            "A",
            "A",
        ),
    ],
)
def test_types_of_fields(api: httpx.Client, fields: str, value: Any, read: Any) -> None:
    package = {
        "package.xml": manifest(CustomObject=["Seat__c"]),
        "objects/Seat__c.object": custom_object(fields),
    }
    assert problems(deploy(api, package)) == {}

    values = {} if value is None else {"F__c": value}
    record_id = create(api, "Seat__c", Name="Left", **values)

    assert api.get(f"sobjects/Seat__c/{record_id}").json()["F__c"] == read


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        (("Text", {}), "Must specify 'length' for a CustomField of type Text"),
        (("Text", {"length": "long"}), "'long' is not a valid value for the type int"),
        (("Text", {"length": 256}), "Text fields can hold 1 to 255 characters: length"),
        (("Texte", {"length": 3}), "'Texte' is not a valid value for the enum 'FieldType'"),
        (("Location", {}), "The simulated org has no fields of type Location"),
        (
            ("Text", {"length": 3, "colour": "red"}),
            "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}colour "
            "invalid at this location in type CustomField",
        ),
        (
            ("Lookup", {"referenceTo": "Table__c"}),
            "referenceTo value of 'Table__c' does not resolve to a valid sObject type",
        ),
        (
            ("Number", {"precision": 5, "scale": 6}),
            "Scale must be less than or equal to precision",
        ),
        (
            ("Checkbox", {"defaultValue": "TODAY()"}),
            "The simulated org takes literals only as default values: TODAY()",
        ),
        (("Text", {"formula": "Nowhere__c"}), "there is no field Nowhere__c"),
        (("Picklist", {}), "Must specify 'valueSet' for a CustomField of type Picklist"),
        (
            ("Email", {"label": "L" * 41}),
            f"Value too long for field: MasterLabel maximum length is:40: {'L' * 41}",
        ),
    ],
)
def test_fields_that_cannot_be(
    api: httpx.Client, field: tuple[str, dict[str, Any]], problem: str
) -> None:
    kind, told = field
    package = {
        "package.xml": manifest(CustomObject=["Seat__c"]),
        "objects/Seat__c.object": custom_object(custom_field("F__c", kind, **told)),
    }

    result = deploy(api, package)

    assert list(problems(result).values()) == [problem]
    failure = result["details"]["componentFailures"][0]
    assert failure["problemType"] == "Error" and failure["lineNumber"] == 4
    assert api.get("sobjects/Seat__c").status_code == 404


def test_formulas_may_use_fields_of_the_same_package(api: httpx.Client) -> None:
    fields = custom_field("Twice__c", "Number", precision=9, scale=0, formula="Size__c * 2")
    fields += custom_field("Size__c", "Number", precision=9, scale=0)
    package = {
        "package.xml": manifest(CustomObject=["Seat__c"]),
        "objects/Seat__c.object": custom_object(fields, name_type="AutoNumber"),
    }
    assert problems(deploy(api, package)) == {}

    record_id = create(api, "Seat__c", Size__c=21)

    read = api.get(f"sobjects/Seat__c/{record_id}").json()
    assert (read["Twice__c"], read["Name"]) == (42, "S-0001")


def test_the_type_of_a_field_stays_what_it_is(api: httpx.Client) -> None:
    files = {
        "package.xml": manifest(CustomField=["Contact.Score__c"]),
        "objects/Contact.object": document(
            "CustomObject", custom_field("Score__c", "Text", length=5)
        ),
    }

    assert problems(deploy(api, files)) == {
        "Contact.Score__c": "Cannot change the type of Contact.Score__c from double to string"
    }


@pytest.mark.parametrize(
    ("body", "problem", "place"),
    [
        ("public class SeatPlan {", "Missing '}' at 'EOF'", (1, 24)),
        ("public class SeatPlan {\n  }}", "Extra '}'", (2, 4)),
        ("public class Other {}", "File name mismatch with class name: Other", (1, 14)),
        ("public class SeatPlan { String a = 'x; }", "Unterminated string literal", (1, 36)),
        ("/* class SeatPlan {}", "Unterminated comment", (1, 1)),
        ("// nothing", "Unexpected token '<EOF>'.", (1, 11)),
    ],
)
def test_apex_that_no_compiler_takes(
    api: httpx.Client, body: str, problem: str, place: tuple[int, int]
) -> None:
    result = deploy(
        api, {"package.xml": manifest(ApexClass=["SeatPlan"]), **apex(body, "SeatPlan")}
    )

    failure = result["details"]["componentFailures"][0]
    assert (failure["problem"], failure["componentType"]) == (problem, "ApexClass")
    assert (failure["lineNumber"], failure["columnNumber"]) == place
    assert failure["fileName"] == "classes/SeatPlan.cls"


def test_braces_in_strings_and_comments_are_none(api: httpx.Client) -> None:
    body = "public class SeatPlan { /* { */ String a = '{\\'{'; // {\n}\n"

    files = {"package.xml": manifest(ApexClass=["SeatPlan"]), **apex(body, "SeatPlan")}

    assert problems(deploy(api, files)) == {}


def test_a_trigger_names_an_object_that_is_there(api: httpx.Client) -> None:
    meta = document("ApexTrigger", "<apiVersion>62.0</apiVersion><status>Active</status>")

    def files(head: str) -> dict[str, str | bytes]:
        return {
            "package.xml": manifest(ApexTrigger=["Watch"]),
            "triggers/Watch.trigger": f"{head} {{\n}}\n",
            "triggers/Watch.trigger-meta.xml": meta,
        }

    assert problems(deploy(api, files("trigger Watch on Seat__c (after insert)"))) == {
        "Watch": "Invalid type: Seat__c"
    }
    assert problems(deploy(api, files("trigger Watch on Contact (during insert)"))) == {
        "Watch": "Unexpected token 'during insert'."
    }
    assert (
        problems(deploy(api, files("trigger Watch on Contact (before insert, after update)"))) == {}
    )


@pytest.mark.parametrize(
    ("files", "name", "problem"),
    [
        ({"classes/A.cls": "class A {}"}, "package.xml", "No package.xml found"),
        (
            {"package.xml": manifest(ApexClas=["A"])},
            "ApexClas",
            "Unknown type name 'ApexClas' specified in package.xml",
        ),
        (
            {"package.xml": manifest(ApexClass=["A"])},
            "A",
            "An object 'A' of type ApexClass was named in package.xml, "
            "but was not found in zipped directory",
        ),
        (
            {"package.xml": manifest(version="99.0")},
            "package.xml",
            "Error parsing file: Invalid api version:99.0",
        ),
        ({"package.xml": "<Package>"}, "package.xml", "Error parsing file: no element found"),
        (
            {"package.xml": '<!DOCTYPE a [<!ENTITY b "c">]><Package>&b;</Package>'},
            "package.xml",
            "Error parsing file: DOCTYPE is not allowed",
        ),
        ({"package.xml": manifest(), **apex("class A {}", "A")}, "A", "Not in package.xml"),
        ({"package.xml": manifest(), "notes.txt": "x"}, "notes.txt", "Not in package.xml"),
        (
            {"package.xml": manifest(ApexClass=["A"]), "classes/A.cls": "class A {}"},
            "A",
            "Required file is missing: classes/A.cls-meta.xml",
        ),
        (
            {"package.xml": manifest(ApexClass=["A"]), **apex("class A {}", "A", version="99.0")},
            "A",
            "Invalid api version:99.0",
        ),
        (
            {
                "package.xml": manifest(CustomObject=["Seat__c"]),
                "objects/Seat__c.object": "<Seat/>",
            },
            "Seat__c",
            "Error parsing file: Element Seat invalid at this location in type CustomObject",
        ),
        (
            {
                "package.xml": manifest(CustomObject=["Seat__c"]),
                "objects/Seat__c.object": custom_object(label=""),
            },
            "Seat__c",
            "Must specify a non-empty label for the CustomObject",
        ),
        (
            {
                "package.xml": manifest(CustomObject=["Seat"]),
                "objects/Seat.object": custom_object(),
            },
            "Seat",
            "'Seat' does not resolve to a valid sObject type, fullName must end with: "
            "__as, __b, __c, __dll, __dlm, __e, __kav, __mdt, __mg, __x",
        ),
        (
            {
                "package.xml": manifest(CustomField=["Seat__c.F__c"]),
                "objects/Seat__c.object": document("CustomObject", custom_field("F__c", "Email")),
            },
            "Seat__c.F__c",
            "Entity of type 'CustomObject' named 'Seat__c' cannot be found",
        ),
        (
            {"package.xml": manifest(LightningComponentBundle=["seat"]), "lwc/seat/seat.js": ""},
            "seat",
            "Cannot find Lightning Component Bundle file seat.js-meta.xml",
        ),
    ],
)
def test_packages_that_are_wrong(
    api: httpx.Client, files: dict[str, str | bytes], name: str, problem: str
) -> None:
    result = deploy(api, files)

    assert result["status"] == "Failed"
    assert problems(result).get(name) == problem


@pytest.mark.parametrize("folder", ["", "unpackaged/", "my package/"])
def test_a_package_lies_at_the_top_or_in_one_folder(api: httpx.Client, folder: str) -> None:
    result = deploy(api, zipped(seats(), folder=folder))

    assert result["status"] == "Succeeded", problems(result)
    names = {each["fileName"] for each in result["details"]["componentSuccesses"]}
    assert f"{folder}classes/SeatPlan.cls" in names


def test_missing_files_may_be_allowed(api: httpx.Client) -> None:
    files: dict[str, str | bytes] = {"package.xml": manifest(ApexClass=["A"])}

    assert deploy(api, files, allowMissingFiles=True)["status"] == "Succeeded"


@pytest.mark.parametrize(
    ("packed", "code"),
    [
        (b"", "INVALID_ZIP"),
        (b"PK no zip", "INVALID_ZIP"),
        (zipped({"../../etc/passwd": "x", "package.xml": manifest()}), "INVALID_ZIP"),
        (zipped({"package.xml": manifest(), "a": b"\0" * 401_000_000}), "LIMIT_EXCEEDED"),
        (zipped({f"classes/{n}.cls": "" for n in range(10_001)}), "LIMIT_EXCEEDED"),
    ],
    ids=["empty", "garbage", "outside", "bomb", "many"],
)
def test_zips_that_are_not_taken(api: httpx.Client, packed: bytes, code: str) -> None:
    result = deploy(api, packed)

    assert (result["status"], result["errorStatusCode"]) == ("Failed", code)
    assert result["errorMessage"]


def test_requests_that_make_no_sense(api: httpx.Client) -> None:
    packed = zipped(seats())

    assert start(api, packed, checkOnly="perhaps").status_code == 400
    assert start(api, packed, testLevel="SomeTests").status_code == 400
    assert start(api, packed, testLevel="RunSpecifiedTests").status_code == 400
    assert api.post("metadata/deployRequest", content=b"x").status_code == 415
    assert api.post("metadata/deployRequest", json={}).status_code == 400
    assert api.post("metadata/deployRequest", files={"a": ("a", b"{")}).status_code == 201
    assert api.get("metadata/deployRequest/0Af000000000000AAA").status_code == 404
    assert api.get("metadata/deployRequest/nonsense").status_code == 404


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


def test_custom_metadata_and_settings(api: httpx.Client) -> None:
    route = document(
        "CustomObject",
        f"{custom_field('Path__c', 'Text', length=80)}"
        "<label>Route</label><pluralLabel>Routes</pluralLabel>",
    )
    record = document(
        "CustomMetadata",
        "<label>Main</label><protected>false</protected><values>"
        '<field>Path__c</field><value xsi:type="xsd:string" '
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema">/in</value></values>',
    )
    setting = document(
        "CustomObject",
        f"<customSettingsType>Hierarchy</customSettingsType>"
        f"{custom_field('On__c', 'Checkbox', defaultValue='false')}"
        "<label>Switch</label>",
    )
    result = deploy(
        api,
        {
            "package.xml": manifest(
                CustomObject=["Route__mdt", "Switch__c"], CustomMetadata=["Route.Main"]
            ),
            "objects/Route__mdt.object": route,
            "objects/Switch__c.object": setting,
            "customMetadata/Route.Main.md": record,
        },
    )
    assert problems(result) == {}

    found = query(api, "SELECT DeveloperName, MasterLabel, Path__c FROM Route__mdt")[0]
    assert (found["DeveloperName"], found["MasterLabel"], found["Path__c"]) == (
        "Main",
        "Main",
        "/in",
    )
    assert api.post("sobjects/Route__mdt", json={"MasterLabel": "No"}).status_code == 400
    described = api.get("sobjects/Switch__c/describe").json()
    assert described["customSetting"] is True
    create(api, "Switch__c", On__c=True)


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
