"""The JWT bearer flow: signed by the app's key, for a user, at a log-in host."""

from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from salesforce_simulator.server import Simulator
from tests.simulator.browsing import refused, works
from tests.simulator.conftest import SALES, SEED, outside

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PUBLIC = KEY.public_key().public_bytes(
    serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
)
FAR_AHEAD = 4_000_000_000
APPS = [
    {
        "client_id": "checked",
        "client_secret": "s",
        "flows": ["jwt"],
        "certificate": PUBLIC.decode(),
    },
    {"client_id": "trusted", "client_secret": "s", "flows": ["jwt"]},
    {"client_id": "without", "client_secret": "s", "flows": ["password"]},
]


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed={**SEED, "apps": APPS}) as running:
        yield running


def ask(simulator: Simulator, *, key: Any = KEY, **changes: Any) -> httpx.Response:
    claims = {
        "iss": "checked",
        "sub": SALES,
        "aud": "https://login.salesforce.com",
        "exp": FAR_AHEAD,
        **changes,
    }
    return ask_with(simulator, jwt.encode(claims, key, algorithm="RS256"))


def ask_with(simulator: Simulator, assertion: str) -> httpx.Response:
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    return outside.post(
        f"{simulator.url}/services/oauth2/token",
        data={"grant_type": grant, "assertion": assertion},
    )


@pytest.mark.parametrize("app", ["checked", "trusted"])
def test_a_signed_assertion_is_worth_a_token(simulator: Simulator, app: str) -> None:
    # One client counts in milliseconds, and names the org with a slash at the end.
    answer = ask(simulator, iss=app, aud=f"{simulator.url}/", exp=FAR_AHEAD * 1000)

    assert answer.status_code == 200, answer.text
    assert "refresh_token" not in answer.json()
    assert works(simulator, answer.json()["access_token"])


def test_another_key_is_refused(simulator: Simulator) -> None:
    assert refused(ask(simulator, key=OTHER_KEY)) == (400, "invalid_grant", "invalid assertion")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"iss": "nobody"}, (400, "invalid_client_id", "client identifier invalid")),
        ({"iss": "without"}, (400, "unsupported_grant_type", "grant type not supported")),
        ({"sub": "x@y.example"}, (400, "invalid_grant", "user hasn't approved this consumer")),
        ({"aud": "https://elsewhere.example"}, (400, "invalid_grant", "audience is invalid")),
        ({"exp": 1}, (400, "invalid_grant", "invalid assertion")),
        ({"exp": None}, (400, "invalid_grant", "invalid assertion")),
    ],
)
def test_what_an_assertion_says_is_checked(
    simulator: Simulator, changes: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    assert refused(ask(simulator, **changes)) == expected


@pytest.mark.parametrize("assertion", ["", "a", "a.b.c", "e30.e30.", "W10.W10.c2ln", "é.é.é"])
def test_what_is_no_assertion_is_refused(simulator: Simulator, assertion: str) -> None:
    assert refused(ask_with(simulator, assertion)) == (400, "invalid_grant", "invalid assertion")


class TestAnAppThatSignsItsRequests:
    """private_key_jwt: an assertion about itself in place of a secret."""

    def introspect(self, simulator: Simulator, *, key: Any = KEY, **changes: Any) -> httpx.Response:
        claims = {
            "iss": "checked",
            "sub": "checked",
            "aud": f"{simulator.url}/services/oauth2/token",
            "exp": FAR_AHEAD,
            **changes,
        }
        kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return outside.post(
            f"{simulator.url}/services/oauth2/introspect",
            data={
                "token": "x",
                "client_assertion": jwt.encode(claims, key, algorithm="RS256"),
                "client_assertion_type": kind,
            },
        )

    def test_it_is_believed(self, simulator: Simulator) -> None:
        assert self.introspect(simulator).json() == {"active": False}

    @pytest.mark.parametrize(
        ("changes", "error"),
        [
            ({"key": OTHER_KEY}, "invalid_client"),
            ({"sub": "other"}, "invalid_client"),
            ({"exp": 1}, "invalid_client"),
            ({"aud": "https://elsewhere.example"}, "invalid_client"),
            ({"iss": "trusted", "sub": "trusted"}, "invalid_client"),
            ({"iss": "nobody"}, "invalid_client_id"),
        ],
    )
    def test_or_not(self, simulator: Simulator, changes: dict[str, Any], error: str) -> None:
        assert refused(self.introspect(simulator, **changes))[:2] == (400, error)
