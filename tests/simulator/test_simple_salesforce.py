"""simple-salesforce, a client that nobody here wrote, works against the simulator unchanged.

It speaks https only, with the hosts of the platform; an adapter below it brings those to the
simulator, which shows a certificate of its own.
"""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import simple_salesforce
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from salesforce_simulator.server import Simulator
from tests.certificates import make_certificate
from tests.simulator.conftest import SALES, SEED

# Its objects are attributes made as they are asked for, which its types do not know.
Salesforce: Any = simple_salesforce.Salesforce  # type: ignore[attr-defined]
AuthenticationFailed = simple_salesforce.exceptions.SalesforceAuthenticationFailed
SalesforceExpiredSession = simple_salesforce.exceptions.SalesforceExpiredSession
SalesforceMalformedRequest = simple_salesforce.exceptions.SalesforceMalformedRequest
SalesforceResourceNotFound = simple_salesforce.exceptions.SalesforceResourceNotFound

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
BAD_ROWS = (0, 2500, 4999)


class EveryHost(requests.adapters.HTTPAdapter):
    """Brings to the simulator whatever is meant for a host of the platform."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._netloc = urlsplit(url).netloc

    def send(self, request: requests.PreparedRequest, *args: Any, **more: Any) -> requests.Response:
        assert request.url is not None
        meant = urlsplit(request.url)
        request.headers["Host"] = meant.netloc
        request.url = meant._replace(netloc=self._netloc).geturl()
        return super().send(request, *args, **more)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def simulator(
    certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Simulator]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate[0]))
    # It asks how a job gets on every five seconds; these jobs take tenths.
    for module in ("bulk", "bulk2"):
        monkeypatch.setattr(f"simple_salesforce.{module}.sleep", lambda _: time.sleep(0.02))
    public = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signing = {
        "client_id": "signing",
        "client_secret": "s",
        "flows": ["jwt"],
        "certificate": public.decode(),
    }
    seed = {**SEED, "apps": [*SEED["apps"], signing]}
    with Simulator(seed=seed, tls=certificate) as running:
        yield running


@pytest.fixture
def connect(simulator: Simulator) -> Callable[..., Any]:
    """Makes a client from what its user knows."""

    def make(**known: str) -> Any:
        session = requests.Session()
        session.mount("https://", EveryHost(simulator.url))
        return Salesforce(session=session, **known)

    return make


@pytest.fixture
def sf(connect: Callable[..., Any]) -> Any:
    return connect(consumer_key="app", consumer_secret="app-secret", domain="org.my")


class TestSigningIn:
    def test_password_and_security_token(self, connect: Callable[..., Any]) -> None:
        sf = connect(username=SALES, password="sales-pass", security_token="TOK")
        created = sf.Contact.create({"LastName": "Durand"})
        assert sf.Contact.get(created["id"])["LastName"] == "Durand"

    def test_client_credentials(self, sf: Any) -> None:
        assert sf.query("SELECT COUNT() FROM Contact")["totalSize"] == 0

    def test_a_signed_assertion(self, connect: Callable[..., Any]) -> None:
        private = KEY.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        sf = connect(username=SALES, consumer_key="signing", privatekey=private.decode())
        assert sf.query("SELECT COUNT() FROM Contact")["totalSize"] == 0

    @pytest.mark.parametrize(
        "known",
        [
            {"username": SALES, "password": "wrong", "security_token": "TOK"},
            {"username": SALES, "password": "sales-pass", "security_token": "wrong"},
            {"consumer_key": "app", "consumer_secret": "wrong", "domain": "org.my"},
        ],
    )
    def test_what_is_wrong_is_told(
        self, connect: Callable[..., Any], known: dict[str, str]
    ) -> None:
        with pytest.raises(AuthenticationFailed, match=r"INVALID_LOGIN|invalid_client"):
            connect(**known)

    def test_a_wrong_token_and_an_ended_session(
        self, connect: Callable[..., Any], simulator: Simulator, sf: Any
    ) -> None:
        wrong = connect(instance_url=simulator.url, session_id="00D!wrong")
        with pytest.raises(SalesforceExpiredSession):
            wrong.limits()
        with pytest.raises(SalesforceMalformedRequest, match="InvalidSessionId"):
            wrong.bulk.Contact.insert([{"LastName": "x"}])
        # One that knows the app's secret signs in again by itself.
        simulator.org.grants.expire_sessions()
        first = sf.session_id
        assert sf.query("SELECT COUNT() FROM Contact")["totalSize"] == 0
        assert sf.session_id != first


class TestRecords:
    def test_crud(self, sf: Any) -> None:
        created = sf.Contact.create({"LastName": "Durand", "Email": "D@Example.com"})
        record_id = created["id"]
        assert sf.Contact.get(record_id)["Email"] == "d@example.com"
        assert sf.Contact.update(record_id, {"Title": "CEO"}) == 204
        assert sf.Contact.upsert("Key__c/k1", {"LastName": "x"}) == 201
        assert sf.Contact.upsert("Key__c/k1", {"LastName": "y"}) == 200
        assert sf.Contact.get_by_custom_id("Key__c", "k1")["LastName"] == "y"
        assert sf.Contact.delete(record_id) == 204
        with pytest.raises(SalesforceResourceNotFound):
            sf.Contact.get(record_id)
        with pytest.raises(SalesforceMalformedRequest):
            sf.Contact.create({"FirstName": "x"})

    def test_describe(self, sf: Any) -> None:
        described = sf.describe()
        assert {"Contact", "Lead", "Account", "User"} <= {
            each["name"] for each in described["sobjects"]
        }
        fields = sf.Lead.describe()["fields"]
        assert next(each for each in fields if each["name"] == "Company")["nillable"] is False

    def test_a_query_of_several_pages(self, simulator: Simulator, sf: Any) -> None:
        jo = simulator.representative()
        for number in range(2500):
            jo.create("Lead", {"LastName": f"n{number}", "Company": "x"})
        answer = sf.query_all("SELECT Id, LastName FROM Lead")
        assert (answer["totalSize"], len(answer["records"])) == (2500, 2500)
        assert len(list(sf.query_all_iter("SELECT Id FROM Lead"))) == 2500
        assert sf.api_usage["api-usage"].total == 100_000

    def test_search(self, sf: Any) -> None:
        sf.Contact.create({"LastName": "Durand"})
        found = sf.quick_search("Durand")["searchRecords"]
        assert [each["attributes"]["type"] for each in found] == ["Contact"]
        found = sf.search("FIND {Durand} RETURNING Contact(LastName)")["searchRecords"]
        assert [each["LastName"] for each in found] == ["Durand"]

    def test_a_collection_with_one_bad_row(self, sf: Any) -> None:
        kind = {"attributes": {"type": "Contact"}}
        rows = [{**kind, "LastName": "a"}, {**kind, "FirstName": "b"}, {**kind, "LastName": "c"}]
        told = sf.restful("composite/sobjects", method="POST", json={"records": rows})
        assert [each["success"] for each in told] == [True, False, True]
        assert told[1]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
        body = {"records": rows, "allOrNone": True}
        told = sf.restful("composite/sobjects", method="POST", json=body)
        assert [each["success"] for each in told] == [False, False, False]

    def test_updated_and_deleted(self, simulator: Simulator, sf: Any) -> None:
        record_id = sf.Contact.create({"LastName": "Durand"})["id"]
        now = simulator.org.clock()
        later = now.replace(microsecond=0, second=0) + timedelta(minutes=2)
        simulator.org.clock = lambda: later
        start = now - timedelta(minutes=5)
        assert sf.Contact.updated(start, later)["ids"] == [record_id]
        assert sf.Contact.deleted(start, later)["deletedRecords"] == []


class TestBulk:
    def rows(self) -> list[dict[str, Any]]:
        rows = [{"Key__c": f"k{n}", "LastName": f"Name {n}"} for n in range(5000)]
        for bad in BAD_ROWS:
            rows[bad]["LastName"] = "x" * 81
        return rows

    def test_bulk_1_upserts_5000_rows_with_3_bad_ones(self, sf: Any) -> None:
        done = sf.bulk.Contact.upsert(self.rows(), "Key__c", batch_size=2000, use_serial=True)

        assert [index for index, each in enumerate(done) if not each["success"]] == list(BAD_ROWS)
        assert done[0]["errors"][0]["statusCode"] == "STRING_TOO_LONG"
        found = sf.bulk.Contact.query("SELECT Id, Key__c, CreatedDate FROM Contact")
        assert len(found) == 4997
        # As the platform has it in this API alone: milliseconds since 1970.
        assert isinstance(found[0]["CreatedDate"], int)
        gone = sf.bulk.Contact.delete([{"Id": each["Id"]} for each in found[:10]])
        assert all(each["success"] for each in gone)
        every = sf.bulk.Contact.query_all("SELECT Id, IsDeleted FROM Contact")
        assert sum(each["IsDeleted"] for each in every) == 10

    def test_bulk_1_tells_of_each_row_what_it_was(self, sf: Any) -> None:
        told = sf.bulk.Contact.insert(
            [{"LastName": "Durand"}, {"FirstName": "x"}], include_detailed_results=True
        )
        assert [each["success"] for each in told] == [True, False]
        assert told[0]["LastName"] == "Durand"

    def test_bulk_2_upserts_5000_rows_with_3_bad_ones(self, sf: Any) -> None:
        (done,) = sf.bulk2.Contact.upsert(records=self.rows(), external_id_field="Key__c")

        assert (done["numberRecordsProcessed"], done["numberRecordsFailed"]) == (5000, 3)
        failed = sf.bulk2.Contact.get_failed_records(done["job_id"])
        assert failed.count("STRING_TOO_LONG:Last Name: data value too large") == 3
        found = "".join(sf.bulk2.Contact.query("SELECT Id, Key__c FROM Contact", max_records=2000))
        assert found.count('"k') == 4997
