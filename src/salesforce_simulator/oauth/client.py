"""Who a token request comes from: the app, by form fields, HTTP Basic or a signed assertion."""

import hmac

from salesforce_simulator.call import Call
from salesforce_simulator.oauth import assertion
from salesforce_simulator.oauth.model import App, OAuthError, find_app

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Flows in which an app without a secret can still not be someone else.
_PROVEN_OTHERWISE = frozenset({"authorization_code", "refresh_token", "device"})


def authenticate(call: Call, *, flow: str = "") -> App:
    """Return the app that a token request proves to be. OAuthError where it does not.

    Without a `flow` any app is welcome, with its secret.
    """
    form = call.request.form
    if form.get("client_assertion"):
        return _allowed(_by_assertion(call, form["client_assertion"]), flow=flow)
    basic = call.request.authorization
    by_header = basic is not None and basic.type == "basic"
    if by_header and basic is not None:
        client_id, secret = basic.username or "", basic.password or ""
    else:
        client_id, secret = form.get("client_id", ""), form.get("client_secret", "")
    app = _allowed(find_app(call.org.grants.apps, client_id), flow=flow)
    # A public client of the web-server flow proves itself by PKCE instead.
    needs_secret = app.require_secret or flow not in _PROVEN_OTHERWISE
    if flow == "device":
        # What runs on a device cannot keep a secret: none is asked for.
        needs_secret = False
    if (secret or needs_secret) and not hmac.compare_digest(
        secret.encode(), app.client_secret.encode()
    ):
        status = 401 if by_header else 400
        raise OAuthError("invalid_client", "invalid client credentials", status=status)
    return app


def _allowed(app: App, *, flow: str) -> App:
    if flow and flow not in app.flows:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    return app


def _by_assertion(call: Call, text: str) -> App:
    """Return the app that signed an assertion about itself (private_key_jwt)."""
    if call.request.form.get("client_assertion_type") != ASSERTION_TYPE:
        raise OAuthError("invalid_request", "client_assertion_type is not supported")
    try:
        app, claims = assertion.verified(call, text, needs_certificate=True)
    except OAuthError as refused:
        if refused.error == "invalid_client_id":
            raise
        raise OAuthError("invalid_client", "invalid client credentials") from refused
    if claims.get("sub") != app.client_id:
        raise OAuthError("invalid_client", "invalid client credentials")
    return app
