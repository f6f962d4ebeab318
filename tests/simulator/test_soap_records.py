"""The SOAP API's operations on records, as partner and as enterprise clients send them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, TLS, client, create, query

PARTNER = "urn:partner.soap.sforce.com"
BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
ENVELOPE = (
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="{namespace}">'
    "<soapenv:Header><SessionHeader><sessionId>{session}</sessionId></SessionHeader>{header}"
    "</soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
)


@dataclass
class Soap:
    """Calls one of the two APIs; gives the body's only element, or the fault as (code, text)."""

    http: httpx.Client
    session: str
    api: str = "u"

    def __call__(self, body: str, *, header: str = "") -> Element:
        answer = self.send(body, header=header)
        assert answer.status_code == 200, answer.text
        content = ElementTree.fromstring(answer.content).find(BODY)
        assert content is not None
        return content[0]

    def fault(self, body: str, *, header: str = "") -> tuple[str, str]:
        answer = self.send(body, header=header)
        assert answer.status_code == 500, answer.text
        root = ElementTree.fromstring(answer.content)
        return _text(root, "faultcode"), _text(root, "faultstring")

    def send(self, body: str, *, header: str = "") -> httpx.Response:
        namespace = PARTNER if self.api == "u" else "urn:enterprise.soap.sforce.com"
        content = ENVELOPE.format(
            namespace=namespace, session=self.session, header=header, body=body
        )
        headers = {"Content-Type": "text/xml; charset=UTF-8", "SOAPAction": '""'}
        return self.http.post(f"/services/Soap/{self.api}/62.0", content=content, headers=headers)


@pytest.fixture
def soap(simulator: Simulator) -> Iterator[Soap]:
    with client(simulator) as signed_in:
        token = signed_in.headers["Authorization"].removeprefix("Bearer ")
    with httpx.Client(base_url=simulator.url, verify=TLS) as opened:
        yield Soap(opened, token)


@pytest.fixture
def enterprise(soap: Soap) -> Soap:
    return Soap(soap.http, soap.session, api="c")


def sobject(name: str, tag: str = "sObjects", **values: Any) -> str:
    inner = "".join(f"<{field}>{value}</{field}>" for field, value in values.items())
    return f"<{tag}><type>{name}</type>{inner}</{tag}>"


def ids(*record_ids: str) -> str:
    return "".join(f"<ids>{each}</ids>" for each in record_ids)


def results(answer: Element) -> list[dict[str, Any]]:
    """Each result as {element: text}, errors as a list of such."""
    return [_told(each) for each in answer if _local(each) == "result"]


def records(answer: Element) -> list[dict[str, str | None]]:
    return [
        {_local(each): each.text for each in record}
        for record in answer.iter()
        if _local(record) in {"records", "record"}
    ]


