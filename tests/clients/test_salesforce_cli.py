"""The Salesforce CLI, as its makers ship it, against a simulated org over https."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from salesforce_simulator.server import Simulator
from tests.clients.conftest import ADMIN, ONLOOKER_TOKEN, ROBOT, SalesforceCli
from tests.simulator.packages import document

ROWS, BAD = 5_000, (7, 99, 4_000)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project in source format: an object, fields, a permission set, a class."""
    settings = {
        "packageDirectories": [{"path": "app", "default": True}],
        "sourceApiVersion": "62.0",
    }
    files = {
        "sfdx-project.json": json.dumps(settings),
        "app/objects/Seat__c/Seat__c.object-meta.xml": document(
            "CustomObject",
            "<deploymentStatus>Deployed</deploymentStatus><label>Seat</label><nameField>"
            "<label>Seat Name</label><type>Text</type></nameField>"
            "<pluralLabel>Seats</pluralLabel><sharingModel>ReadWrite</sharingModel>",
        ),
        "app/objects/Seat__c/fields/Row__c.field-meta.xml": document(
            "CustomField",
            "<fullName>Row__c</fullName><externalId>true</externalId><label>Row</label>"
            "<length>20</length><type>Text</type>",
        ),
        "app/objects/Contact/fields/Seat__c.field-meta.xml": document(
            "CustomField",
            "<fullName>Seat__c</fullName><label>Seat</label><referenceTo>Seat__c</referenceTo>"
            "<relationshipName>Contacts</relationshipName><type>Lookup</type>",
        ),
        "app/permissionsets/Seats.permissionset-meta.xml": document(
            "PermissionSet",
            "<fieldPermissions><editable>true</editable><field>Seat__c.Row__c</field>"
            "<readable>true</readable></fieldPermissions><label>Seats</label>",
        ),
        "app/classes/SeatPlan.cls": "public with sharing class SeatPlan {\n}\n",
        "app/classes/SeatPlan.cls-meta.xml": document(
            "ApexClass", "<apiVersion>62.0</apiVersion><status>Active</status>"
        ),
    }
    for name, text in files.items():
        path = tmp_path / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path / "project"


