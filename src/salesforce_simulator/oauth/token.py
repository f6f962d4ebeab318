"""/services/oauth2/token: one function per grant type."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.oauth import assertion
from salesforce_simulator.oauth.client import authenticate
from salesforce_simulator.oauth.model import App, OAuthError

Grant = Callable[[Call], dict[str, str]]


def issue(call: Call) -> Response:
    """Answer a token request. OAuthError where it is refused."""
    if call.request.method != "POST":
        raise OAuthError("invalid_request", "must use HTTP POST")
    grant = _GRANTS.get(call.request.form.get("grant_type", ""))
    if grant is None:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    headers = {"Cache-Control": "no-store", "Pragma": "no-cache"}
    return call.answer(grant(call), headers=headers)


def _authorization_code(call: Call) -> dict[str, str]:
    form = call.request.form
    app = authenticate(call.org, call.request, flow="authorization_code")
    _require(form, "code", "redirect_uri")
    code = call.org.grants.redeem_code(
        form["code"],
        app=app,
        redirect_uri=form["redirect_uri"],
        verifier=form.get("code_verifier"),
    )
    wants_refresh = {"refresh_token", "offline_access", "full"} & set(code.scope.split())
    if "refresh_token" not in app.flows or not wants_refresh:
        return _tokens(call, app, user_id=code.user_id, scope=code.scope)
    approval, refresh_token = call.org.grants.approve(
        app=app, user_id=code.user_id, scope=code.scope
    )
    answer = _tokens(call, app, user_id=code.user_id, scope=code.scope, approval_id=approval.id)
    return {**answer, "refresh_token": refresh_token}


def _refresh_token(call: Call) -> dict[str, str]:
    app = authenticate(call.org, call.request, flow="refresh_token")
    _require(call.request.form, "refresh_token")
    approval, successor = call.org.grants.refresh(call.request.form["refresh_token"], app=app)
    answer = _tokens(
        call, app, user_id=approval.user_id, scope=approval.scope, approval_id=approval.id
    )
    return {**answer, "refresh_token": successor} if successor else answer


def _client_credentials(call: Call) -> dict[str, str]:
    app = authenticate(call.org, call.request, flow="client_credentials")
    user = call.org.users.find(app.run_as) if app.run_as else None
    if user is None:
        raise OAuthError("invalid_grant", "no client credentials user enabled")
    answer = _tokens(call, app, user_id=user["Id"], scope=_without_refresh(app.scopes))
    return {**answer, "api_instance_url": "https://api.salesforce.com"}


def _jwt_bearer(call: Call) -> dict[str, str]:
    app, user_id = assertion.judge(call)
    return _tokens(call, app, user_id=user_id, scope=_without_refresh(app.scopes))


def _password(call: Call) -> dict[str, str]:
    form = call.request.form
    app = authenticate(call.org, call.request, flow="password")
    _require(form, "username", "password")
    user_id = call.org.users.check_password(form["username"], form["password"], with_token=True)
    if not user_id:
        raise OAuthError("invalid_grant", "authentication failure")
    return _tokens(call, app, user_id=user_id, scope=_without_refresh(app.scopes))


def _tokens(
    call: Call, app: App, *, user_id: str, scope: str, approval_id: str | None = None
) -> dict[str, str]:
    """Return the answer that all grants share: every value is text."""
    token = call.org.grants.open_session(
        user_id=user_id, client_id=app.client_id, scope=scope, approval_id=approval_id
    )
    identity = f"{call.origin}/id/{call.org.id}/{user_id}"
    issued_at = str(int(call.org.clock().timestamp() * 1000))
    return {
        "access_token": token,
        "signature": signature(app.client_secret, identity, issued_at),
        "scope": scope,
        "instance_url": call.origin,
        "id": identity,
        "token_type": "Bearer",
        "issued_at": issued_at,
    }


def signature(client_secret: str, identity: str, issued_at: str) -> str:
    """Return the base64 HMAC-SHA256 by which a client can tell that the answer is the org's."""
    message = f"{identity}{issued_at}".encode()
    digest = hmac.new(client_secret.encode(), message, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _without_refresh(scopes: str) -> str:
    return " ".join(
        each for each in scopes.split() if each not in {"refresh_token", "offline_access"}
    )


def _require(form: Any, *names: str) -> None:
    missing = [each for each in names if not form.get(each)]
    if missing:
        raise OAuthError("invalid_request", f"missing required parameters: {', '.join(missing)}")


_GRANTS: dict[str, Grant] = {
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
    "client_credentials": _client_credentials,
    "password": _password,
    assertion.GRANT_TYPE: _jwt_bearer,
}
