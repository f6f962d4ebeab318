"""The JWT bearer flow: an app signs, with its own key, whom it wants to act as.

An app that brings a `certificate` in the seed is checked against it. Without one the signature
cannot be checked; everything the assertion says still is.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from salesforce_simulator.call import Call
from salesforce_simulator.oauth.model import App, OAuthError, find_app

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LOGIN_HOSTS = frozenset({"login.salesforce.com", "test.salesforce.com"})


def judge(call: Call) -> tuple[App, str]:
    """Return the app and the user's id that an assertion proves. OAuthError where it does not."""
    app, claims = verified(call, call.request.form.get("assertion", ""))
    if "jwt" not in app.flows:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    user = call.org.users.find(str(claims.get("sub", "")))
    if user is None:
        raise OAuthError("invalid_grant", "user hasn't approved this consumer")
    return app, str(user["Id"])


def verified(
    call: Call, assertion: str, *, needs_certificate: bool = False
) -> tuple[App, Mapping[str, Any]]:
    """Return the app that an assertion comes from, and what it says. OAuthError for a bad one."""
    claims = _claims(assertion)
    app = find_app(call.org.grants.apps, str(claims.get("iss", "")))
    if app.certificate:
        _verify(assertion, app.certificate)
    elif needs_certificate:
        raise OAuthError("invalid_grant", "invalid assertion")
    _check_audience(call, claims)
    _check_time(call, claims)
    return app, claims


def _claims(assertion: str) -> Mapping[str, Any]:
    try:
        head, body, signature = assertion.split(".")
        header, claims = _decoded(head), _decoded(body)
    except (ValueError, UnicodeDecodeError) as broken:
        raise OAuthError("invalid_grant", "invalid assertion") from broken
    if header.get("alg") != "RS256" or not signature:
        raise OAuthError("invalid_grant", "invalid assertion")
    return claims


def _decoded(part: str) -> dict[str, Any]:
    content = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    if not isinstance(content, dict):
        raise ValueError("a JSON object is needed")
    return content


def _verify(assertion: str, certificate: str) -> None:
    try:
        jws.deserialize_compact(assertion, RSAKey.import_key(certificate), algorithms=["RS256"])
    except (JoseError, ValueError) as wrong:
        raise OAuthError("invalid_grant", "invalid assertion") from wrong


def _check_audience(call: Call, claims: Mapping[str, Any]) -> None:
    """The audience is a log-in host, or the org by any of its names."""
    said = claims.get("aud")
    host = urlsplit(str(said[0] if isinstance(said, list) and said else said)).netloc
    own = {urlsplit(call.origin).netloc, call.request.host}
    if host not in _LOGIN_HOSTS | own and not host.endswith(".my.salesforce.com"):
        raise OAuthError("invalid_grant", "audience is invalid")


def _check_time(call: Call, claims: Mapping[str, Any]) -> None:
    """Past is refused; far ahead is not: a common client counts `exp` in milliseconds."""
    try:
        until = float(claims.get("exp", ""))
    except (TypeError, ValueError) as wrong:
        raise OAuthError("invalid_grant", "invalid assertion") from wrong
    if until < call.org.now().timestamp():
        raise OAuthError("invalid_grant", "invalid assertion")
