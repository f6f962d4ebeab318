"""The SOAP API's operations on records, as partner and as enterprise clients send them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import create, query
from tests.simulator.soap_client import (
    XSI,
    Soap,
    connected,
    ids,
    local_name,
    records,
    results,
    sobject,
    text_of,
)


@pytest.fixture
def soap(simulator: Simulator) -> Iterator[Soap]:
    with connected(simulator) as opened:
        yield opened


@pytest.fixture
def enterprise(soap: Soap) -> Soap:
    return Soap(soap.http, soap.session, api="c")


class TestFinding:
    def test_a_partner_record_says_type_and_id_before_its_fields(
        self, soap: Soap, api: httpx.Client
    ) -> None:
        account = create(api, "Account", Name="A & B", Ext__c="A-1")
        contact = create(api, "Contact", LastName="Durand", AccountId=account, DoNotCall=True)
        text = "SELECT Id, LastName, Phone, DoNotCall, Account.Name FROM Contact"
        (result,) = soap(f"<query><queryString>{text}</queryString></query>")

        assert [local_name(each) for each in result] == ["done", "queryLocator", "records", "size"]
        record = result[2]
        assert record.get(f"{XSI}type") == "sf:sObject"
        assert [(local_name(each), each.text) for each in record] == [
            ("type", "Contact"),
            ("Id", contact),
            ("Id", contact),
            ("LastName", "Durand"),
            ("Phone", None),
            ("DoNotCall", "true"),
            ("Account", None),
        ]
        assert record[4].get(f"{XSI}nil") == "true"
        assert [(local_name(each), each.text) for each in record[6]] == [
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
        while text_of(answer, "done") == "false":
            locator = text_of(answer, "queryLocator")
            answer = soap(f"<queryMore><queryLocator>{locator}</queryLocator></queryMore>")
            found += records(answer)

        assert [each["LastName"] for each in found] == [f"n{number:03}" for number in range(450)]
        assert text_of(answer, "size") == "450"
        assert text_of(answer, "queryLocator") == ""

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
        assert text_of(run("SELECT COUNT() FROM Contact"), "size") == "2"
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

        assert [text_of(each, "LastName") for each in answer] == ["Silva", "", "Durand"]
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

        assert text_of(updated, "ids") == kept
        assert text_of(updated, "latestDateCovered").endswith(".000Z")
        assert text_of(deleted, "id") == gone
        assert [local_name(each) for each in deleted[0]] == [
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
