"""The device flow: an app that has no browser shows a code, a person enters it elsewhere.

    begin -> a person's page (`device_page.py`) -> poll, until it says more than "not yet"

The codes are forgotten at a restart: ten minutes is all they live anyway.
"""

import secrets
from dataclasses import dataclass

from salesforce_simulator.call import Call
from salesforce_simulator.oauth import scopes
from salesforce_simulator.oauth.client import authenticate
from salesforce_simulator.oauth.model import App, OAuthError

PAGE = "/setup/connect"
INTERVAL = 5
LIFETIME = 600
MAX_PENDING = 1000
# Letters and digits that nobody takes for one another.
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ23456789"
_CODE_LENGTH = 8


@dataclass(slots=True, kw_only=True)
class Pending:
    """A device that waits. `user_id` is who allowed it; `denied` that somebody did not."""

    device_code: str
    user_code: str
    client_id: str
    scope: str
    expires_at: float
    polled_at: float = 0.0
    user_id: str = ""
    denied: bool = False


def begin(call: Call) -> dict[str, object]:
    """Return the codes of a new device."""
    app = authenticate(call, flow="device")
    scope = call.request.form.get("scope") or app.scopes
    if not scopes.are_known(scope):
        raise OAuthError("invalid_scope", "the requested scope is invalid, unknown or malformed")
    pending = Pending(
        device_code=secrets.token_hex(32),
        user_code="".join(secrets.choice(_LETTERS) for _ in range(_CODE_LENGTH)),
        client_id=app.client_id,
        scope=scope,
        expires_at=_now(call) + LIFETIME,
    )
    with call.org.lock:
        devices = call.org.grants.devices
        for old in [each for each in devices.values() if each.expires_at < _now(call)]:
            del devices[old.device_code]
        if len(devices) >= MAX_PENDING:
            raise OAuthError("rate_limit_exceeded", "too many devices wait for a person")
        devices[pending.device_code] = pending
    return {
        "device_code": pending.device_code,
        "user_code": pending.user_code,
        "verification_uri": f"{call.origin}{PAGE}",
        "interval": INTERVAL,
    }


def poll(call: Call, app: App) -> tuple[str, str]:
    """Return the user and the scope that a device was allowed. OAuthError until it is."""
    form = call.request.form
    with call.org.lock:
        pending = call.org.grants.devices.get(form.get("code") or form.get("device_code", ""))
        if pending is None or pending.client_id != app.client_id:
            raise OAuthError("invalid_grant", "invalid device code")
        if pending.expires_at < _now(call):
            raise OAuthError("invalid_grant", "device code has expired")
        too_soon = _now(call) - pending.polled_at < INTERVAL
        pending.polled_at = _now(call)
        if not pending.user_id and not pending.denied:
            if too_soon:
                raise OAuthError("slow_down", "polling faster than the interval allows")
            raise OAuthError("authorization_pending", "end-user has not yet been authorized")
        del call.org.grants.devices[pending.device_code]
    if pending.denied:
        raise OAuthError("access_denied", "end-user denied authorization")
    return pending.user_id, pending.scope


def waiting(call: Call, user_code: str) -> Pending | None:
    """Return the waiting device of a code, which people may write with spaces and in small."""
    code = user_code.replace(" ", "").replace("-", "").upper()
    with call.org.lock:
        return next(
            (
                each
                for each in call.org.grants.devices.values()
                if each.user_code == code
                and each.expires_at >= _now(call)
                and not each.user_id
                and not each.denied
            ),
            None,
        )


def _now(call: Call) -> float:
    return call.org.now().timestamp()
