"""The life of a Salesforce grant at a simulated org's real endpoints."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from raccord.connectors import http, oauth
from raccord.connectors.base import Conversation
from raccord.connectors.salesforce import DECLARATION
from raccord.engine.errors import AuthorizationLost, BadInput
from salesforce_simulator.server import Simulator
from tests.contract.counterpart import Tokens

BACK = "https://raccord.example/authorizations/back"
APP = {
    "client_id": "raccord-client",
    "client_secret": "raccord-secret",
    "redirect_uris": [BACK],
    "flows": ["authorization_code", "refresh_token", "client_credentials"],
    "rotate_refresh_tokens": True,
    "require_pkce": True,
    "run_as": "integration@simulated.example",
}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(seed={"apps": [APP]}) as started:
        yield started


@pytest.fixture
def endpoint(simulator: Simulator) -> Iterator[oauth.TokenEndpoint]:
    with http.make_client(allowed_hosts=(), simulator_url=simulator.url) as client:
        yield oauth.TokenEndpoint(
            declaration=DECLARATION,
            client=client,
            login_url=simulator.url,
            client_id=str(APP["client_id"]),
            client_secret=str(APP["client_secret"]),
            simulator_url=simulator.url,
        )


def code_for(simulator: Simulator, verifier: str) -> str:
    """The code that a person's consent would bring back."""
    app = simulator.org.grants.apps[str(APP["client_id"])]
    user = simulator.org.users.find("admin@simulated.example")
    assert user is not None
    url = oauth.authorization_url(
        DECLARATION.oauth,  # type: ignore[arg-type]
        login_url=simulator.url,
        client_id=app.client_id,
        redirect_uri=BACK,
        state="s",
        verifier=verifier,
    )
    challenge = url.partition("code_challenge=")[2].partition("&")[0]
    return simulator.org.grants.issue_code(
        app=app, user_id=user["Id"], scope=app.scopes, redirect_uri=BACK, challenge=challenge
    )


def test_a_code_becomes_a_grant_that_works(
    simulator: Simulator, endpoint: oauth.TokenEndpoint
) -> None:
    verifier = oauth.new_verifier()
    code = code_for(simulator, verifier)
    grant = oauth.exchange_code(endpoint, code=code, verifier=verifier, redirect_uri=BACK)
    connector = DECLARATION.open(
        Conversation(
            client=endpoint.client,
            tokens=Tokens(lambda: grant.access_token),
            instance_url=grant.instance_url,
            clock=lambda: datetime.now(UTC),
        )
    )
    identity = connector.check()
    assert (identity.organization, identity.user) == (grant.organization, grant.user)
    assert identity.username == "admin@simulated.example"
    assert identity.organization_name == simulator.org.name
    assert grant.refresh_token


def test_a_code_works_once_and_only_with_its_verifier(
    simulator: Simulator, endpoint: oauth.TokenEndpoint
) -> None:
    verifier = oauth.new_verifier()
    with pytest.raises(BadInput):
        oauth.exchange_code(
            endpoint,
            code=code_for(simulator, verifier),
            verifier=oauth.new_verifier(),
            redirect_uri=BACK,
        )
    code = code_for(simulator, verifier)
    oauth.exchange_code(endpoint, code=code, verifier=verifier, redirect_uri=BACK)
    with pytest.raises(BadInput):
        oauth.exchange_code(endpoint, code=code, verifier=verifier, redirect_uri=BACK)


def test_an_expired_code_says_so(simulator: Simulator, endpoint: oauth.TokenEndpoint) -> None:
    verifier = oauth.new_verifier()
    simulator.org.grants.code_seconds = -1
    code = code_for(simulator, verifier)
    with pytest.raises(BadInput, match=r"oauth\.expired_code"):
        oauth.exchange_code(endpoint, code=code, verifier=verifier, redirect_uri=BACK)


def test_a_wrong_client_says_so(endpoint: oauth.TokenEndpoint) -> None:
    for wrong in (
        replace(endpoint, client_id="unknown"),
        replace(endpoint, client_secret="wrong"),
    ):
        with pytest.raises(AuthorizationLost, match=r"oauth\.wrong_client"):
            oauth.client_credentials(wrong)


def test_refresh_tokens_rotate_and_a_used_one_is_lost(
    simulator: Simulator, endpoint: oauth.TokenEndpoint
) -> None:
    verifier = oauth.new_verifier()
    code = code_for(simulator, verifier)
    first = oauth.exchange_code(endpoint, code=code, verifier=verifier, redirect_uri=BACK)
    assert first.refresh_token
    second = oauth.refresh(endpoint, refresh_token=first.refresh_token)
    assert second.refresh_token not in (None, first.refresh_token)
    assert second.access_token != first.access_token
    with pytest.raises(AuthorizationLost, match=r"oauth\.invalid_grant"):
        oauth.refresh(endpoint, refresh_token=first.refresh_token)


def test_a_grant_that_was_given_back_no_longer_works(
    simulator: Simulator, endpoint: oauth.TokenEndpoint
) -> None:
    verifier = oauth.new_verifier()
    code = code_for(simulator, verifier)
    grant = oauth.exchange_code(endpoint, code=code, verifier=verifier, redirect_uri=BACK)
    assert grant.refresh_token
    oauth.revoke(endpoint, token=grant.refresh_token)
    with pytest.raises(AuthorizationLost):
        oauth.refresh(endpoint, refresh_token=grant.refresh_token)
    oauth.revoke(endpoint, token=grant.refresh_token)


def test_an_app_may_sign_in_by_itself(simulator: Simulator, endpoint: oauth.TokenEndpoint) -> None:
    grant = oauth.client_credentials(endpoint)
    assert grant.instance_url == simulator.url
    assert grant.refresh_token is None
    assert grant.organization == simulator.org.id
