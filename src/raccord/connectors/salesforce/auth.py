"""Where Salesforce gives grants, what its answers mean, and how it words a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from raccord.connectors.base import Environment, Grant, OAuthEndpoints

ENDPOINTS = OAuthEndpoints(
    authorize_path="/services/oauth2/authorize",
    token_path="/services/oauth2/token",  # noqa: S106 - a path, not a password
    revoke_path="/services/oauth2/revoke",
    scopes=("api", "refresh_token", "id"),
    environments=(
        Environment("production", "Production", "https://login.salesforce.com"),
        Environment("sandbox", "Sandbox", "https://test.salesforce.com"),
    ),
    # My Domain hosts (x.my.salesforce.com, x--box.sandbox.my.salesforce.com) and old pods alike.
    allowed_hosts=(".salesforce.com",),
    # help.salesforce.com: remoteaccess_oauth_flow_errors, and texts seen in recorded answers.
    denials={
        "token request is already being processed": "oauth.busy",
        "rate_limit_exceeded": "oauth.unavailable",
        "expired authorization code": "oauth.expired_code",
        "request not supported on this domain": "oauth.wrong_domain",
        "no client credentials user enabled": "oauth.no_run_as_user",
        "invalid_client_id": "oauth.wrong_client",
        "client identifier invalid": "oauth.wrong_client",
        "invalid client credentials": "oauth.wrong_client",
        "inactive user": "oauth.user_blocked",
        "inactive organization": "oauth.user_blocked",
        "IP restricted or invalid login hours": "oauth.user_blocked",
        "user is not admin approved": "oauth.user_blocked",
        "user hasn't approved this consumer": "oauth.user_blocked",
        "OAUTH_APP_BLOCKED": "oauth.user_blocked",
        "OAUTH_APP_ACCESS_DENIED": "oauth.user_blocked",
        # The help page's own sample spells the standard's access_denied like this.
        "access-denied": "oauth.denied",
    },
)


def parse_grant(said: Mapping[str, object]) -> Grant:
    """A token endpoint's answer; KeyError or ValueError if something is missing.

    Who we are is the end of the identity address: ``https://host/id/<organization>/<user>``.
    There is no `expires_in`: a session lasts as long as the org's policy says, longer in use.
    """
    marker, organization, user = urlsplit(str(said["id"])).path.strip("/").split("/")
    if marker != "id":
        raise ValueError("no identity address")
    refresh_token = said.get("refresh_token")
    return Grant(
        access_token=str(said["access_token"]),
        refresh_token=str(refresh_token) if refresh_token else None,
        instance_url=str(said["instance_url"]).rstrip("/"),
        organization=organization,
        user=user,
        scopes=tuple(str(said.get("scope", "")).split()),
    )