class TestFinding:
    def test_a_partner_record_says_type_and_id_before_its_fields(
        self, soap: Soap, api: httpx.Client
    ) -> None:
        account = create(api, "Account", Name="A & B", Ext__c="A-1")
        contact = create(api, "Contact", LastName="Durand", AccountId=account, DoNotCall=True)
        text = "SELECT Id, LastName, Phone, DoNotCall, Account.Name FROM Contact"
        (result,) = soap(f"<query><queryString>{text}</queryString></query>")

        assert [_local(each) for each in result] == ["done", "queryLocator", "records", "size"]
        record = result[2]
        assert record.get(f"{XSI}type") == "sf:sObject"
        assert [(_local(each), each.text) for each in record] == [
            ("type", "Contact"),
            ("Id", contact),
            ("Id", contact),
            ("LastName", "Durand"),
            ("Phone", None),
            ("DoNotCall", "true"),
            ("Account", None),
        ]
        assert record[4].get(f"{XSI}nil") == "true"
        assert [(_local(each), each.text) for each in record[6]] == [
            ("type", "Account"),
            ("Id", None),
            ("Name", "A & B"),
        ]

    def test_an_enterprise_record_is_of_its_own_type(
        self, enterprise: Soap, api: httpx.Client
    ) -> None:
        create(api, "Contact", LastName="Durand", Seen__c="2026-11-22T10:55:53Z")
        text = "SELECT LastName, Seen__c FROM Contact"
        (result,) = enterprise(f"<query><queryString>{text}</queryString></query>")

        assert result[2].get(f"{XSI}type") == "sf:Contact"
        assert records(result) == [{"LastName": "Durand", "Seen__c": "2026-11-22T10:55:53.000Z"}]

    def test_pages_follow_by_locator(self, soap: Soap, simulator: Simulator) -> None:
        jo = simulator.representative()
        for number in range(450):
            jo.create("Contact", {"LastName": f"n{number:03}"})
        header = "<QueryOptions><batchSize>200</batchSize></QueryOptions>"
        text = "SELECT LastName FROM Contact ORDER BY LastName"
        answer = soap(f"<query><queryString>{text}</queryString></query>", header=header)
        found = records(answer)
        while _text(answer, "done") == "false":
            locator = _text(answer, "queryLocator")
            answer = soap(f"<queryMore><queryLocator>{locator}</queryLocator></queryMore>")
            found += records(answer)

        assert [each["LastName"] for each in found] == [f"n{number:03}" for number in range(450)]
        assert _text(answer, "size") == "450"
        assert _text(answer, "queryLocator") == ""

    def test_deleted_records_counts_and_children(self, soap: Soap, api: httpx.Client) -> None:
        account = create(api, "Account", Name="Acme")
        for name in ("Durand", "Silva"):
            create(api, "Contact", LastName=name, AccountId=account)
        gone = create(api, "Contact", LastName="Gone")
        api.delete(f"sobjects/Contact/{gone}")

        def run(text: str, operation: str = "query") -> Element:
            return soap(f"<{operation}><queryString>{text}</queryString></{operation}>")

        every = records(run("SELECT LastName FROM Contact", "queryAll"))
        assert {each["LastName"] for each in every} == {"Durand", "Silva", "Gone"}
        assert _text(run("SELECT COUNT() FROM Contact"), "size") == "2"
        counted = run("SELECT AccountId, COUNT(Id) n FROM Contact GROUP BY AccountId")
        assert records(counted)[0] == {
            "type": "AggregateResult",
            "Id": None,
            "AccountId": account,
            "n": "2",
        }
        nested = run("SELECT Name, (SELECT LastName FROM Contacts) FROM Account")
        assert [each.get("LastName") for each in records(nested)[1:]] == ["Durand", "Silva"]

    def test_retrieve_keeps_the_order_and_says_what_is_not_there(
        self, soap: Soap, api: httpx.Client
    ) -> None:
        first, second = (create(api, "Contact", LastName=each) for each in ("Durand", "Silva"))
        body = (
            "<retrieve><fieldList>Id, LastName</fieldList><sObjectType>Contact</sObjectType>"
            f"{ids(second, '003000000000099', first)}</retrieve>"
        )
        answer = soap(body)

        assert [_text(each, "LastName") for each in answer] == ["Silva", "", "Durand"]
        assert answer[1].get(f"{XSI}nil") == "true"

    def test_search(self, soap: Soap, api: httpx.Client) -> None:
        create(api, "Contact", LastName="Durand")
        create(api, "Lead", LastName="Durand", Company="Acme")
        text = escape("FIND {Durand} RETURNING Contact(LastName), Lead(Company)")
        found = records(soap(f"<search><searchString>{text}</searchString></search>"))

        assert [each["type"] for each in found] == ["Contact", "Lead"]
        assert found[1]["Company"] == "Acme"

    def test_what_changed_when(self, soap: Soap, api: httpx.Client, simulator: Simulator) -> None:
        kept, gone = (create(api, "Contact", LastName=each) for each in ("Kept", "Gone"))
        api.delete(f"sobjects/Contact/{gone}")
        now = simulator.org.clock()
        span = (
            "<sObjectType>Contact</sObjectType>"
            f"<startDate>{now - timedelta(minutes=5):%Y-%m-%dT%H:%M:%S.000Z}</startDate>"
            f"<endDate>{now + timedelta(minutes=2):%Y-%m-%dT%H:%M:%S.000Z}</endDate>"
        )
        simulator.org.clock = lambda: now + timedelta(minutes=2)

        updated = soap(f"<getUpdated>{span}</getUpdated>")
        deleted = soap(f"<getDeleted>{span}</getDeleted>")

        assert _text(updated, "ids") == kept
        assert _text(updated, "latestDateCovered").endswith(".000Z")
        assert _text(deleted, "id") == gone
        assert [_local(each) for each in deleted[0]] == [
            "deletedRecords",
            "earliestDateAvailable",
            "latestDateCovered",
        ]

    @pytest.mark.parametrize(
        ("body", "code"),
        [
            ("<query><queryString>SELEKT</queryString></query>", "MALFORMED_QUERY"),
            ("<query><queryString>SELECT x FROM Contact</queryString></query>", "INVALID_FIELD"),
            ("<query><queryString>SELECT Id FROM Nope</queryString></query>", "INVALID_TYPE"),
            ("<query/>", "MALFORMED_QUERY"),
            ("<queryMore><queryLocator>0r8-1</queryLocator></queryMore>", "INVALID_QUERY_LOCATOR"),
            ("<search><searchString>x</searchString></search>", "MALFORMED_SEARCH"),
            ("<create><sObjects><type>Nope</type></sObjects></create>", "INVALID_TYPE"),
            ("<describeSObject><sObjectType>Nope</sObjectType></describeSObject>", "INVALID_TYPE"),
        ],
    )
    def test_what_makes_no_sense_is_a_fault_of_its_kind(
        self, soap: Soap, body: str, code: str
    ) -> None:
        found, words = soap.fault(body)

        assert found == f"sf:{code}"
        assert words.startswith(f"{code}: ")


