"""OpenID Connect, the user-agent flow, and the forms in which OAuth answers."""

import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, parse_qsl, urlsplit
from xml.etree import ElementTree

import httpx
import jwt
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.browsing import Browser, consent, exchange, refused, returned, token, works
from tests.simulator.conftest import RETURN_ADDRESS, SALES, SEED, TLS, client

GOLDEN = Path(__file__).parents[3] / "shared/golden/official_postman_responses.json"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    spa = {
        "client_id": "spa",
        "client_secret": "spa-secret",
        "redirect_uris": [RETURN_ADDRESS],
        "flows": ["user_agent"],
    }
    with Simulator(seed={**SEED, "apps": [*SEED["apps"], spa]}) as running:
        yield running


@pytest.fixture
def person(simulator: Simulator) -> Iterator[Browser]:
    with Browser(verify=TLS, base_url=simulator.url) as opened:
        yield opened


def verified(simulator: Simulator, id_token: str, *, audience: str = "app") -> dict[str, str]:
    """What an identity token says, checked with the key that the org publishes for it."""
    keys = httpx.get(f"{simulator.url}/id/keys").json()["keys"]
    assert set(keys[0]) == {"kty", "n", "e", "alg", "use", "kid"}
    [key] = [each for each in keys if each["kid"] == jwt.get_unverified_header(id_token)["kid"]]
    said: dict[str, str] = jwt.decode(
        id_token,
        jwt.PyJWK(key).key,
        algorithms=["RS256"],
        audience=audience,
        issuer=simulator.url,
    )
    return said


def test_an_identity_token_says_who_signed_in(simulator: Simulator, person: Browser) -> None:
    code = consent(person, scope="openid api refresh_token", nonce="n-1")
    body = exchange(simulator, code).json()
    said = verified(simulator, body["id_token"])
    assert (said["sub"], said["nonce"]) == (body["id"], "n-1")
    digest = hashlib.sha256(body["access_token"].encode()).digest()[:16]
    assert said["at_hash"] == base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    again = token(simulator, grant_type="refresh_token", refresh_token=body["refresh_token"]).json()
    assert "nonce" not in verified(simulator, again["id_token"])


def test_without_the_scope_there_is_none(simulator: Simulator, person: Browser) -> None:
    assert "id_token" not in exchange(simulator, consent(person, scope="api")).json()


def test_the_key_outlives_the_process(tmp_path: Path) -> None:
    data = tmp_path / "org"
    with Simulator(seed=SEED, data=data) as first:
        keys = httpx.get(f"{first.url}/id/keys").json()
    for _ in range(2):
        with Simulator(seed=SEED, data=data) as again:
            assert httpx.get(f"{again.url}/id/keys").json() == keys


@pytest.mark.parametrize(
    ("scope", "refreshes"),
    [("full", False), ("api", False), ("full refresh_token", True), ("api offline_access", True)],
)
def test_a_refresh_token_is_given_when_it_is_asked_for(
    simulator: Simulator, person: Browser, scope: str, refreshes: bool
) -> None:
    body = exchange(simulator, consent(person, scope=scope)).json()
    assert ("refresh_token" in body, body["scope"]) == (refreshes, scope)


class TestUserAgentFlow:
    def walk(self, person: Browser, **changes: str | None) -> dict[str, str]:
        wish = {"client_id": "spa", "response_type": "token", "scope": "api openid", **changes}
        page = person.sign_in(person.authorize(**wish))
        address = urlsplit(person.press(page, "allow").headers["Location"])
        assert address.query == ""
        return dict(parse_qsl(address.fragment))

    def test_the_token_comes_in_the_fragment(self, simulator: Simulator, person: Browser) -> None:
        told = self.walk(person, response_type="token id_token", nonce="n-2")
        assert works(simulator, told["access_token"])
        assert (told["state"], told["token_type"]) == ("s t&1", "Bearer")
        assert verified(simulator, told["id_token"], audience="spa")["nonce"] == "n-2"
        assert "refresh_token" not in told

    def test_a_refusal_comes_in_the_fragment_too(self, person: Browser) -> None:
        wish = {"client_id": "spa", "response_type": "token", "scope": "api fly"}
        address = urlsplit(person.authorize(**wish).headers["Location"])
        assert parse_qs(address.fragment)["error"] == ["invalid_scope"]
        wish = {"client_id": "spa", "response_type": "code"}
        assert returned(person.authorize(**wish))["error"] == "invalid_client"


class TestForms:
    def ask(self, simulator: Simulator, *, accept: str = "*/*", **data: str) -> httpx.Response:
        sent = {"client_id": "app", "client_secret": "app-secret", **data}
        sent.setdefault("grant_type", "client_credentials")
        headers = {"Accept": accept}
        return httpx.post(f"{simulator.url}/services/oauth2/token", data=sent, headers=headers)

    @pytest.mark.parametrize(
        "how", [{"format": "xml"}, {"accept": "application/xml"}], ids=["format", "accept"]
    )
    def test_xml(self, simulator: Simulator, how: dict[str, str]) -> None:
        root = ElementTree.fromstring(self.ask(simulator, **how).content)
        assert root.tag == "OAuth"
        assert works(simulator, root.findtext("access_token") or "")
        root = ElementTree.fromstring(self.ask(simulator, client_secret="x", **how).content)
        assert root.findtext("error") == "invalid_client"

    @pytest.mark.parametrize(
        "how",
        [{"format": "urlencoded"}, {"accept": "application/x-www-form-urlencoded"}],
        ids=["format", "accept"],
    )
    def test_url_encoded(self, simulator: Simulator, how: dict[str, str]) -> None:
        said = dict(parse_qsl(self.ask(simulator, **how).text))
        assert works(simulator, said["access_token"])
        refusal = dict(parse_qsl(self.ask(simulator, grant_type="x", **how).text))
        assert refusal["error"] == "unsupported_grant_type"

    def test_json_when_asked_or_not(self, simulator: Simulator) -> None:
        for how in ({}, {"format": "json", "accept": "application/xml"}, {"format": "csv"}):
            assert "access_token" in self.ask(simulator, **how).json()


