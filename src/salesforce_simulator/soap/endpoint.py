"""/services/Soap/u and /c: from the address to the operation, and its answer or fault back."""

from collections.abc import Callable

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.errors import ApiError
from salesforce_simulator.releases import NEWEST, OLDEST
from salesforce_simulator.soap import describing, finding, lifecycle, login, saving
from salesforce_simulator.soap.asked import Asked
from salesforce_simulator.soap.envelope import (
    CLIENT,
    ENTERPRISE,
    PARTNER,
    SoapError,
    answer,
    element,
    fault,
    from_refusal,
    read,
)

Carry = Callable[[Asked], str]


def partner(call: Call, version: str, org_id: str = "") -> Response:
    return _answer(call, version, api=PARTNER)


def enterprise(call: Call, version: str, org_id: str = "") -> Response:
    return _answer(call, version, api=ENTERPRISE)


def refuse(call: Call, refused: ApiError) -> Response:
    """Answer a refusal as a fault."""
    api = ENTERPRISE if "/Soap/c/" in call.request.path else PARTNER
    return fault(from_refusal(refused), api=api)


def _answer(call: Call, version: str, *, api: str) -> Response:
    try:
        call.version, call.api = _rest_version(version), "soap"
        asked = Asked(call, read(call.body()), api, version)
        name = asked.operation.name
        if name == "login":
            return answer(name, login.login(asked), api=api)
        carry_out = _OPERATIONS.get(name)
        if carry_out is None:
            message = f"No operation available for request {{urn:{api}.soap.sforce.com}}{name}"
            raise SoapError(CLIENT, message)
        asked.admit()
        result = carry_out(asked)
        return answer(name, result, api=api, header=_limit_info(call))
    except ApiError as refused:
        return fault(from_refusal(refused), api=api)
    except SoapError as refused:
        return fault(refused, api=api)


def _rest_version(version: str) -> str:
    """The version whose REST resources answer: SOAP is older than REST and had versions before."""
    whole, _, fraction = version.partition(".")
    if not whole.isdecimal() or fraction not in {"", "0"} or int(whole) > NEWEST:
        raise SoapError("UNSUPPORTED_API_VERSION", "Invalid Api version specified on URL")
    return f"{max(int(whole), OLDEST)}.0"


def _limit_info(call: Call) -> str:
    usage = call.org.usage
    said = (
        element("current", usage.used()),
        element("limit", usage.daily_calls),
        element("type", "API REQUESTS"),
    )
    return f"<LimitInfoHeader><limitInfo>{''.join(said)}</limitInfo></LimitInfoHeader>"


_OPERATIONS: dict[str, Carry] = {
    "logout": login.logout,
    "getUserInfo": login.get_user_info,
    "getServerTimestamp": login.get_server_timestamp,
    "query": finding.query,
    "queryAll": finding.query_all,
    "queryMore": finding.query_more,
    "retrieve": finding.retrieve,
    "search": finding.search,
    "getUpdated": finding.get_updated,
    "getDeleted": finding.get_deleted,
    "create": saving.create,
    "update": saving.update,
    "upsert": saving.upsert,
    "delete": saving.delete,
    "undelete": saving.undelete,
    "emptyRecycleBin": saving.empty_recycle_bin,
    "merge": lifecycle.merge,
    "convertLead": lifecycle.convert_lead,
    "describeGlobal": describing.describe_global,
    "describeSObject": describing.describe_object,
    "describeSObjects": describing.describe_objects,
}
