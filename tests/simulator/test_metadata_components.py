"""What each type of component does when it is deployed, and which are refused with which words."""

from typing import Any

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import create, query
from tests.simulator.packages import (
    apex,
    custom_field,
    custom_object,
    deploy,
    document,
    manifest,
    problems,
)


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


def test_a_platform_event_can_be_subscribed_to(api: httpx.Client, simulator: Simulator) -> None:
    event = document(
        "CustomObject",
        "<deploymentStatus>Deployed</deploymentStatus><eventType>HighVolume</eventType>"
        f"{custom_field('Count__c', 'Number', precision=9, scale=0)}<label>Wake</label>"
        "<pluralLabel>Wakes</pluralLabel><publishBehavior>PublishAfterCommit</publishBehavior>",
    )
    files = {
        "package.xml": manifest(CustomObject=["Wake__e"]),
        "objects/Wake__e.object": event,
    }

    assert problems(deploy(api, files)) == {}

    schema = simulator.org.events.schemas.platform["Wake__e"]
    assert "Count__c" in schema.text