class TestSaving:
    def test_one_bad_record_of_three(self, soap: Soap, api: httpx.Client) -> None:
        body = (
            sobject("Contact", LastName="Durand", Email="D@Example.com")
            + sobject("Contact", FirstName="x")
            + sobject("Account", Name="Acme &amp; Co")
        )
        first, second, third = results(soap(f"<create>{body}</create>"))

        assert (first["success"], first["id"][:3]) == ("true", "003")
        assert (second["success"], second["id"]) == ("false", None)
        assert second["errors"] == {
            "fields": "LastName",
            "message": "Required fields are missing: [LastName]",
            "statusCode": "REQUIRED_FIELD_MISSING",
        }
        assert (third["success"], third["id"][:3]) == ("true", "001")
        assert query(api, "SELECT Email FROM Contact")[0]["Email"] == "d@example.com"

    def test_all_or_none(self, soap: Soap, api: httpx.Client) -> None:
        header = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>"
        body = sobject("Contact", LastName="Durand") + sobject("Contact", FirstName="x")
        told = results(soap(f"<create>{body}</create>", header=header))

        assert [each["errors"]["statusCode"] for each in told] == [
            "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            "REQUIRED_FIELD_MISSING",
        ]
        assert query(api, "SELECT Id FROM Contact") == []

    def test_update_with_nulls_and_parents(self, soap: Soap, api: httpx.Client) -> None:
        create(api, "Account", Name="Acme", Ext__c="A-1")
        contact = create(api, "Contact", LastName="Durand", Phone="1", Title="x", Fax="2")
        body = (
            f"<sObjects><type>Contact</type><fieldsToNull>Phone</fieldsToNull><Id>{contact}</Id>"
            '<Fax xsi:nil="true"/><Title>CEO</Title>'
            "<Account><type>Account</type><Ext__c>A-1</Ext__c></Account></sObjects>"
        )
        (told,) = results(soap(f"<update>{body}</update>"))

        assert told == {"id": contact, "success": "true"}
        (found,) = query(api, "SELECT Phone, Fax, Title, Account.Name FROM Contact")
        assert (found["Phone"], found["Fax"], found["Title"]) == (None, "2", "CEO")
        assert found["Account"]["Name"] == "Acme"

    def test_an_enterprise_client_names_the_type_by_an_attribute(
        self, enterprise: Soap, api: httpx.Client
    ) -> None:
        body = (
            '<sObjects xmlns:o="urn:x" xsi:type="o:Contact"><LastName>Durand</LastName></sObjects>'
        )
        (told,) = results(enterprise(f"<create>{body}</create>"))
        assert query(api, "SELECT Id FROM Contact")[0]["Id"] == told["id"]

    def test_upsert(self, soap: Soap) -> None:
        def upsert(*names: str) -> list[dict[str, Any]]:
            rows = "".join(sobject("Contact", Key__c=f"k-{each}", LastName=each) for each in names)
            key = "<externalIDFieldName>Key__c</externalIDFieldName>"
            return results(soap(f"<upsert>{key}{rows}</upsert>"))

        (made,) = upsert("Durand")
        again, other = upsert("Durand", "Silva")

        assert (made["created"], again["created"], other["created"]) == ("true", "false", "true")
        assert again["id"] == made["id"]

    def test_delete_undelete_and_empty_the_bin(self, soap: Soap, api: httpx.Client) -> None:
        contact = create(api, "Contact", LastName="Durand")
        lead = create(api, "Lead", LastName="Silva", Company="Acme")

        told = results(soap(f"<delete>{ids(contact, lead, contact)}</delete>"))
        assert [each["success"] for each in told] == ["true", "true", "false"]
        assert told[2]["errors"]["statusCode"] == "ENTITY_IS_DELETED"

        told = results(soap(f"<undelete>{ids(contact, contact)}</undelete>"))
        assert [each["success"] for each in told] == ["true", "false"]
        assert told[1]["errors"]["statusCode"] == "UNDELETE_FAILED"
        assert [each["Id"] for each in query(api, "SELECT Id FROM Contact")] == [contact]

        told = results(soap(f"<emptyRecycleBin>{ids(lead, contact, 'x')}</emptyRecycleBin>"))
        assert [each["success"] for each in told] == ["true", "false", "false"]
        assert query(api, "SELECT Id FROM Lead", deleted=True) == []

    def test_undelete_all_or_none(self, soap: Soap, api: httpx.Client) -> None:
        contact = create(api, "Contact", LastName="Durand")
        api.delete(f"sobjects/Contact/{contact}")
        header = "<AllOrNoneHeader><allOrNone>true</allOrNone></AllOrNoneHeader>"

        told = results(
            soap(f"<undelete>{ids(contact, '003000000000099')}</undelete>", header=header)
        )

        assert [each["errors"]["statusCode"] for each in told] == [
            "ALL_OR_NONE_OPERATION_ROLLED_BACK",
            "UNDELETE_FAILED",
        ]
        assert query(api, "SELECT Id FROM Contact") == []

    def test_a_long_text_is_refused_or_cut_as_the_header_wishes(
        self, soap: Soap, api: httpx.Client
    ) -> None:
        body = f"<create>{sobject('Contact', LastName='x' * 90)}</create>"
        header = (
            "<AllowFieldTruncationHeader><allowFieldTruncation>true</allowFieldTruncation>"
            "</AllowFieldTruncationHeader>"
        )
        (refused,) = results(soap(body))
        (cut,) = results(soap(body, header=header))

        assert refused["errors"]["statusCode"] == "STRING_TOO_LONG"
        assert api.get(f"sobjects/Contact/{cut['id']}").json()["LastName"] == "x" * 80

    def test_a_value_of_the_wrong_type_is_a_fault_of_the_client(self, soap: Soap) -> None:
        body = sobject("Contact", LastName="x", Birthdate="31/12")
        code, words = soap.fault(f"<create>{body}</create>")
        assert code == "soapenv:Client"
        assert "31/12" in words

    def test_more_than_two_hundred(self, soap: Soap) -> None:
        rows = sobject("Contact", LastName="x") * 201
        many = ids(*["003000000000001"] * 201)
        for body in (
            f"<create>{rows}</create>",
            f"<delete>{many}</delete>",
            f"<undelete>{many}</undelete>",
        ):
            assert soap.fault(body)[0] == "sf:EXCEEDED_ID_LIMIT"

    def test_an_upsert_of_nothing_and_of_two_types(self, soap: Soap) -> None:
        assert results(soap("<upsert/>")) == []
        two = sobject("Contact", LastName="x") + sobject("Account", Name="x")
        assert soap.fault(f"<upsert>{two}</upsert>")[0] == "sf:INVALID_TYPE"