def write_rows(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    return path


def deploy(sf: SalesforceCli, project: Path, *options: str) -> dict[str, Any]:
    said = sf("project", "deploy", "start", "--source-dir", "app", *options, "--json", cwd=project)
    answer: dict[str, Any] = said.json
    return answer


def test_who_is_signed_in(sf: SalesforceCli, simulator: Simulator) -> None:
    shown = sf("org", "display", "--json").result

    assert (shown["username"], shown["id"]) == (ADMIN, simulator.org.id)
    assert shown["connectedStatus"] == "Connected"


def test_a_wrong_token_is_refused(sf: SalesforceCli, simulator: Simulator) -> None:
    said = sf(
        *("org", "login", "access-token", "--instance-url", simulator.url),
        *("--no-prompt", "--alias", "nobody", "--json"),
        SF_ACCESS_TOKEN="00D5Y0000000001!AQEAQnotASession",
    )

    assert said.code != 0
    assert said.json["status"] == 1 and "Bad_OAuth_Token" in said.json["message"]


def test_signing_in_with_a_key(sf: SalesforceCli, simulator: Simulator, tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    file = tmp_path / "server.key"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )

    said = sf(
        *("org", "login", "jwt", "--client-id", "PlatformCLI", "--jwt-key-file", str(file)),
        *("--username", ROBOT, "--instance-url", simulator.url, "--alias", "jwt", "--json"),
    )

    assert said.result["username"] == ROBOT
    assert simulator.calls.matching(method="POST", path="/services/oauth2/token")


def test_objects(sf: SalesforceCli) -> None:
    assert {"Account", "Contact", "Lead"} <= set(sf("sobject", "list", "--json").result)
    described = sf("sobject", "describe", "--sobject", "Contact", "--json").result
    assert described["keyPrefix"] == "003"
    assert "Key__c" in {each["name"] for each in described["fields"]}


def test_one_record_from_its_creation_to_its_end(sf: SalesforceCli) -> None:
    one = ("--sobject", "Contact", "--json")
    made = sf("data", "create", "record", *one, "--values", "LastName='Le Goff' Key__c=one").result
    chosen = ("--record-id", made["id"], *one)

    sf("data", "update", "record", *chosen, "--values", "FirstName=Zoé").result  # noqa: B018
    read = sf("data", "get", "record", *chosen).result
    assert (read["FirstName"], read["LastName"]) == ("Zoé", "Le Goff")
    twice = sf("data", "create", "record", *one, "--values", "LastName=Twin Key__c=one")
    assert twice.code != 0 and "DUPLICATE_VALUE" in twice.output
    sf("data", "delete", "record", *chosen).result  # noqa: B018
    assert sf("data", "get", "record", *chosen).code != 0


def test_queries_as_json_and_csv(sf: SalesforceCli) -> None:
    values = "LastName=Durand Email=durand@b.example"
    sf("data", "create", "record", "--sobject", "Contact", "--values", values, "--json")
    asked = ("data", "query", "--query", "SELECT LastName, Email, Account.Name FROM Contact "
             "WHERE Email = 'durand@b.example'")  # fmt: skip

    assert sf(*asked, "--json").result["records"][0]["LastName"] == "Durand"
    table = sf(*asked, "--result-format", "csv")
    assert table.code == 0, table.output
    assert "LastName,Email,Account.Name" in table.output
    assert "Durand,durand@b.example," in table.output


def test_a_query_of_several_pages(sf: SalesforceCli, simulator: Simulator) -> None:
    jo = simulator.representative()
    for number in range(4_100):
        jo.create("Lead", {"LastName": f"Page {number}", "Company": "x"})

    found = sf("data", "query", "--query", "SELECT LastName FROM Lead", "--json").result

    assert (found["totalSize"], len(found["records"])) == (4_100, 4_100)
    assert len({record["LastName"] for record in found["records"]}) == 4_100


def test_a_collection_with_one_bad_row(sf: SalesforceCli) -> None:
    body = {
        "allOrNone": False,
        "records": [
            {"attributes": {"type": "Contact"}, "LastName": "Good"},
            {"attributes": {"type": "Contact"}, "LastName": "Bad", "Email": "nobody"},
        ],
    }
    said = sf(
        *("api", "request", "rest", "/services/data/v62.0/composite/sobjects"),
        *("--method", "POST", "--body", json.dumps(body)),
    )

    good, bad = json.loads(said.output[said.output.index("[") :])
    assert good["success"] is True
    assert bad["errors"][0]["statusCode"] == "INVALID_EMAIL_ADDRESS"


def test_a_query_that_makes_no_sense(sf: SalesforceCli) -> None:
    said = sf("data", "query", "--query", "SELECT Nothing FROM Contact", "--json")

    assert said.code != 0
    assert "No such column 'Nothing' on entity 'Contact'" in said.json["message"]


def test_a_bulk_upsert_with_three_bad_rows(
    sf: SalesforceCli, simulator: Simulator, tmp_path: Path
) -> None:
    rows = [["LastName", "Key__c", "Email"]]
    for number in range(ROWS):
        email = "no address" if number in BAD else f"n{number}@b.example"
        rows.append([f"Name {number}", f"bulk-{number}", email])
    file = write_rows(tmp_path / "rows.csv", rows)

    said = sf(
        *("data", "upsert", "bulk", "--sobject", "Contact", "--file", str(file)),
        *("--external-id", "Key__c", "--wait", "2", "--json"),
    )

    assert "failed to process 3 records" in said.json["message"]
    found = {row.get("Key__c") for row in simulator.org.store("Contact").live.values()}
    missing = {f"bulk-{number}" for number in range(ROWS)} - found
    assert missing == {f"bulk-{number}" for number in BAD}
    results = sf("data", "bulk", "results", "--job-id", said.json["data"]["jobId"], "--json").result
    assert (results["processedRecords"], results["failedRecords"]) == (ROWS, len(BAD))


def test_bulk_export_and_import(sf: SalesforceCli, simulator: Simulator, tmp_path: Path) -> None:
    file = write_rows(
        tmp_path / "new.csv", [["LastName", "Key__c"], ['Éa, "b"', "i-1"], ["B", "i-2"]]
    )
    sent = sf(
        *("data", "import", "bulk", "--sobject", "Contact", "--file", str(file)),
        *("--wait", "2", "--json"),
    ).result
    assert int(sent["processedRecords"]) == 2

    out = tmp_path / "out.csv"
    query = "SELECT LastName, Key__c FROM Contact WHERE Key__c LIKE 'i-%' ORDER BY Key__c"
    got = sf(
        *("data", "export", "bulk", "--query", query, "--output-file", str(out)),
        *("--wait", "2", "--json"),
    ).result
    assert got["totalSize"] == 2
    with out.open(encoding="utf-8", newline="") as written:
        assert next(csv.DictReader(written)) == {"LastName": 'Éa, "b"', "Key__c": "i-1"}


def test_any_address_of_the_api(sf: SalesforceCli) -> None:
    said = sf("api", "request", "rest", "/services/data/v62.0/limits")

    assert said.json["DailyApiRequests"]["Max"] > 0


def test_a_project_is_validated_deployed_and_retrieved(
    sf: SalesforceCli, simulator: Simulator, project: Path
) -> None:
    dry = deploy(sf, project, "--dry-run")
    assert (dry["status"], dry["result"]["checkOnly"]) == (0, True), dry
    assert simulator.org.schema.find("Seat__c") is None

    real = deploy(sf, project)
    assert real["status"] == 0, real
    states = {each["fullName"]: each["state"] for each in real["result"]["files"]}
    assert set(states.values()) == {"Created"}
    assert {"Seat__c", "Seat__c.Row__c", "Contact.Seat__c", "Seats", "SeatPlan"} <= set(states)
    values = "Name=Left Row__c=A-1"
    made = sf("data", "create", "record", "--sobject", "Seat__c", "--values", values, "--json")
    assert made.result["success"]

    for name in ("SeatPlan.cls", "SeatPlan.cls-meta.xml"):
        (project / "app/classes" / name).unlink()
    named = ("--metadata", "ApexClass:SeatPlan", "--metadata", "CustomObject:Seat__c")
    back = sf("project", "retrieve", "start", *named, "--json", cwd=project)
    assert back.json["status"] == 0, back.output
    text = next(project.rglob("SeatPlan.cls")).read_text(encoding="utf-8")
    assert text == "public with sharing class SeatPlan {\n}\n"


def test_an_error_is_shown_with_its_place(sf: SalesforceCli, project: Path) -> None:
    (project / "app/classes/SeatPlan.cls").write_text("public class SeatPlan {\n", encoding="utf-8")

    said = deploy(sf, project)

    assert said["status"] == 1
    failure = next(each for each in said["result"]["files"] if each["state"] == "Failed")
    assert failure["error"].startswith("Missing '}' at 'EOF'")
    assert (failure["lineNumber"], failure["problemType"]) == (2, "Error")
    assert failure["filePath"].endswith("app/classes/SeatPlan.cls")


def test_a_deployment_over_rest(sf: SalesforceCli, simulator: Simulator, project: Path) -> None:
    said = sf(
        *("project", "deploy", "start", "--source-dir", "app", "--dry-run", "--json"),
        cwd=project,
        SF_ORG_METADATA_REST_DEPLOY="true",
    )

    assert said.result["status"] == "Succeeded"
    assert simulator.calls.matching(method="POST", path="metadata/deployRequest")


def test_whoever_may_not_deploy(sf: SalesforceCli, simulator: Simulator, project: Path) -> None:
    signed_in = sf(
        *("org", "login", "access-token", "--instance-url", simulator.url),
        *("--no-prompt", "--alias", "onlooker", "--json"),
        SF_ACCESS_TOKEN=ONLOOKER_TOKEN,
    )
    assert signed_in.result["username"].startswith("onlooker")

    said = deploy(sf, project, "--target-org", "onlooker")

    assert said["status"] == 1
    assert "use of the Metadata API requires a user with" in said["message"]
