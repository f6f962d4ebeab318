"""OAuth as a browser and an app walk it: sign in, consent, tokens, and every way it can fail."""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from salesforce_simulator.server import Simulator
from tests.simulator.browsing import Browser, consent, exchange, refused, returned, token, works
from tests.simulator.conftest import RETURN_ADDRESS, SALES, TLS

VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode()[:43]


@pytest.fixture
def person(simulator: Simulator) -> Iterator[Browser]:
    with Browser(verify=TLS, base_url=simulator.url) as opened:
        yield opened


def test_the_whole_walk_with_pkce(simulator: Simulator, person: Browser) -> None:
    page = person.authorize(code_challenge=CHALLENGE, code_challenge_method="S256")
    assert "Sign in to the simulated org" in page.text
    page = person.sign_in(page)
    assert "Test app asks to:" in page.text
    answer = returned(person.press(page, "allow"))
    assert answer["state"] == "s t&1"
    body = exchange(simulator, answer["code"], code_verifier=VERIFIER).json()
    assert set(body) == {
        "access_token",
        "refresh_token",
        "signature",
        "scope",
        "instance_url",
        "id",
        "token_type",
        "issued_at",
    }
    assert all(isinstance(value, str) for value in body.values())
    assert body["instance_url"] == simulator.url
    assert re.fullmatch(r"00D\w{12}![\w.]+", body["access_token"])
    user = simulator.org.users.find(SALES)
    assert user is not None
    assert body["id"] == f"{simulator.url}/id/{simulator.org.id}/{user['Id']}"
    expected = hmac.new(b"app-secret", f"{body['id']}{body['issued_at']}".encode(), hashlib.sha256)
    assert base64.b64decode(body["signature"]) == expected.digest()
    assert works(simulator, body["access_token"])


def test_the_second_time_consent_is_remembered(simulator: Simulator, person: Browser) -> None:
    exchange(simulator, consent(person)).raise_for_status()
    assert "code" in returned(person.authorize())
    assert "Allow access?" in person.authorize(prompt="consent").text
    assert "Sign in" in person.authorize(prompt="login").text


def test_signing_in_again_when_asked_to_does_not_loop(person: Browser) -> None:
    page = person.authorize(prompt="login consent")
    assert "Allow access?" in person.sign_in(page).text


def test_a_refusal_goes_back_to_the_app(person: Browser) -> None:
    answer = returned(person.press(person.sign_in(person.authorize()), "deny"))
    assert answer == {
        "error": "access_denied",
        "error_description": "end-user denied authorization",
        "state": "s t&1",
    }


def test_a_wrong_password_is_said_in_words(person: Browser) -> None:
    page = person.sign_in(person.authorize(), password="wrong")
    assert page.status_code == 400
    assert "The user name or the password is not right." in page.text
    assert "Allow access?" in person.sign_in(page).text


def test_another_user_can_be_chosen(person: Browser) -> None:
    page = person.press(person.sign_in(person.authorize()), "switch")
    assert "Sign in to the simulated org" in page.text


def test_the_page_speaks_french(simulator: Simulator) -> None:
    with Browser(
        verify=TLS, base_url=simulator.url, headers={"Accept-Language": "fr-FR,fr;q=0.9"}
    ) as person:
        page = person.authorize()
        assert "Se connecter à l’organisation simulée" in page.text
        assert "Autoriser l’accès\u202f?" in person.sign_in(page).text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_id": "nobody"}, "invalid_client_id"),
        ({"redirect_uri": RETURN_ADDRESS + "/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "https://attacker.example/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": None}, "redirect_uri_mismatch"),
    ],
)
def test_an_unknown_app_or_address_gets_nothing(
    person: Browser, changes: dict[str, str | None], error: str
) -> None:
    page = person.authorize(**changes)
    assert (page.status_code, error in page.text) == (400, True)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "api fly"}, "invalid_scope"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge": CHALLENGE, "code_challenge_method": "plain"}, "invalid_request"),
        ({"client_id": "rotating"}, "invalid_request"),
    ],
)
def test_other_mistakes_go_back_to_the_app(
    person: Browser, changes: dict[str, str], error: str
) -> None:
    assert returned(person.authorize(**changes))["error"] == error


