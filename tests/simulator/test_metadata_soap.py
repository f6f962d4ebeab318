"""The Metadata API over SOAP, as its clients send it: no library stands before its shapes."""

import base64
import io
import zipfile
from collections.abc import Callable
from xml.etree import ElementTree

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator import packages
from tests.simulator.conftest import TLS, create
from tests.simulator.packages import custom_field, seats, zipped
from tests.simulator.packages import typed as types
from tests.waiting import wait_until

_META = "{http://soap.sforce.com/2006/04/metadata}"
Ask = Callable[..., ElementTree.Element]


@pytest.fixture
def ask(simulator: Simulator, api: httpx.Client) -> Ask:
    """Send an operation and return the element of its answer; a fault comes back as it is."""
    token = api.headers["Authorization"].removeprefix("Bearer ")

    def send(
        operation: str, inner: str = "", *, session: str = token, header: str = ""
    ) -> ElementTree.Element:
        body = (
            '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
            'xmlns:m="http://soap.sforce.com/2006/04/metadata"><s:Header><m:SessionHeader>'
            f"<m:sessionId>{session}</m:sessionId></m:SessionHeader>{header}</s:Header><s:Body>"
            f'<{operation} xmlns="http://soap.sforce.com/2006/04/metadata">{inner}</{operation}>'
            "</s:Body></s:Envelope>"
        )
        answer = httpx.post(
            f"{simulator.url}/services/Soap/m/62.0", content=body.encode(), verify=TLS,
            headers={"Content-Type": "text/xml", "SOAPAction": '""'},
        )  # fmt: skip
        root = ElementTree.fromstring(answer.content)
        assert answer.status_code == (500 if root.find(".//faultcode") is not None else 200)
        return root

    return send


def texts(element: ElementTree.Element, path: str) -> list[str]:
    steps = "/".join(f"{_META}{each}" for each in path.split("/"))
    return [each.text or "" for each in element.findall(f".//{steps}")]


def fault(element: ElementTree.Element) -> str:
    code = element.find(".//faultcode")
    assert code is not None and code.text
    return code.text


def deploy(ask: Ask, packed: bytes, options: str = "") -> ElementTree.Element:
    started = ask(
        "deploy",
        f"<ZipFile>{base64.b64encode(packed).decode()}</ZipFile>"
        f"<DeployOptions>{options}</DeployOptions>",
    )
    assert texts(started, "result/done") == ["false"]
    process = texts(started, "result/id")[0]
    inner = f"<asyncProcessId>{process}</asyncProcessId><includeDetails>true</includeDetails>"
    return wait_until(
        lambda: (
            answer
            if texts(answer := ask("checkDeployStatus", inner), "result/done") == ["true"]
            else None
        )
    )


def retrieved(ask: Ask, wanted: str, **flags: str) -> tuple[dict[str, str], ElementTree.Element]:
    told = "".join(f"<{name}>{value}</{name}>" for name, value in flags.items())
    started = ask(
        "retrieve",
        f"<retrieveRequest><apiVersion>62.0</apiVersion>{told}"
        f"<unpackaged>{wanted}</unpackaged></retrieveRequest>",
    )
    process = texts(started, "result/id")[0]
    answer = ask("checkRetrieveStatus", f"<asyncProcessId>{process}</asyncProcessId>")
    packed = base64.b64decode(texts(answer, "result/zipFile")[0])
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        return {name: opened.read(name).decode() for name in opened.namelist()}, answer


def test_a_deployment_and_what_is_said_of_it(ask: Ask) -> None:
    answer = deploy(ask, zipped(seats()), "<rollbackOnError>true</rollbackOnError>")

    assert texts(answer, "result/status") == ["Succeeded"]
    assert texts(answer, "result/success") == ["true"]
    assert set(texts(answer, "details/componentSuccesses/fullName")) == {
        "package.xml", "Seat__c", "Seat__c.Row__c", "Contact.Seat__c", "SeatPlan", "Seats",
    }  # fmt: skip
    assert texts(answer, "details/componentFailures") == []
    assert texts(answer, "result/completedDate")[0].endswith("Z")


def test_what_was_deployed_is_given_back(ask: Ask) -> None:
    deploy(ask, zipped(seats()))

    wanted = types("CustomObject", "Seat__c") + types("CustomField", "Contact.Key__c")
    wanted += types("ApexClass", "*") + types("PermissionSet", "Seats", "Nobody")
    files, answer = retrieved(ask, wanted)

    assert set(files) == {
        "unpackaged/package.xml",
        "unpackaged/objects/Seat__c.object",
        "unpackaged/objects/Contact.object",
        "unpackaged/classes/SeatPlan.cls",
        "unpackaged/classes/SeatPlan.cls-meta.xml",
        "unpackaged/permissionsets/Seats.permissionset",
    }
    assert files["unpackaged/classes/SeatPlan.cls"] == "public class SeatPlan {\n}\n"
    assert "<fullName>Row__c</fullName>" in files["unpackaged/objects/Seat__c.object"]
    assert "Key__c" in files["unpackaged/objects/Contact.object"]
    assert "Seat__c" not in files["unpackaged/objects/Contact.object"]
    assert texts(answer, "messages/problem") == [
        "Entity of type 'PermissionSet' named 'Nobody' cannot be found"
    ]