class TestLifecycle:
    def merge(self, master: str, *losers: str, name: str = "Contact", **values: str) -> str:
        gone = "".join(f"<recordToMergeIds>{each}</recordToMergeIds>" for each in losers)
        record = sobject(name, "masterRecord", Id=master, **values)
        return f"<merge><request>{record}{gone}</request></merge>"

    def test_merge_of_contacts(self, soap: Soap, api: httpx.Client) -> None:
        master, first, second = (create(api, "Contact", LastName=each) for each in "abc")
        create(api, "Contact", LastName="report", ReportsToId=first)

        (told,) = results(soap(self.merge(master, first, second, Title="CEO")))

        assert (told["id"], told["success"]) == (master, "true")
        assert told["mergedRecordIds"] == [first, second]
        gone = query(
            api, "SELECT Id, MasterRecordId FROM Contact WHERE IsDeleted = TRUE", deleted=True
        )
        assert {each["MasterRecordId"] for each in gone} == {master}
        assert api.get(f"sobjects/Contact/{master}").json()["Title"] == "CEO"
        (report,) = query(api, "SELECT Id, ReportsToId FROM Contact WHERE LastName = 'report'")
        assert (told["updatedRelatedIds"], report["ReportsToId"]) == (report["Id"], master)

    def test_merge_of_accounts_moves_their_contacts(self, soap: Soap, api: httpx.Client) -> None:
        master, loser = (create(api, "Account", Name=each) for each in "ab")
        contact = create(api, "Contact", LastName="x", AccountId=loser)

        (told,) = results(soap(self.merge(master, loser, name="Account")))

        assert told["updatedRelatedIds"] == contact
        assert api.get(f"sobjects/Contact/{contact}").json()["AccountId"] == master

    def test_a_merge_that_cannot_be(self, soap: Soap, api: httpx.Client) -> None:
        master, loser = (create(api, "Contact", LastName=each) for each in "ab")
        four = self.merge(master, *[loser] * 3)
        unknown = self.merge(master, "003000000000099")
        user = self.merge("005000000000001", "005000000000002", name="User")
        for body, code in (
            (four, "INVALID_NUMBER_OF_RECORDS"),
            (unknown, "INVALID_CROSS_REFERENCE_KEY"),
            (user, "INVALID_TYPE"),
        ):
            (told,) = results(soap(body))
            assert (told["success"], told["errors"]["statusCode"]) == ("false", code)
        assert len(query(api, "SELECT Id FROM Contact")) == 2

    def convert(self, lead: str, **wish: str) -> str:
        wish = {"convertedStatus": "Closed - Converted", "leadId": lead, **wish}
        inner = "".join(f"<{name}>{value}</{name}>" for name, value in wish.items())
        return f"<leadConverts>{inner}</leadConverts>"

    def test_several_leads_are_converted(self, soap: Soap, api: httpx.Client) -> None:
        first, second = (
            create(api, "Lead", LastName=each, Company="Acme", LeadSource="Web") for each in "ab"
        )
        account = create(api, "Account", Name="Known")
        contact = create(
            api, "Contact", LastName="Known", AccountId=account, LeadSource="Other", Phone="1"
        )
        body = self.convert(first, doNotCreateOpportunity="true") + self.convert(
            second, accountId=account, contactId=contact, overwriteLeadSource="true"
        )
        made, joined = results(soap(f"<convertLead>{body}</convertLead>"))

        assert (made["success"], made["leadId"], made["opportunityId"]) == ("true", first, None)
        assert (joined["accountId"], joined["contactId"]) == (account, contact)
        lead = api.get(f"sobjects/Lead/{first}").json()
        assert (lead["ConvertedContactId"], lead["Status"]) == (
            made["contactId"],
            "Closed - Converted",
        )
        known = api.get(f"sobjects/Contact/{contact}").json()
        assert (known["LeadSource"], known["Phone"]) == ("Web", "1")

    def test_the_new_records_have_the_owner_wished(
        self, soap: Soap, api: httpx.Client, simulator: Simulator
    ) -> None:
        jo = simulator.org.users.find("jo.martin@simulated.example")
        assert jo is not None
        lead = create(api, "Lead", LastName="x", Company="Acme")
        (made,) = results(
            soap(f"<convertLead>{self.convert(lead, ownerId=jo['Id'])}</convertLead>")
        )
        for name, record_id in (("Account", made["accountId"]), ("Contact", made["contactId"])):
            assert api.get(f"sobjects/{name}/{record_id}").json()["OwnerId"] == jo["Id"]

    @pytest.mark.parametrize(
        ("wish", "code"),
        [
            ({"convertedStatus": "Open - Not Contacted"}, "INVALID_STATUS"),
            ({"leadId": "00Q000000000099"}, "INVALID_CROSS_REFERENCE_KEY"),
            ({"opportunityId": "006000000000001"}, "INVALID_CROSS_REFERENCE_KEY"),
            ({"accountId": "001000000000099"}, "INVALID_CROSS_REFERENCE_KEY"),
        ],
    )
    def test_a_conversion_that_cannot_be_changes_nothing(
        self, soap: Soap, api: httpx.Client, wish: dict[str, str], code: str
    ) -> None:
        lead = create(api, "Lead", LastName="x", Company="Acme")
        (told,) = results(
            soap(f"<convertLead>{self.convert(**{'lead': lead, **wish})}</convertLead>")
        )
        assert (told["success"], told["errors"]["statusCode"]) == ("false", code)
        assert query(api, "SELECT Id FROM Account") == query(api, "SELECT Id FROM Contact") == []

    def test_twice_is_refused(self, soap: Soap, api: httpx.Client) -> None:
        lead = create(api, "Lead", LastName="x", Company="Acme")
        _, again = results(soap(f"<convertLead>{self.convert(lead) * 2}</convertLead>"))
        assert again["errors"]["statusCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"


class TestDescribing:
    def test_all_objects(self, soap: Soap) -> None:
        answer = soap("<describeGlobal/>")
        names = [_text(each, "name") for each in answer.iter() if _local(each) == "sobjects"]
        assert {"Account", "Contact", "Lead"} <= set(names)
        assert (_text(answer, "encoding"), _text(answer, "maxBatchSize")) == ("UTF-8", "200")

    def test_one_object_says_what_rest_says(self, soap: Soap, api: httpx.Client) -> None:
        (result,) = soap("<describeSObject><sObjectType>contact</sObjectType></describeSObject>")
        described = api.get("sobjects/Contact/describe").json()

        fields = [each for each in result if _local(each) == "fields"]
        assert [_text(each, "name") for each in fields] == [
            each["name"] for each in described["fields"]
        ]
        tier = next(each for each in fields if _text(each, "name") == "Tier__c")
        assert [_text(each, "value") for each in tier if _local(each) == "picklistValues"] == [
            "A",
            "B",
        ]
        order = [_local(each) for each in result]
        assert order == sorted(order)
        assert _text(result, "urlDetail").endswith("/{ID}")

    def test_several_objects(self, soap: Soap) -> None:
        names = "".join(f"<sObjectType>{each}</sObjectType>" for each in ("Lead", "Account"))
        answer = soap(f"<describeSObjects>{names}</describeSObjects>")
        assert [_text(each, "keyPrefix") for each in answer] == ["00Q", "001"]


class TestSessions:
    def test_calls_are_metered_and_the_answer_says_so(
        self, soap: Soap, simulator: Simulator
    ) -> None:
        before = simulator.org.usage.used()
        answer = soap.send("<getServerTimestamp/>")
        assert f"<current>{before + 1}</current><limit>100000</limit>" in answer.text

        simulator.org.usage.daily_calls = before + 1
        assert soap.fault("<getServerTimestamp/>")[0] == "sf:REQUEST_LIMIT_EXCEEDED"

    def test_a_wrong_session_and_a_planned_one(self, soap: Soap, simulator: Simulator) -> None:
        simulator.faults.add("expired_session", path="/services/Soap", times=1)
        assert soap.fault("<getUserInfo/>")[0] == "sf:INVALID_SESSION_ID"
        assert _local(soap("<getUserInfo/>")) == "getUserInfoResponse"
        soap.session = "no"
        code, words = soap.fault("<query/>")
        assert code == "sf:INVALID_SESSION_ID"
        assert words.startswith("INVALID_SESSION_ID: Invalid Session ID found in SessionHeader")

    @pytest.mark.parametrize("version", ["x", "62.5", "99.0"])
    def test_a_version_that_never_was(self, soap: Soap, version: str) -> None:
        answer = soap.http.post(f"/services/Soap/u/{version}", content=b"<a/>")
        assert "sf:UNSUPPORTED_API_VERSION" in answer.text

    def test_the_duplicate_rule_header_lets_alerts_pass(self) -> None:
        seed = {"duplicate_rules": [{"object": "Contact", "field": "Email", "action": "alert"}]}
        with Simulator(seed={**SEED, **seed}) as strict, client(strict) as signed_in:
            create(signed_in, "Contact", LastName="Durand", Email="d@example.com")
            token = signed_in.headers["Authorization"].removeprefix("Bearer ")
            with httpx.Client(base_url=strict.url, verify=TLS) as http:
                soap = Soap(http, token)
                body = sobject("Contact", LastName="Dupont", Email="d@example.com")
                (refused,) = results(soap(f"<create>{body}</create>"))
                header = "<DuplicateRuleHeader><allowSave>true</allowSave></DuplicateRuleHeader>"
                (saved,) = results(soap(f"<create>{body}</create>", header=header))

        assert refused["errors"]["statusCode"] == "DUPLICATES_DETECTED"
        assert saved["success"] == "true"


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(parent: Element, name: str) -> str:
    """The text of the first element of that name below."""
    return next((each.text or "" for each in parent.iter() if _local(each) == name), "")


def _told(element: Element) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for each in element:
        value: Any = _told(each) if len(each) else each.text
        name = _local(each)
        if name in told:
            earlier = told[name]
            told[name] = [*earlier, value] if isinstance(earlier, list) else [earlier, value]
        else:
            told[name] = value
    return told