def test_an_app_that_approves_by_itself_needs_no_hands(
    simulator: Simulator, person: Browser
) -> None:
    """For clients without a browser: the seed allows it, the hint names the user."""
    assert "Sign in" in person.authorize(login_hint=SALES).text
    simulator.org.grants.apps["app"].auto_approve = True
    body = exchange(simulator, returned(person.authorize(login_hint=SALES))["code"]).json()
    user = simulator.org.users.find(SALES)
    assert user is not None
    assert body["id"].endswith(user["Id"])
    assert "Sign in" in person.authorize(login_hint="nobody@simulated.example").text


def test_a_form_of_another_site_does_nothing(simulator: Simulator, person: Browser) -> None:
    page = person.sign_in(person.authorize())
    forged = person.post(page.url, data={"action": "allow", "form_token": "0" * 64})
    assert forged.status_code == 400
    assert not simulator.org.grants.codes


class TestCodes:
    def test_a_code_works_once(self, simulator: Simulator, person: Browser) -> None:
        code = consent(person)
        assert exchange(simulator, code).status_code == 200
        assert refused(exchange(simulator, code))[:2] == (400, "invalid_grant")

    def test_an_old_code(self, simulator: Simulator, person: Browser) -> None:
        code = consent(person)
        later = simulator.org.clock() + timedelta(minutes=16)
        simulator.org.clock = lambda: later
        expected = (400, "invalid_grant", "expired authorization code")
        assert refused(exchange(simulator, code)) == expected

    def test_a_code_of_another_app(self, simulator: Simulator, person: Browser) -> None:
        answer = exchange(
            simulator, consent(person), client_id="rotating", client_secret="rotating-secret"
        )
        assert refused(answer)[1] == "invalid_grant"

    def test_another_return_address(self, simulator: Simulator, person: Browser) -> None:
        answer = exchange(simulator, consent(person), redirect_uri="http://elsewhere/")
        assert refused(answer)[1] == "redirect_uri_mismatch"

    @pytest.mark.parametrize(
        ("verifier", "error"), [({}, "invalid_grant"), ({"code_verifier": "w"}, "invalid_request")]
    )
    def test_pkce_that_does_not_fit(
        self, simulator: Simulator, person: Browser, verifier: dict[str, str], error: str
    ) -> None:
        code = consent(person, code_challenge=CHALLENGE)
        assert refused(exchange(simulator, code, **verifier))[1] == error

    def test_a_wrong_secret_does_not_use_the_code_up(
        self, simulator: Simulator, person: Browser
    ) -> None:
        code = consent(person)
        answer = exchange(simulator, code, client_secret="wrong")
        assert refused(answer) == (400, "invalid_client", "invalid client credentials")
        assert exchange(simulator, code).status_code == 200


class TestRefresh:
    def test_without_rotation_the_token_stays(self, simulator: Simulator, person: Browser) -> None:
        first = exchange(simulator, consent(person)).json()
        for _ in range(2):
            again = token(
                simulator, grant_type="refresh_token", refresh_token=first["refresh_token"]
            ).json()
            assert "refresh_token" not in again
            assert works(simulator, again["access_token"])
        assert works(simulator, first["access_token"])

    def test_rotation_and_its_reuse(self, simulator: Simulator, person: Browser) -> None:
        """Whoever replays a used token loses the whole grant, the newest tokens included."""
        app = {"client_id": "rotating", "client_secret": "rotating-secret"}
        code = consent(person, client_id="rotating", code_challenge=CHALLENGE)
        first = exchange(simulator, code, code_verifier=VERIFIER, **app).json()

        def refresh(refresh_token: str) -> httpx.Response:
            return token(simulator, grant_type="refresh_token", refresh_token=refresh_token, **app)

        second = refresh(first["refresh_token"]).json()
        assert second["refresh_token"] != first["refresh_token"]
        assert works(simulator, second["access_token"])
        expected = (400, "invalid_grant", "expired access/refresh token")
        assert refused(refresh(first["refresh_token"])) == expected
        assert refused(refresh(second["refresh_token"])) == expected
        assert not works(simulator, second["access_token"])

    def test_the_sixth_approval_ends_the_first(self, simulator: Simulator, person: Browser) -> None:
        tokens = [
            exchange(simulator, consent(person, prompt="consent")).json()["refresh_token"]
            for _ in range(6)
        ]
        answers = [
            token(simulator, grant_type="refresh_token", refresh_token=each) for each in tokens
        ]
        assert [each.status_code for each in answers] == [400, 200, 200, 200, 200, 200]