def test_a_package_that_was_given_back_can_be_deployed_elsewhere(ask: Ask) -> None:
    deploy(ask, zipped(seats()))
    wanted = types("CustomObject", "*", "Contact") + types("ApexClass", "*")
    files, _ = retrieved(ask, wanted, singlePackage="true")

    with Simulator() as other:
        token = other.org.grants.open_session(
            user_id=other.org.users.first(), client_id="", scope="api"
        )
        with httpx.Client(
            base_url=f"{other.url}/services/data/v62.0/",
            headers={"Authorization": f"Bearer {token}"},
            verify=TLS,
        ) as api:
            result = packages.deploy(api, dict(files))
            assert packages.problems(result) == {}
            create(api, "Contact", LastName="Durand", Key__c="K", Score__c=1.5, Tier__c="A")
            create(api, "Seat__c", Name="Left", Row__c="A-1")


def test_types_and_lists(ask: Ask) -> None:
    deploy(ask, zipped(seats()))

    described = ask("describeMetadata", "<asOfVersion>62.0</asOfVersion>")
    assert {"ApexClass", "CustomObject", "NamedCredential"} <= set(
        texts(described, "metadataObjects/xmlName")
    )
    listed = ask(
        "listMetadata",
        "<queries><type>CustomField</type></queries><queries><type>ApexClass</type></queries>",
    )
    names = texts(listed, "result/fullName")
    assert {"Contact.Key__c", "Seat__c.Row__c", "SeatPlan"} <= set(names)
    assert (
        fault(ask("listMetadata", "<queries><type>Nonsense</type></queries>")) == "sf:INVALID_TYPE"
    )


def test_components_one_by_one(ask: Ask, api: httpx.Client) -> None:
    chair = (
        '<metadata xsi:type="CustomObject"><fullName>Chair__c</fullName><label>Chair</label>'
        "<pluralLabel>Chairs</pluralLabel><nameField><type>Text</type><label>Name</label></nameField>"
        "<deploymentStatus>Deployed</deploymentStatus><sharingModel>ReadWrite</sharingModel></metadata>"
    )
    legs = custom_field("Chair__c.Legs__c", "Number", precision=3, scale=0, inlineHelpText="Count")
    legs = legs.replace("<fields>", '<metadata xsi:type="CustomField">').replace(
        "</fields>", "</metadata>"
    )

    assert texts(ask("createMetadata", chair), "result/success") == ["true"]
    assert texts(ask("createMetadata", legs), "result/success") == ["true"]
    twice = ask("createMetadata", legs)
    assert texts(twice, "errors/statusCode") == ["DUPLICATE_DEVELOPER_NAME"]
    create(api, "Chair__c", Name="Stool", Legs__c=3)
    renamed = chair.replace("<label>Chair<", "<label>Armchair<")
    assert texts(ask("updateMetadata", renamed), "result/success") == ["true"]
    assert api.get("sobjects/Chair__c/describe").json()["label"] == "Armchair"
    read = ask("readMetadata", "<type>CustomField</type><fullNames>Chair__c.Legs__c</fullNames>")
    assert texts(read, "records/inlineHelpText") == ["Count"]
    upserted = ask("upsertMetadata", legs + legs.replace("Legs__c", "Arms__c"))
    assert texts(upserted, "result/created") == ["false", "true"]
    gone = ask(
        "deleteMetadata",
        "<type>CustomField</type><fullNames>Chair__c.Legs__c</fullNames>"
        "<fullNames>Chair__c.Wings__c</fullNames>",
    )
    assert texts(gone, "result/success") == ["true", "false"]
    assert api.post("sobjects/Chair__c", json={"Legs__c": 3}).status_code == 400


def test_all_or_none_of_several(ask: Ask, api: httpx.Client) -> None:
    field = custom_field("Contact.Shoe__c", "Text", length=3).replace("fields>", "metadata>")
    good = field.replace("<metadata>", '<metadata xsi:type="CustomField">')
    bad = good.replace("Shoe__c", "Hat__c").replace("<length>3</length>", "")
    header = "<m:AllOrNoneHeader><m:allOrNone>true</m:allOrNone></m:AllOrNoneHeader>"

    answer = ask("createMetadata", good + bad, header=header)

    assert texts(answer, "errors/statusCode") == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK", "FIELD_INTEGRITY_EXCEPTION",
    ]  # fmt: skip
    assert texts(ask("createMetadata", good + bad), "result/success") == ["true", "false"]
    create(api, "Contact", LastName="Durand", Shoe__c="42")


def test_calls_that_are_refused(ask: Ask, simulator: Simulator) -> None:
    assert fault(ask("describeMetadata", session="wrong")) == "sf:INVALID_SESSION_ID"
    assert fault(ask("launchRocket")) == "soapenv:Client"
    assert fault(ask("deploy", "<ZipFile>not base64!</ZipFile>")) == "soapenv:Client"
    assert (
        fault(ask("checkDeployStatus", "<asyncProcessId>0Af</asyncProcessId>"))
        == "sf:INVALID_ID_FIELD"
    )
    user = next(iter(simulator.org.grants.sessions.values())).user_id
    simulator.org.permissions.set(user, {"system": {"ModifyMetadata": False}})
    denied = ask("describeMetadata")
    assert fault(denied) == "sf:INSUFFICIENT_ACCESS"
    reason = denied.find(".//faultstring")
    assert reason is not None and "use of the Metadata API requires a user with" in (
        reason.text or ""
    )
