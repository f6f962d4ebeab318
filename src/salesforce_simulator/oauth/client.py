"""Who a token request comes from: the app, by form fields or HTTP Basic, and its flows."""

import hmac

from werkzeug.wrappers import Request

from salesforce_simulator.oauth.model import App, OAuthError
from salesforce_simulator.org import Org


def find_app(org: Org, client_id: str) -> App:
    """Return the app of a client id. OAuthError invalid_client_id if there is none."""
    app = org.grants.apps.get(client_id)
    if app is None:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    return app


def authenticate(org: Org, request: Request, *, flow: str) -> App:
    """Return the app that a token request proves to be. OAuthError where it does not."""
    basic = request.authorization if request.authorization else None
    by_header = basic is not None and basic.type == "basic"
    if by_header and basic is not None:
        client_id, secret = basic.username or "", basic.password or ""
    else:
        client_id = request.form.get("client_id", "")
        secret = request.form.get("client_secret", "")
    app = find_app(org, client_id)
    if flow not in app.flows:
        raise OAuthError("unsupported_grant_type", "grant type not supported")
    # A public client of the web-server flow proves itself by PKCE instead.
    needs_secret = app.require_secret or flow in {"client_credentials", "password"}
    if (secret or needs_secret) and not hmac.compare_digest(
        secret.encode(), app.client_secret.encode()
    ):
        status = 401 if by_header else 400
        raise OAuthError("invalid_client", "invalid client credentials", status=status)
    return app
