"""Signing in with a user name and password, and what goes with it.

The session it opens is an access token like any other: REST and Bulk take it.
"""

from salesforce_simulator.call import Call
from salesforce_simulator.reading import person_name
from salesforce_simulator.soap.asked import Asked
from salesforce_simulator.soap.envelope import SoapError, element

INVALID_LOGIN = "Invalid username, password, security token; or user locked out."


def login(asked: Asked) -> str:
    call = asked.call
    user_id = call.org.users.check_password(
        asked.argument("username"), asked.argument("password"), with_token=True
    )
    if not user_id:
        raise SoapError("INVALID_LOGIN", INVALID_LOGIN)
    token = call.org.grants.open_session(
        user_id=user_id, client_id=asked.operation.headers.get("client", ""), scope="api"
    )
    call.user_id = user_id
    server, short = f"{call.origin}/services/Soap", call.org.id[:15]
    letter = "c" if asked.typed else "u"
    return "<result>{}</result>".format(
        "".join(
            [
                element("metadataServerUrl", f"{server}/m/{asked.version}/{short}"),
                element("passwordExpired", False),
                element("sandbox", False),
                element("serverUrl", f"{server}/{letter}/{asked.version}/{short}"),
                element("sessionId", token),
                element("userId", user_id),
                f"<userInfo>{_user_info(call, user_id)}</userInfo>",
            ]
        )
    )


def logout(asked: Asked) -> str:
    asked.call.org.grants.revoke(asked.operation.headers["sessionId"])
    return ""


def get_user_info(asked: Asked) -> str:
    return f"<result>{_user_info(asked.call, asked.call.user_id)}</result>"


def get_server_timestamp(asked: Asked) -> str:
    moment = f"{asked.call.org.now():%Y-%m-%dT%H:%M:%S.000Z}"
    return f"<result>{element('timestamp', moment)}</result>"


def _user_info(call: Call, user_id: str) -> str:
    row = call.org.users.get(user_id) or {}
    told = {
        "accessibilityMode": False,
        "chatterExternal": False,
        "currencySymbol": "€",
        "orgAttachmentFileSizeLimit": 5_242_880,
        "orgDefaultCurrencyIsoCode": "EUR",
        "orgDisallowHtmlAttachments": False,
        "orgHasPersonAccounts": False,
        "organizationId": call.org.id,
        "organizationMultiCurrency": False,
        "organizationName": call.org.name,
        "profileId": row.get("ProfileId"),
        "roleId": None,
        "sessionSecondsValid": int(call.org.grants.session_seconds),
        "userDefaultCurrencyIsoCode": None,
        "userEmail": row.get("Email"),
        "userFullName": person_name(row),
        "userId": user_id,
        "userLanguage": row.get("LanguageLocaleKey"),
        "userLocale": row.get("LocaleSidKey"),
        "userName": row.get("Username"),
        "userTimeZone": row.get("TimeZoneSidKey"),
        "userType": "Standard",
        "userUiSkin": "Theme3",
    }
    return "".join(element(name, value) for name, value in told.items())
