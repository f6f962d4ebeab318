"""/named-credentials/credential: the secrets of an external credential, which nobody reads again.

Connect REST API guide, "Credential".
"""

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError


def show(call: Call) -> Response:
    """Say whether a principal has its parameters; never what they are."""
    key = _key(call, call.request.args)
    return call.answer(_shown(call, key))


def create(call: Call) -> Response:
    return _store(call, exists=False)


def replace(call: Call) -> Response:
    return _store(call, exists=True)


def _store(call: Call, *, exists: bool) -> Response:
    content = call.json_object()
    key = _key(call, content)
    values = content.get("credentials")
    if not isinstance(values, dict) or not values:
        raise ApiError("INVALID_INPUT", "Specify the credentials.")
    secrets = call.org.plug_in.secrets
    with call.org.lock:
        if (key in secrets) != exists:
            what = "doesn't exist" if exists else "already exists"
            raise ApiError("INVALID_INPUT", f"The credential {what}.")
        secrets[key] = {
            str(name): str(each.get("value", "")) if isinstance(each, dict) else ""
            for name, each in values.items()
        }
    return call.answer(_shown(call, key), status=200 if exists else 201)


def _key(call: Call, told: Mapping[str, Any]) -> tuple[str, str]:
    """Which principal is meant. ApiError if there is none such, or the user may not."""
    if not call.org.permissions.of(call.user_id).has("ManageNamedCredentials"):
        message = "You do not have permission to manage named credentials."
        raise ApiError("INSUFFICIENT_ACCESS", message, status=403)
    name = str(told.get("externalCredential") or "")
    if call.org.components.get("ExternalCredential", name) is None:
        message = f"We couldn't find the external credential {name}."
        raise ApiError("NOT_FOUND", message, status=404)
    return name, str(told.get("principalName") or "")


def _shown(call: Call, key: tuple[str, str]) -> dict[str, Any]:
    known = call.org.plug_in.secrets.get(key)
    return {
        "authenticationProtocol": "Custom",
        "authenticationStatus": "Configured" if known else "NotConfigured",
        "credentials": {name: {"encrypted": True, "value": None} for name in known or {}},
        "externalCredential": key[0],
        "principalName": key[1],
        "principalType": "NamedPrincipal",
    }
