"""/services/oauth2/token: one function per grant type."""

from collections.abc import Callable
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.oauth import answer, assertion, device, scopes
from salesforce_simulator.oauth.client import authenticate
from salesforce_simulator.oauth.model import App, OAuthError

Grant = Callable[[Call], dict[str, str]]


def issue(call: Call) -> Response:
    """Answer a token request, or begin the device flow. OAuthError where it is refused."""
    if call.request.method != "POST":
        raise OAuthError("invalid_request", "must use HTTP POST")
    form = call.request.form
    if form.get("response_type") == "device_code":
        return answer.write(call, device.begin(call))
    grant = _GRANTS.get(form.get("grant_type", ""))
    if grant is None:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    return answer.write(call, grant(call))


def _authorization_code(call: Call) -> dict[str, str]:
    form = call.request.form
    app = authenticate(call, flow="authorization_code")
    _require(form, "code", "redirect_uri")
    code = call.org.grants.redeem_code(
        form["code"],
        app=app,
        redirect_uri=form["redirect_uri"],
        verifier=form.get("code_verifier"),
    )
    return _with_refresh_token(call, app, user_id=code.user_id, scope=code.scope, nonce=code.nonce)


def _device(call: Call) -> dict[str, str]:
    app = authenticate(call, flow="device")
    user_id, scope = device.poll(call, app)
    return _with_refresh_token(call, app, user_id=user_id, scope=scope)


def _with_refresh_token(
    call: Call, app: App, *, user_id: str, scope: str, nonce: str | None = None
) -> dict[str, str]:
    """Answer a person's consent: with a refresh token if the app asked for one and may use it."""
    if "refresh_token" not in app.flows or not scopes.ask_for_refresh(scope):
        return answer.tokens(call, app, user_id=user_id, scope=scope, nonce=nonce)
    approval, refresh_token = call.org.grants.approve(app=app, user_id=user_id, scope=scope)
    given = answer.tokens(
        call, app, user_id=user_id, scope=scope, approval_id=approval.id, nonce=nonce
    )
    return {**given, "refresh_token": refresh_token}


def _refresh_token(call: Call) -> dict[str, str]:
    app = authenticate(call, flow="refresh_token")
    _require(call.request.form, "refresh_token")
    approval, successor = call.org.grants.refresh(call.request.form["refresh_token"], app=app)
    given = answer.tokens(
        call, app, user_id=approval.user_id, scope=approval.scope, approval_id=approval.id
    )
    return {**given, "refresh_token": successor} if successor else given


def _client_credentials(call: Call) -> dict[str, str]:
    app = authenticate(call, flow="client_credentials")
    user = call.org.users.find(app.run_as) if app.run_as else None
    if user is None:
        raise OAuthError("invalid_grant", "no client credentials user enabled")
    given = _without_person(call, app, user["Id"])
    return {**given, "api_instance_url": "https://api.salesforce.com"}


def _jwt_bearer(call: Call) -> dict[str, str]:
    app, user_id = assertion.judge(call)
    return _without_person(call, app, user_id)


def _password(call: Call) -> dict[str, str]:
    form = call.request.form
    app = authenticate(call, flow="password")
    _require(form, "username", "password")
    user_id = call.org.users.check_password(form["username"], form["password"], with_token=True)
    if not user_id:
        raise OAuthError("invalid_grant", "authentication failure")
    return _without_person(call, app, user_id)


def _without_person(call: Call, app: App, user_id: str) -> dict[str, str]:
    """Answer a grant that nobody consents to: it gives what the app is set up for."""
    scope = scopes.without_refresh(app.scopes)
    return answer.tokens(call, app, user_id=user_id, scope=scope)


def _require(form: Any, *names: str) -> None:
    missing = [each for each in names if not form.get(each)]
    if missing:
        raise OAuthError("invalid_request", f"missing required parameters: {', '.join(missing)}")


_GRANTS: dict[str, Grant] = {
    "authorization_code": _authorization_code,
    "refresh_token": _refresh_token,
    "client_credentials": _client_credentials,
    "password": _password,
    "device": _device,
    "urn:ietf:params:oauth:grant-type:device_code": _device,
    assertion.GRANT_TYPE: _jwt_bearer,
}
