"""What OAuth is made of here: apps, approvals, sessions, codes, and refusals.

Tokens are kept as hashes only, in memory as in the journal: nobody who reads either can use them.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

FLOWS = frozenset(
    {
        "authorization_code",
        "refresh_token",
        "client_credentials",
        "password",
        "jwt",
        "device",
        "user_agent",
    }
)


class OAuthError(Exception):
    """A refusal in OAuth's own form: {"error": ..., "error_description": ...}."""

    def __init__(self, error: str, description: str, *, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.description = description
        self.status = status


@dataclass(slots=True, kw_only=True)
class App:
    """A connected app. `run_as` is the user name that client_credentials act as.

    `certificate` is the PEM of the key (or certificate) that its JWT assertions are signed with.
    `daily_calls` is an allowance of its own, told in Sforce-Limit-Info.
    """

    client_id: str
    client_secret: str
    name: str = "Connected app"
    redirect_uris: list[str] = field(default_factory=list)
    flows: list[str] = field(default_factory=lambda: ["authorization_code", "refresh_token"])
    rotate_refresh_tokens: bool = False
    require_pkce: bool = False
    require_secret: bool = True
    auto_approve: bool = False
    run_as: str | None = None
    certificate: str | None = None
    scopes: str = "api refresh_token id"
    daily_calls: int | None = None


@dataclass(slots=True, kw_only=True)
class Approval:
    """A user's consent to an app: the family that its refresh and access tokens belong to."""

    id: str
    user_id: str
    client_id: str
    scope: str
    refresh_hash: str
    used_hashes: list[str] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Session:
    """An access token in use. It expires when unused for the org's session time."""

    token_hash: str
    user_id: str
    client_id: str
    scope: str
    approval_id: str | None
    issued_at: float
    last_used: float


@dataclass(slots=True, kw_only=True)
class Code:
    """An authorization code: once, for this app, redirect address and PKCE challenge."""

    user_id: str
    client_id: str
    scope: str
    redirect_uri: str
    challenge: str | None
    expires_at: float
    nonce: str | None = None


def find_app(apps: Mapping[str, App], client_id: str) -> App:
    """Return the app of a client id. OAuthError invalid_client_id if there is none."""
    app = apps.get(client_id)
    if app is None:
        raise OAuthError("invalid_client_id", "client identifier invalid")
    return app


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
