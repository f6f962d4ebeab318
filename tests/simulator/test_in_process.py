"""The org as a WSGI application: no port, no thread, the same answers."""

import httpx

from salesforce_simulator.org import Org
from salesforce_simulator.seed import apply_seed
from salesforce_simulator.server import create_app
from tests.simulator.conftest import INTEGRATION, SEED


def test_a_client_signs_in_and_writes_without_a_network() -> None:
    org = Org()
    apply_seed(org, SEED)
    transport = httpx.WSGITransport(create_app(org, my_domain="https://acme.my.salesforce.com"))
    with httpx.Client(transport=transport, base_url="https://acme.my.salesforce.com") as http:
        app = {"client_id": "app", "client_secret": "app-secret"}
        grant = {"grant_type": "client_credentials", **app}
        said = http.post("/services/oauth2/token", data=grant).raise_for_status().json()
        assert said["instance_url"] == "https://acme.my.salesforce.com"
        http.headers["Authorization"] = f"Bearer {said['access_token']}"
        made = http.post("/services/data/v62.0/sobjects/Contact", json={"LastName": "Durand"})
        assert made.status_code == 201
    (row,) = org.store("Contact").live.values()
    integration = org.users.find(INTEGRATION)
    assert integration is not None
    assert (row["LastName"], row["CreatedById"]) == ("Durand", integration["Id"])


def test_without_an_org_it_makes_one() -> None:
    with httpx.Client(transport=httpx.WSGITransport(create_app()), base_url="http://x") as http:
        assert http.get("/services/data").json()[-1]["version"] == "67.0"
