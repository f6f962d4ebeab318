"""/services/Soap/u and /c: signing in with a user name and password, and what goes with it.

The session it opens is an access token like any other: REST and Bulk take it.
"""

from collections.abc import Callable

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.oauth.model import Session
from salesforce_simulator.reading import person_name
from salesforce_simulator.soap.envelope import (
    ENTERPRISE,
    PARTNER,
    Operation,
    SoapError,
    answer,
    element,
    fault,
    read,
)

INVALID_LOGIN = "Invalid username, password, security token; or user locked out."
INVALID_SESSION = "Invalid Session ID found in SessionHeader: Illegal Session"


def partner(call: Call, version: str, org_id: str = "") -> Response:
    return _answer(call, version, api=PARTNER)


def enterprise(call: Call, version: str, org_id: str = "") -> Response:
    return _answer(call, version, api=ENTERPRISE)


def _answer(call: Call, version: str, *, api: str) -> Response:
    try:
        operation = read(call.body())
        carry_out = _OPERATIONS.get(operation.name)
        if carry_out is None:
            message = f"No operation available for request {{urn:{api}.soap.sforce.com}}"
            raise SoapError("soapenv:Client", f"{message}{operation.name}", kind="")
        letter = "c" if api == ENTERPRISE else "u"
        return answer(operation.name, carry_out(call, operation, f"{letter}/{version}"), api=api)
    except SoapError as refused:
        return fault(refused, api=api)


def _login(call: Call, operation: Operation, address: str) -> str:
    given = operation.arguments
    user_id = call.org.users.check_password(
        given.get("username", ""), given.get("password", ""), with_token=True
    )
    if not user_id:
        raise SoapError("INVALID_LOGIN", INVALID_LOGIN, kind="LoginFault")
    token = call.org.grants.open_session(
        user_id=user_id, client_id=operation.headers.get("client", ""), scope="api"
    )
    call.user_id = user_id
    version, short = address.partition("/")[2], call.org.id[:15]
    server = f"{call.origin}/services/Soap"
    return "<result>{}</result>".format(
        "".join(
            [
                element("metadataServerUrl", f"{server}/m/{version}/{short}"),
                element("passwordExpired", False),
                element("sandbox", False),
                element("serverUrl", f"{server}/{address}/{short}"),
                element("sessionId", token),
                element("userId", user_id),
                f"<userInfo>{_user_info(call, user_id)}</userInfo>",
            ]
        )
    )


def _logout(call: Call, operation: Operation, _address: str) -> str:
    _session(call, operation)
    call.org.grants.revoke(operation.headers["sessionId"])
    return ""


def _get_user_info(call: Call, operation: Operation, _address: str) -> str:
    return f"<result>{_user_info(call, _session(call, operation).user_id)}</result>"


def _get_server_timestamp(call: Call, operation: Operation, _address: str) -> str:
    _session(call, operation)
    moment = f"{call.org.clock():%Y-%m-%dT%H:%M:%S.000Z}"
    return f"<result>{element('timestamp', moment)}</result>"


def _session(call: Call, operation: Operation) -> Session:
    token = operation.headers.get("sessionId", "")
    session = call.org.grants.session(token) if token else None
    if session is None:
        raise SoapError("INVALID_SESSION_ID", INVALID_SESSION)
    call.user_id = session.user_id
    return session


def _user_info(call: Call, user_id: str) -> str:
    row = call.org.users.get(user_id) or {}
    told = {
        "accessibilityMode": False,
        "currencySymbol": "€",
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


_OPERATIONS: dict[str, Callable[[Call, Operation, str], str]] = {
    "login": _login,
    "logout": _logout,
    "getUserInfo": _get_user_info,
    "getServerTimestamp": _get_server_timestamp,
}
