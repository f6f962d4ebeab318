"""jsforce against a simulated org over https: what a script of its users would do, and sees.

The scripts are in jsforce/; each prints as JSON what it saw.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from salesforce_simulator.server import Simulator
from tests.certificates import make_certificate

FOLDER = Path(__file__).resolve().parent
USER, PASSWORD = "jo.martin@simulated.example", "sales-passTOK"
TOKEN = "00D5Y0000000001!AQEAQsimulatedSessionOfJo"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NODE = shutil.which("node") or ""
PEM = serialization.Encoding.PEM
SEED: dict[str, Any] = {
    "users": [
        {"username": USER, "password": "sales-pass", "name": "Jo Martin", "security_token": "TOK"}
    ],
    "apps": [
        {
            "client_id": "script",
            "client_secret": "script-secret",
            "redirect_uris": ["http://127.0.0.1:9/callback"],
            "flows": [
                *("authorization_code", "refresh_token", "client_credentials"),
                *("password", "jwt"),
            ],
            "run_as": USER,
            "auto_approve": True,
            "certificate": KEY.public_key()
            .public_bytes(PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode(),
        }
    ],
    "tokens": [{"access_token": TOKEN, "username": USER, "client_id": "script"}],
    "custom_fields": {
        "Contact": [
            {"name": "Key__c", "type": "string", "length": 40, "externalId": True, "unique": True}
        ]
    },
}

pytestmark = pytest.mark.skipif(
    not (FOLDER / "node_modules/jsforce").exists() or not NODE,
    reason="make test-clients installs the clients first",
)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def org(trusted: tuple[Path, Path]) -> Iterator[Simulator]:
    with Simulator(seed=SEED, tls=trusted) as running:
        yield running


def run(org: Simulator, trusted: tuple[Path, Path], script: str) -> Any:
    """Run a script to its end; what it printed."""
    settings = {
        "url": org.url,
        "token": TOKEN,
        "username": USER,
        "password": PASSWORD,
        "app": {
            "clientId": "script",
            "clientSecret": "script-secret",
            "redirectUri": "http://127.0.0.1:9/callback",
        },
        "key": KEY.private_bytes(
            PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode(),
    }
    done = subprocess.run(
        [NODE, str(FOLDER / "jsforce" / script)],
        env={
            "PATH": os.environ["PATH"],
            "NODE_EXTRA_CA_CERTS": str(trusted[0]),
            "SIMULATED_ORG": json.dumps(settings),
        },
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return json.loads(done.stdout.splitlines()[-1])


def test_every_way_to_sign_in(org: Simulator, trusted: tuple[Path, Path]) -> None:
    said = run(org, trusted, "signing_in.mjs")

    jo = org.org.users.find(USER)
    assert jo is not None
    assert said["soap"]["user"]["id"] == said["password"]["id"] == jo["Id"]
    assert said["soap"]["user"]["organizationId"] == org.org.id
    assert said["soap"]["instanceUrl"] == org.url
    assert said["soap"]["identity"]["username"] == USER
    assert said["wrongSoap"]["message"] == (
        "INVALID_LOGIN: Invalid username, password, security token; or user locked out."
    )
    assert said["code"] == {"user": USER, "renewed": True}
    assert said["clientCredentials"] == said["jwt"] == USER
    assert said["wrongToken"]["code"] == "INVALID_SESSION_ID"


@pytest.fixture(scope="module")
def records(trusted: tuple[Path, Path]) -> Any:
    """What the script about records saw."""
    with Simulator(seed=SEED, tls=trusted) as running:
        return run(running, trusted, "records.mjs")


def test_describes(records: Any) -> None:
    said = records["describe"]

    assert {"Account", "Contact", "Lead", "User"} <= set(said["names"])
    assert {"Id", "LastName", "Key__c"} <= set(said["fields"])
    assert said["required"] is True


def test_one_record_at_a_time(records: Any) -> None:
    said = records["one"]

    assert said["email"] == "d@example.com"
    assert (said["made"], said["changed"], said["sameRecord"]) == (True, False, True)
    assert said["updated"] is said["deleted"] is True
    assert said["gone"]["code"] == "ENTITY_IS_DELETED"
    assert said["inBin"] == [True]
    assert said["refused"]["code"] == "REQUIRED_FIELD_MISSING"
    assert [each["LastName"] for each in records["search"]["searchRecords"]] == ["Findable"]
    assert records["changes"] == {"updated": 2, "deleted": 3}


def test_collections_with_one_bad_row(records: Any) -> None:
    said = records["collections"]

    assert [each["success"] for each in said["some"]] == [True, False, True]
    assert [each["errors"][0]["statusCode"] for each in said["none"]] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    ]
    assert [each["success"] for each in said["updated"]] == [True, False]
    assert said["read"] == ["a@example.com", None]
    assert [each["success"] for each in said["deleted"]] == [True, True, False]


def test_paging(records: Any) -> None:
    said = records["paging"]

    assert (said["made"], said["total"]) == (2100, 2100)
    assert (said["first"], said["second"], said["done"]) == (2000, 100, [False, True])
    assert said["fetched"] == said["streamed"] == 2100
    assert said["chosen"] == ["P20", "P200", "P2000"]


@pytest.fixture(scope="module")
def bulk(trusted: tuple[Path, Path]) -> Any:
    """What the script about the Bulk APIs saw."""
    with Simulator(seed=SEED, tls=trusted) as running:
        return run(running, trusted, "bulk.mjs")


def test_bulk_1_upserts_5000_rows_with_3_bad_ones_queries_and_deletes(bulk: Any) -> None:
    said = bulk["classic"]

    assert (said["failed"], said["created"]) == ([0, 2500, 4999], 4997)
    assert said["error"][0].startswith("STRING_TOO_LONG:Last Name: data value too large")
    assert (said["found"], said["nothing"], said["deleted"]) == (4997, 0, 4997)
    assert said["columns"] == ["Id", "Key__c", "DoNotCall", "Account.Name"]
    assert said["badField"]["message"] == "InvalidBatch : Field name not found : Nope"
    assert said["badObject"]["code"] == "InvalidJob"
    assert said["badSession"]["code"] == "InvalidSessionId"


def test_bulk_2_upserts_5000_rows_with_3_bad_ones_and_queries(bulk: Any) -> None:
    said = bulk["second"]

    assert (said["successful"], len(said["failed"]), said["unprocessed"]) == (4997, 3, 0)
    assert said["found"] == 4997
    assert said["badQuery"]["code"] == "INVALID_FIELD"
    assert "Field name not found : Nope" in said["badField"]["message"]


def test_soap(org: Simulator, trusted: tuple[Path, Path]) -> None:
    said = run(org, trusted, "soap.mjs")

    assert said["merged"]["success"] is True
    assert said["merged"]["mergedRecordIds"] == said["losers"]
    assert (said["master"]["Phone"], said["master"]["Title"]) == ("1", None)
    assert [each["created"] for each in said["upserted"]] == [True, False, False]
    assert said["upserted"][2]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    for name in ("deleted", "undeleted", "emptied"):
        assert [each["success"] for each in said[name]] == [True]
    assert said["converted"]["contactId"] == said["lead"]["ConvertedContactId"]
    assert said["again"][0]["errors"][0]["statusCode"] == "CANNOT_UPDATE_CONVERTED_LEAD"
    assert said["user"]["userName"] == USER
    assert said["timestamp"]["timestamp"].endswith("Z")
    assert said["wrongToken"]["code"] == "sf:INVALID_SESSION_ID"
