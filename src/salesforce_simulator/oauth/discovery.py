"""What an org says of its way to sign in: OpenID discovery, signing keys, log-in page."""

from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.oauth.scopes import KNOWN
from salesforce_simulator.oauth.signing import ALGORITHM

_CLAIMS = (
    "active address email email_verified family_name given_name is_app_installed language locale "
    "name nickname organization_id phone_number phone_number_verified photos picture "
    "preferred_username profile sub updated_at urls user_id user_type zoneinfo"
)


def show_configuration(call: Call) -> Response:
    """OpenID Connect discovery."""
    oauth = f"{call.origin}/services/oauth2"
    content = {
        "end_session_endpoint": f"{call.origin}/services/auth/idp/oidc/logout",
        "frontchannel_logout_supported": True,
        "frontchannel_logout_session_supported": False,
        "issuer": call.origin,
        "authorization_endpoint": f"{oauth}/authorize",
        "token_endpoint": f"{oauth}/token",
        "revocation_endpoint": f"{oauth}/revoke",
        "userinfo_endpoint": f"{oauth}/userinfo",
        "jwks_uri": f"{call.origin}/id/keys",
        "registration_endpoint": f"{oauth}/register",
        "introspection_endpoint": f"{oauth}/introspect",
        "scopes_supported": sorted(KNOWN),
        "response_types_supported": ["code", "token", "token id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "display_values_supported": ["page", "popup", "touch"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "client_secret_basic",
            "private_key_jwt",
        ],
        "claims_supported": _CLAIMS.split(),
    }
    return call.answer(content, headers=_for_browsers())


def show_keys(call: Call) -> Response:
    """The keys that identity tokens are signed with."""
    return call.answer({"keys": [call.org.signing_key.public()]}, headers=_for_browsers())


def show_auth_configuration(call: Call) -> Response:
    """What mobile clients ask before they show a log-in page."""
    content: dict[str, Any] = {
        "OrgId": call.org.id[:15],
        "Url": call.origin,
        "MobileSDK": {
            "UseiOSNativeBrowserForAuthentication": False,
            "UseAndroidNativeBrowserForAuthentication": False,
            "shareBrowserSessionIOS": False,
            "shareBrowserSessionAndroid": False,
        },
        "LoginPage": None,
        "SamlProviders": [],
        "AuthProviders": [],
        "CertificateLogin": None,
        "LoginPageType": "standard",
        "LoginPageTypeConfigs": {},
    }
    headers = {**_for_browsers(), "Access-Control-Allow-Methods": "GET, POST, OPTIONS"}
    return call.answer(content, headers=headers)


def _for_browsers() -> dict[str, str]:
    return {"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Credentials": "false"}
