"""The scopes that an app may ask for, and what granting one means to a person."""

# What the consent page says; scopes that are not here are named as they are.
MEANINGS = {
    "api": "read and change data through the API",
    "refresh_token": "keep this access while you are away",
    "offline_access": "keep this access while you are away",
    "id": "know your name and e-mail address",
    "profile": "know your name and e-mail address",
    "email": "know your name and e-mail address",
    "address": "know your name and e-mail address",
    "phone": "know your name and e-mail address",
    "openid": "know your name and e-mail address",
    "full": "do all of this on your behalf",
    "web": "use the web pages of the org",
}
# Names that an org knows; the simulator offers nothing behind these.
_UNUSED = frozenset(
    {
        "cdp_api",
        "cdp_calculated_insight_api",
        "cdp_identityresolution_api",
        "cdp_ingest_api",
        "cdp_profile_api",
        "cdp_query_api",
        "cdp_segment_api",
        "chatbot_api",
        "chatter_api",
        "content",
        "custom_permissions",
        "eclair_api",
        "einstein_gpt_api",
        "forgot_password",
        "interaction_api",
        "lightning",
        "pardot_api",
        "pwdless_login_api",
        "sfap_api",
        "user_registration_api",
        "visualforce",
        "wave_api",
    }
)
KNOWN = frozenset(MEANINGS) | _UNUSED
_REFRESH = frozenset({"refresh_token", "offline_access"})


def are_known(scope: str) -> bool:
    return set(scope.split()) <= KNOWN


def ask_for_refresh(scope: str) -> bool:
    """Tell whether a refresh token is asked for. Not even `full` means that."""
    return not _REFRESH.isdisjoint(scope.split())


def without_refresh(scope: str) -> str:
    return " ".join(each for each in scope.split() if each not in _REFRESH)
