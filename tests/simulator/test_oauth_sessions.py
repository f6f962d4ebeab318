"""The other grants, and the life of the sessions that all of them open."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.browsing import Browser, consent, exchange, refused, token, works
from tests.simulator.conftest import INTEGRATION, SALES, TLS, client, outside


@pytest.fixture
def person(simulator: Simulator) -> Iterator[Browser]:
    with Browser(verify=TLS, base_url=simulator.url) as opened:
        yield opened


class TestOtherGrants:
    def test_client_credentials_run_as_their_user(self, simulator: Simulator) -> None:
        body = token(simulator, grant_type="client_credentials").json()
        assert "refresh_token" not in body
        user = simulator.org.users.find(INTEGRATION)
        assert user is not None
        assert body["id"].endswith(user["Id"])

    def test_client_credentials_by_basic_authentication(self, simulator: Simulator) -> None:
        url = f"{simulator.url}/services/oauth2/token"
        data = {"grant_type": "client_credentials"}
        assert outside.post(url, data=data, auth=("app", "app-secret")).status_code == 200
        answer = outside.post(url, data=data, auth=("app", "wrong"))
        assert refused(answer) == (401, "invalid_client", "invalid client credentials")

    def test_without_a_user_to_run_as(self, simulator: Simulator) -> None:
        simulator.org.grants.apps["app"].run_as = None
        answer = token(simulator, grant_type="client_credentials")
        assert refused(answer) == (400, "invalid_grant", "no client credentials user enabled")

    def test_password_with_security_token(self, simulator: Simulator) -> None:
        good = token(simulator, grant_type="password", username=SALES, password="sales-passTOK")
        assert good.status_code == 200
        bad = token(simulator, grant_type="password", username=SALES, password="sales-pass")
        assert refused(bad) == (400, "invalid_grant", "authentication failure")

    @pytest.mark.parametrize(
        ("data", "error"),
        [
            ({"grant_type": "telepathy"}, "unsupported_grant_type"),
            ({"grant_type": "refresh_token", "client_id": "nobody"}, "invalid_client_id"),
            ({"grant_type": "authorization_code"}, "invalid_request"),
            (
                {
                    "grant_type": "client_credentials",
                    "client_id": "rotating",
                    "client_secret": "rotating-secret",
                },
                "unsupported_grant_type",
            ),
        ],
    )
    def test_refusals(self, simulator: Simulator, data: dict[str, str], error: str) -> None:
        assert refused(token(simulator, **data))[:2] == (400, error)

    def test_only_by_post(self, simulator: Simulator) -> None:
        answer = outside.get(f"{simulator.url}/services/oauth2/token")
        assert refused(answer) == (400, "invalid_request", "must use HTTP POST")


class TestSessions:
    def test_an_unused_session_expires_and_a_used_one_does_not(self, simulator: Simulator) -> None:
        start = simulator.org.clock()

        def later(minutes: int) -> datetime:
            return start + timedelta(minutes=minutes)

        with client(simulator) as api:
            for minutes in (100, 200, 300):
                simulator.org.clock = partial(later, minutes)
                assert api.get("limits").status_code == 200
            simulator.org.clock = partial(later, 421)
            answer = api.get("limits")
            assert answer.status_code == 401
            assert answer.json() == [
                {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
            ]

    def test_both_spellings_of_the_header_and_none(self, simulator: Simulator) -> None:
        body = token(simulator, grant_type="client_credentials").json()
        url = f"{simulator.url}/services/data/v62.0/limits"
        statuses = [
            outside.get(url, headers={"Authorization": value}).status_code
            for value in (f"OAuth {body['access_token']}", "Bearer nonsense", "Basic eA==", "")
        ]
        assert statuses == [200, 401, 401, 401]

    def test_revoking_a_refresh_token_ends_its_sessions(
        self, simulator: Simulator, person: Browser
    ) -> None:
        body = exchange(simulator, consent(person)).json()
        url = f"{simulator.url}/services/oauth2/revoke"
        answer = outside.post(url, data={"token": body["refresh_token"]})
        assert (answer.status_code, answer.content) == (200, b"")
        assert not works(simulator, body["access_token"])
        again = outside.post(url, data={"token": body["refresh_token"]})
        assert refused(again)[:2] == (400, "invalid_token")

    def test_introspection(self, simulator: Simulator) -> None:
        access = token(simulator, grant_type="client_credentials").json()["access_token"]
        url = f"{simulator.url}/services/oauth2/introspect"
        app = {"client_id": "app", "client_secret": "app-secret"}
        body = outside.post(url, data={"token": access, **app}).json()
        assert (body["active"], body["username"], body["client_id"]) == (True, INTEGRATION, "app")
        assert outside.post(url, data={"token": "x", **app}).json() == {"active": False}

    def test_identity_and_userinfo(self, simulator: Simulator) -> None:
        body = token(simulator, grant_type="client_credentials").json()
        headers = {"Authorization": f"Bearer {body['access_token']}"}
        identity = outside.get(body["id"], headers=headers).json()
        assert identity["id"] == body["id"]
        assert identity["organization_id"] == simulator.org.id
        assert (identity["username"], identity["display_name"]) == (INTEGRATION, "Integration User")
        assert "{version}" in identity["urls"]["rest"]
        by_query = outside.get(body["id"], params={"oauth_token": body["access_token"]})
        assert by_query.json() == identity
        userinfo = outside.get(f"{simulator.url}/services/oauth2/userinfo", headers=headers).json()
        assert userinfo["sub"] == body["id"]

    @pytest.mark.parametrize(
        ("headers", "word"),
        [({"Authorization": "Bearer x"}, "Bad_OAuth_Token"), ({}, "Missing_OAuth_Token")],
    )
    def test_a_bad_token_gets_one_word(
        self, simulator: Simulator, headers: dict[str, str], word: str
    ) -> None:
        answer = outside.get(f"{simulator.url}/services/oauth2/userinfo", headers=headers)
        assert (answer.status_code, answer.text) == (403, word)
