"""The SOAP API beyond records: merge and conversion, describes, sessions and their limits."""

from collections.abc import Iterator

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, create, query
from tests.simulator.soap_client import Soap, connected, local_name, results, sobject, text_of


@pytest.fixture
def soap(simulator: Simulator) -> Iterator[Soap]:
    with connected(simulator) as opened:
        yield opened


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
        names = [text_of(each, "name") for each in answer.iter() if local_name(each) == "sobjects"]
        assert {"Account", "Contact", "Lead"} <= set(names)
        assert (text_of(answer, "encoding"), text_of(answer, "maxBatchSize")) == ("UTF-8", "200")

    def test_one_object_says_what_rest_says(self, soap: Soap, api: httpx.Client) -> None:
        (result,) = soap("<describeSObject><sObjectType>contact</sObjectType></describeSObject>")
        described = api.get("sobjects/Contact/describe").json()

        fields = [each for each in result if local_name(each) == "fields"]
        assert [text_of(each, "name") for each in fields] == [
            each["name"] for each in described["fields"]
        ]
        tier = next(each for each in fields if text_of(each, "name") == "Tier__c")
        assert [
            text_of(each, "value") for each in tier if local_name(each) == "picklistValues"
        ] == [
            "A",
            "B",
        ]
        order = [local_name(each) for each in result]
        assert order == sorted(order)
        assert text_of(result, "urlDetail").endswith("/{ID}")

    def test_several_objects(self, soap: Soap) -> None:
        names = "".join(f"<sObjectType>{each}</sObjectType>" for each in ("Lead", "Account"))
        answer = soap(f"<describeSObjects>{names}</describeSObjects>")
        assert [text_of(each, "keyPrefix") for each in answer] == ["00Q", "001"]


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
        assert local_name(soap("<getUserInfo/>")) == "getUserInfoResponse"
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
        with Simulator(seed={**SEED, **seed}) as strict, connected(strict) as soap:
            first = sobject("Contact", LastName="Durand", Email="d@example.com")
            second = sobject("Contact", LastName="Dupont", Email="d@example.com")
            soap(f"<create>{first}</create>")
            (refused,) = results(soap(f"<create>{second}</create>"))
            header = "<DuplicateRuleHeader><allowSave>true</allowSave></DuplicateRuleHeader>"
            (saved,) = results(soap(f"<create>{second}</create>", header=header))

        assert refused["errors"]["statusCode"] == "DUPLICATES_DETECTED"
        assert saved["success"] == "true"