class TestIdentity:
    def test_a_query_may_bring_the_token_and_the_form(
        self, simulator: Simulator, person: Browser
    ) -> None:
        body = exchange(simulator, consent(person)).json()
        sent = {"oauth_token": body["access_token"], "version": "latest"}
        said = httpx.get(body["id"], params={**sent, "format": "json"}).json()
        assert said["username"] == SALES
        assert said["urls"]["query"] == f"{simulator.url}/services/data/v67.0/query/"
        root = ElementTree.fromstring(
            httpx.get(body["id"], params={**sent, "format": "xml"}).content
        )
        assert (root.tag, root.findtext("username")) == ("user", SALES)
        script = httpx.get(body["id"], params={**sent, "callback": "done"})
        assert script.headers["Content-Type"].startswith("text/javascript")
        assert json.loads(script.text.removeprefix("done(").removesuffix(");"))["active"] is True
        harmless = httpx.get(body["id"], params={**sent, "callback": "alert(1)//"})
        assert harmless.json()["username"] == SALES

    def test_another_org_or_user_is_refused(self, simulator: Simulator, person: Browser) -> None:
        body = exchange(simulator, consent(person)).json()
        header = {"Authorization": f"Bearer {body['access_token']}"}
        org, user = body["id"].split("/")[-2:]
        for path, word in [
            (f"{org[:3]}000000000000AAA/{user}", "Wrong_Org"),
            (f"{org}/005000000000000AAA", "Bad_OAuth_Token"),
        ]:
            answer = httpx.get(f"{simulator.url}/id/{path}", headers=header)
            assert (answer.status_code, answer.text) == (403, word)
        assert httpx.get(body["id"]).text == "Missing_OAuth_Token"


class TestIntrospection:
    def ask(self, simulator: Simulator, **data: str) -> httpx.Response:
        sent = {"client_id": "app", "client_secret": "app-secret", **data}
        return httpx.post(f"{simulator.url}/services/oauth2/introspect", data=sent)

    def test_both_kinds_of_tokens(self, simulator: Simulator, person: Browser) -> None:
        body = exchange(simulator, consent(person)).json()
        said = self.ask(simulator, token=body["access_token"]).json()
        assert (said["active"], said["token_type"]) == (True, "access_token")
        said = self.ask(simulator, token=body["refresh_token"]).json()
        assert (said["active"], said["token_type"]) == (True, "refresh_token")
        assert self.ask(simulator, token="x").json() == {"active": False}

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"client_id": "nobody"}, "invalid_client_id"),
            ({"client_secret": "x"}, "invalid_client"),
            ({"client_secret": ""}, "invalid_client"),
            ({"token": ""}, "invalid_request"),
        ],
    )
    def test_only_an_app_may_ask(
        self, simulator: Simulator, changes: dict[str, str], error: str
    ) -> None:
        assert refused(self.ask(simulator, **{"token": "x", **changes}))[:2] == (400, error)

    def test_by_header_a_wrong_secret_is_401(self, simulator: Simulator) -> None:
        address = f"{simulator.url}/services/oauth2/introspect"
        answer = httpx.post(address, data={"token": "x"}, auth=("app", "wrong"))
        assert refused(answer)[:2] == (401, "invalid_client")


@pytest.mark.skipif(not GOLDEN.is_file(), reason="no recorded answers here")
@pytest.mark.parametrize(
    "path", ["/.well-known/openid-configuration", "/.well-known/auth-configuration"]
)
def test_what_is_discovered_has_the_recorded_keys(simulator: Simulator, path: str) -> None:
    [known] = [
        each["body"]["application/json;charset=UTF-8"]
        for each in json.loads(GOLDEN.read_text())["responses"]
        if each["endpoint"] == f"GET {path} 200"
    ]
    answer = httpx.get(simulator.url + path)
    assert set(answer.json()) == set(known)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    if "scopes_supported" in known:
        for name in ("scopes_supported", "claims_supported", "response_types_supported"):
            assert set(answer.json()[name]) == set(known[name])


def test_a_session_slides_and_ends_when_unused(simulator: Simulator) -> None:
    with client(simulator) as api:
        for hours in (1.5, 1.5, 1.5):
            wait(simulator, hours)
            assert api.get("limits").status_code == 200
        wait(simulator, 2.5)
        assert api.get("limits").status_code == 401


def wait(simulator: Simulator, hours: float) -> None:
    later = simulator.org.clock() + timedelta(hours=hours)
    simulator.org.clock = lambda: later
