"""Getting, renewing and giving back a grant (OAuth 2.0), with no storage and no framework.

A person's browser goes to `authorization_url` and comes back; `code_from_redirect` checks what
it brought; `exchange_code` turns that into a `Grant`. `client_credentials` is the head-less
way, `refresh` and `revoke` the rest of a grant's life. Storing a grant and letting only one
worker refresh it is the caller's part (`connections/tokens.py`).

While a person is setting things up, a refusal is BadInput; once a stored grant is refused, it
is AuthorizationLost. Specifications: RFC 6749, 7009 (revoke), 7636 (PKCE).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

import httpx
from authlib.common.urls import add_params_to_qs
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from raccord.connectors import http
from raccord.connectors.base import Declaration, Grant, OAuthEndpoints
from raccord.engine.errors import AuthorizationLost, BadInput, Failure, Transient, sentence

# A token endpoint answers in well under a second; a stuck one must not hold a refresh up.
_DEADLINE = timedelta(seconds=30)
_LARGEST_ANSWER = 256 * 1024
_DETAIL_LENGTH = 200

SENTENCES: Mapping[str, tuple[str, str]] = {
    "oauth.denied": (
        sentence("Access was not granted."),
        sentence("Start again and choose “Allow” on the other side's page."),
    ),
    "oauth.state_mismatch": (
        sentence("This answer does not belong to the authorization that was started here."),
        sentence("Start the authorization again, in one browser window, within a few minutes."),
    ),
    "oauth.expired_code": (
        sentence("The authorization took too long, and its code has expired."),
        sentence("Start the authorization again."),
    ),
    "oauth.invalid_grant": (
        sentence("The other side no longer accepts this authorization."),
        sentence("Authorize access again. Nothing that was waiting is lost."),
    ),
    "oauth.wrong_client": (
        sentence("The client id or the client secret is not known there."),
        sentence("Compare both with the app's settings over there; the secret may have changed."),
    ),
    "oauth.redirect_mismatch": (
        sentence("The app over there does not allow this return address."),
        sentence("Add this installation's return address to the app's call-back addresses."),
    ),
    "oauth.scope_refused": (
        sentence("The app over there does not allow the access that Raccord asks for."),
        sentence("Add the missing scopes to the app's settings over there."),
    ),
    "oauth.grant_not_allowed": (
        sentence("The app over there does not allow this way of authorizing."),
        sentence("Switch this OAuth flow on in the app's settings over there."),
    ),
    "oauth.wrong_domain": (
        sentence("This way of authorizing does not work at this sign-in address."),
        sentence("Use your organization's own address instead of the general sign-in page."),
    ),
    "oauth.no_run_as_user": (
        sentence("The app over there has no user to run as."),
        sentence("Choose the user that the app runs as in its settings over there."),
    ),
    "oauth.user_blocked": (
        sentence("The other side does not let this user in."),
        sentence("Ask an administrator there: the user, the app or this network may be blocked."),
    ),
    "oauth.host_not_allowed": (
        sentence("The sign-in answered with an address that does not belong to this source."),
        sentence("Check the sign-in address; nothing was stored."),
    ),
    "oauth.refused": (
        sentence("The other side refused the authorization."),
        sentence("Read the technical detail and start again."),
    ),
    "oauth.busy": (
        sentence("Another request is renewing this authorization at the same moment."),
        sentence("Raccord tries again by itself."),
    ),
    "oauth.unavailable": (
        sentence("The sign-in service of the other side is briefly unavailable."),
        sentence("Raccord tries again by itself."),
    ),
    "oauth.malformed_answer": (
        sentence("The sign-in service answered something that is not an OAuth answer."),
        sentence("Check the sign-in address; a page of a proxy or firewall may have answered."),
    ),
}

# RFC 6749 4.1.2.1 and 5.2, RFC 6750 3.1. A vendor's own words come from its declaration.
_STANDARD_DENIALS: Mapping[str, str] = MappingProxyType(
    {
        "access_denied": "oauth.denied",
        "invalid_client": "oauth.wrong_client",
        "unauthorized_client": "oauth.grant_not_allowed",
        "unsupported_grant_type": "oauth.grant_not_allowed",
        "unsupported_response_type": "oauth.grant_not_allowed",
        "redirect_uri_mismatch": "oauth.redirect_mismatch",
        "invalid_scope": "oauth.scope_refused",
        "invalid_grant": "oauth.invalid_grant",
        "server_error": "oauth.unavailable",
        "temporarily_unavailable": "oauth.unavailable",
    }
)
_PASSING = frozenset({"oauth.busy", "oauth.unavailable"})


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    """Where tokens are asked for, and by which registered app.

    login_url: origin of the sign-in host. simulator_url: see `http.make_client`.
    """

    declaration: Declaration
    client: httpx.Client
    login_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    simulator_url: str = ""


def new_verifier() -> str:
    """A fresh PKCE code verifier (RFC 7636, 4.1); keep it with the state until the redirect."""
    return secrets.token_urlsafe(64)


def authorization_url(
    endpoints: OAuthEndpoints,
    *,
    login_url: str,
    client_id: str,
    redirect_uri: str,
    state: str,
    verifier: str,
) -> str:
    """Where to send the person's browser so that they can grant access."""
    return str(
        prepare_grant_uri(
            login_url.rstrip("/") + endpoints.authorize_path,
            client_id,
            "code",
            redirect_uri=redirect_uri,
            scope=endpoints.scopes,
            state=state,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
    )


def code_from_redirect(
    endpoints: OAuthEndpoints, *, query: Mapping[str, str], expected_state: str
) -> str:
    """The code that the browser brought back; raises BadInput for anything else.

    The state is compared first: without it nothing in `query` can be trusted.
    """
    state = query.get("state", "")
    if not expected_state or not secrets.compare_digest(state.encode(), expected_state.encode()):
        raise BadInput("oauth.state_mismatch")
    if "error" in query:
        raise _refusal(
            endpoints,
            error=query["error"],
            description=query.get("error_description", ""),
            refused=BadInput,
        )
    code = query.get("code", "")
    if not code:
        raise BadInput("oauth.malformed_answer")
    return code


def exchange_code(at: TokenEndpoint, *, code: str, verifier: str, redirect_uri: str) -> Grant:
    """Turn the code of a redirect into a grant; BadInput if it is refused."""
    body = prepare_token_request(
        "authorization_code", redirect_uri=redirect_uri, code=code, code_verifier=verifier
    )
    return _ask_for_grant(at, body=body, refused=BadInput)


def client_credentials(at: TokenEndpoint) -> Grant:
    """A grant for the app itself, without a person; AuthorizationLost if it is refused."""
    return _ask_for_grant(
        at, body=prepare_token_request("client_credentials"), refused=AuthorizationLost
    )


def refresh(at: TokenEndpoint, *, refresh_token: str) -> Grant:
    """A fresh access token; AuthorizationLost if the grant is gone, Transient if it may pass.

    The answer's `refresh_token` is None where it was not rotated: keep the old one then. A
    rotated one must be stored before the new access token is used.
    """
    body = prepare_token_request("refresh_token", refresh_token=refresh_token)
    return _ask_for_grant(at, body=body, refused=AuthorizationLost)


def revoke(at: TokenEndpoint, *, token: str) -> None:
    """Give a refresh or access token back; one that is already unknown there is no error."""
    path = _endpoints(at).revoke_path
    answer = _post(at, path=path, body=add_params_to_qs("", [("token", token)]))
    if answer.status >= 500 or answer.status == 429:
        raise Transient("oauth.unavailable", detail=f"HTTP {answer.status}")


def _ask_for_grant(at: TokenEndpoint, *, body: str, refused: type[Failure]) -> Grant:
    endpoints = _endpoints(at)
    parse = at.declaration.parse_grant
    if parse is None:
        raise ValueError(f"{at.declaration.source} declares OAuth but no parse_grant")
    answer = _post(at, path=endpoints.token_path, body=body)
    said = _said(answer)
    if answer.status != 200:
        raise _refusal(
            endpoints,
            error=str(said.get("error", "")),
            description=str(said.get("error_description", "")),
            refused=refused,
        )
    try:
        grant = parse(said)
    except (KeyError, ValueError) as reason:
        raise Transient("oauth.malformed_answer", detail=type(reason).__name__) from None
    if not http.address_allowed(
        grant.instance_url, allowed_hosts=endpoints.allowed_hosts, simulator_url=at.simulator_url
    ):
        raise refused("oauth.host_not_allowed", {"host": grant.instance_url[:_DETAIL_LENGTH]})
    return grant


def _post(at: TokenEndpoint, *, path: str, body: str) -> http.Answer:
    """POST a form with the app's own credentials in it, none of it in the address."""
    credentials = [("client_id", at.client_id)]
    if at.client_secret:
        credentials.append(("client_secret", at.client_secret))
    return http.send(
        at.client,
        "POST",
        at.login_url.rstrip("/") + path,
        deadline=_DEADLINE,
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        },
        content=add_params_to_qs(body, credentials).encode("ascii"),
        largest=_LARGEST_ANSWER,
    )


def _said(answer: http.Answer) -> Mapping[str, object]:
    if answer.status >= 500 or answer.status == 429:
        raise Transient("oauth.unavailable", detail=f"HTTP {answer.status}")
    try:
        said = answer.json()
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Transient("oauth.malformed_answer", detail=f"HTTP {answer.status}")
    return said


def _refusal(
    endpoints: OAuthEndpoints, *, error: str, description: str, refused: type[Failure]
) -> Failure:
    """The failure for an OAuth error: the vendor's own words first, then the standard's."""
    code = (
        next((code for text, code in endpoints.denials.items() if text in description), None)
        or endpoints.denials.get(error)
        or _STANDARD_DENIALS.get(error)
        or "oauth.refused"
    )
    detail = f"{error}: {description}"[:_DETAIL_LENGTH]
    return (Transient if code in _PASSING else refused)(code, detail=detail)


def _endpoints(at: TokenEndpoint) -> OAuthEndpoints:
    if at.declaration.oauth is None:
        raise ValueError(f"{at.declaration.source} does not use OAuth")
    return at.declaration.oauth
