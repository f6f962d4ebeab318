"""Getting, renewing and giving back a grant, against a token endpoint of every mood."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from authlib.oauth2.rfc7636.challenge import compare_s256_code_challenge

from raccord.connectors import http, oauth, registry
from raccord.engine.errors import AuthorizationLost, BadInput, Failure, Transient

SALESFORCE = registry.get("salesforce")
assert SALESFORCE.oauth is not None
ENDPOINTS = SALESFORCE.oauth
LOGIN = "https://login.salesforce.com"
GRANTED = {
    "access_token": "00D000000000001!AQ",
    "refresh_token": "5Aep",
    "instance_url": "https://acme.my.salesforce.com",
    "id": "https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA",
    "scope": "api refresh_token",
    "token_type": "Bearer",
}

Mood = Callable[[httpx.Request], httpx.Response]


def at(
    mood: Mood,
    *,
    secret: str = "s3cret",  # noqa: S107 - a test's own
    simulator_url: str = "",
) -> oauth.TokenEndpoint:
    client = http.make_client(
        allowed_hosts=ENDPOINTS.allowed_hosts, transport=httpx.MockTransport(mood)
    )
    return oauth.TokenEndpoint(
        declaration=SALESFORCE,
        client=client,
        login_url=LOGIN,
        client_id="the-client",
        client_secret=secret,
        simulator_url=simulator_url,
    )


def saying(status: int, **said: str) -> Mood:
    return lambda request: httpx.Response(status, json=said)


def test_the_address_to_send_a_person_to() -> None:
    verifier = oauth.new_verifier()
    url = oauth.authorization_url(
        ENDPOINTS,
        login_url=LOGIN,
        client_id="the client & co",
        redirect_uri="https://raccord.example/back?x=1",
        state="st&te",
        verifier=verifier,
    )
    parts = urlsplit(url)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    challenge = asked.pop("code_challenge")
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{LOGIN}/services/oauth2/authorize"
    assert asked == {
        "response_type": "code",
        "client_id": "the client & co",
        "redirect_uri": "https://raccord.example/back?x=1",
        "scope": "api refresh_token id",
        "state": "st&te",
        "code_challenge_method": "S256",
    }
    assert compare_s256_code_challenge(verifier, challenge)
    assert 43 <= len(verifier) <= 128
    assert verifier not in url


def test_verifiers_are_not_repeated() -> None:
    assert oauth.new_verifier() != oauth.new_verifier()


def test_the_code_that_a_redirect_brings() -> None:
    query = {"code": "aPrx==", "state": "s1"}
    assert oauth.code_from_redirect(ENDPOINTS, query=query, expected_state="s1") == "aPrx=="


@pytest.mark.parametrize(
    ("query", "expected_state", "code"),
    [
        ({"code": "c", "state": "other"}, "s1", "oauth.state_mismatch"),
        ({"code": "c"}, "s1", "oauth.state_mismatch"),
        ({"code": "c", "state": ""}, "", "oauth.state_mismatch"),
        ({"code": "c", "state": "é"}, "s1", "oauth.state_mismatch"),
        ({"error": "access_denied"}, "s1", "oauth.state_mismatch"),
        ({"error": "access_denied", "state": "s1"}, "s1", "oauth.denied"),
        ({"error": "access-denied", "state": "s1"}, "s1", "oauth.denied"),
        ({"error": "OAUTH_APP_BLOCKED", "state": "s1"}, "s1", "oauth.user_blocked"),
        ({"error": "something_new", "state": "s1"}, "s1", "oauth.refused"),
        ({"state": "s1"}, "s1", "oauth.malformed_answer"),
    ],
)
def test_any_other_redirect_is_bad_input(
    query: dict[str, str], expected_state: str, code: str
) -> None:
    with pytest.raises(BadInput) as caught:
        oauth.code_from_redirect(ENDPOINTS, query=query, expected_state=expected_state)
    assert caught.value.code == code


def test_a_code_becomes_a_grant() -> None:
    asked: list[httpx.Request] = []

    def mood(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=GRANTED)

    grant = oauth.exchange_code(at(mood), code="c==", verifier="v", redirect_uri="https://r/b")
    assert (grant.access_token, grant.refresh_token) == ("00D000000000001!AQ", "5Aep")
    assert (grant.organization, grant.user) == ("00D000000000001EAA", "005000000000001AAA")
    assert grant.scopes == ("api", "refresh_token")
    (request,) = asked
    assert str(request.url) == f"{LOGIN}/services/oauth2/token"
    form = parse_qs(request.content.decode())
    assert form == {
        "grant_type": ["authorization_code"],
        "redirect_uri": ["https://r/b"],
        "code": ["c=="],
        "code_verifier": ["v"],
        "client_id": ["the-client"],
        "client_secret": ["s3cret"],
    }


def test_a_public_client_sends_no_empty_secret() -> None:
    def mood(request: httpx.Request) -> httpx.Response:
        assert "client_secret" not in parse_qs(request.content.decode(), keep_blank_values=True)
        return httpx.Response(200, json=GRANTED)

    oauth.refresh(at(mood, secret=""), refresh_token="5Aep")


def test_a_refresh_without_rotation_brings_no_refresh_token() -> None:
    kept = {name: value for name, value in GRANTED.items() if name != "refresh_token"}
    assert oauth.refresh(at(saying(200, **kept)), refresh_token="5Aep").refresh_token is None


@pytest.mark.parametrize(
    ("error", "description", "code"),
    [
        ("invalid_grant", "expired authorization code", "oauth.expired_code"),
        ("invalid_grant", "expired access/refresh token", "oauth.invalid_grant"),
        ("invalid_grant", "authentication failure", "oauth.invalid_grant"),
        ("invalid_grant", "inactive user", "oauth.user_blocked"),
        ("invalid_grant", "request not supported on this domain", "oauth.wrong_domain"),
        ("invalid_grant", "no client credentials user enabled", "oauth.no_run_as_user"),
        ("invalid_client_id", "client identifier invalid", "oauth.wrong_client"),
        ("invalid_client", "invalid client credentials", "oauth.wrong_client"),
        ("redirect_uri_mismatch", "redirect_uri must match", "oauth.redirect_mismatch"),
        ("unsupported_grant_type", "grant type not supported", "oauth.grant_not_allowed"),
        ("never_heard_of", "", "oauth.refused"),
    ],
)
def test_a_refusal_is_bad_input_for_a_person_and_a_lost_grant_later(
    error: str, description: str, code: str
) -> None:
    endpoint = at(saying(400, error=error, error_description=description))
    with pytest.raises(BadInput) as person:
        oauth.exchange_code(endpoint, code="c", verifier="v", redirect_uri="https://r/b")
    with pytest.raises(AuthorizationLost) as later:
        oauth.refresh(endpoint, refresh_token="5Aep")
    with pytest.raises(AuthorizationLost) as headless:
        oauth.client_credentials(endpoint)
    assert person.value.code == later.value.code == headless.value.code == code
    assert code in registry.sentences()


@pytest.mark.parametrize(
    ("mood", "code"),
    [
        (
            saying(
                400,
                error="invalid_grant",
                error_description="token request is already being processed",
            ),
            "oauth.busy",
        ),
        (saying(400, error="rate_limit_exceeded"), "oauth.unavailable"),
        (saying(503), "oauth.unavailable"),
        (saying(429), "oauth.unavailable"),
        (lambda _: httpx.Response(200, text="<html>a captive portal"), "oauth.malformed_answer"),
        (lambda _: httpx.Response(200, json=["no", "object"]), "oauth.malformed_answer"),
        (saying(200, access_token="a"), "oauth.malformed_answer"),
        (saying(200, **{**GRANTED, "id": "https://x/other/a/b"}), "oauth.malformed_answer"),
    ],
)
def test_what_may_pass_is_transient(mood: Mood, code: str) -> None:
    with pytest.raises(Transient) as caught:
        oauth.refresh(at(mood), refresh_token="5Aep")
    assert caught.value.code == code


@pytest.mark.parametrize(
    "instance_url", ["https://evil.example", "http://127.0.0.1:8901", "http://x.salesforce.com"]
)
def test_an_instance_elsewhere_is_refused(instance_url: str) -> None:
    endpoint = at(saying(200, **{**GRANTED, "instance_url": instance_url}))
    with pytest.raises(BadInput, match=r"oauth\.host_not_allowed"):
        oauth.exchange_code(endpoint, code="c", verifier="v", redirect_uri="https://r/b")


def test_an_instance_at_the_simulator_needs_the_setting() -> None:
    url = "http://127.0.0.1:8901"
    mood = saying(200, **{**GRANTED, "instance_url": url})
    assert oauth.client_credentials(at(mood, simulator_url=url)).instance_url == url
    with pytest.raises(AuthorizationLost, match=r"oauth\.host_not_allowed"):
        oauth.client_credentials(at(mood, simulator_url="http://127.0.0.1:8902"))


def test_revoking_a_token_that_is_unknown_there_is_no_error() -> None:
    oauth.revoke(at(saying(400, error="unsupported_token_type")), token="gone")
    with pytest.raises(Transient):
        oauth.revoke(at(saying(503)), token="5Aep")


def test_secrets_are_not_in_the_words_of_a_failure() -> None:
    endpoint = at(saying(400, error="invalid_grant", error_description="expired"))
    with pytest.raises(Failure) as caught:
        oauth.refresh(endpoint, refresh_token="5Aep-the-refresh-token")
    said = f"{caught.value!r} {endpoint!r} {oauth.client_credentials(at(saying(200, **GRANTED)))!r}"
    for secret in ("5Aep", "s3cret", "00D000000000001!AQ"):
        assert secret not in said


def test_a_connector_without_oauth_is_a_mistake_of_ours() -> None:
    endpoint = replace(at(saying(200)), declaration=registry.get("memory"))
    with pytest.raises(ValueError, match="memory does not use OAuth"):
        oauth.client_credentials(endpoint)
