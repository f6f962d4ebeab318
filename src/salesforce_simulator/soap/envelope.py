"""SOAP envelopes: reading a request's operation, writing an answer or a fault.

Clients choose their own namespace prefixes, so elements are known by their local names.
"""

from dataclasses import dataclass
from xml.etree.ElementTree import Element
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

from salesforce_simulator.errors import ApiError
from salesforce_simulator.xml_reading import XmlError, child, local, parse, text

PARTNER = "partner"
ENTERPRISE = "enterprise"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_SCHEMA = "http://www.w3.org/2001/XMLSchema"

CLIENT = "soapenv:Client"
INVALID_SESSION = "Invalid Session ID found in SessionHeader: Illegal Session"
_FAULTS = {
    "INVALID_LOGIN": "LoginFault",
    "MALFORMED_QUERY": "MalformedQueryFault",
    "MALFORMED_SEARCH": "MalformedSearchFault",
    "INVALID_FIELD": "InvalidFieldFault",
    "INVALID_TYPE": "InvalidSObjectFault",
    "INVALID_QUERY_LOCATOR": "InvalidQueryLocatorFault",
    "INVALID_ID_FIELD": "InvalidIdFault",
    "MALFORMED_ID": "InvalidIdFault",
}


class SoapError(Exception):
    """A fault: `code` such as INVALID_LOGIN, or CLIENT for a request that cannot be read.

    kind: its element in the detail, that of the code unless given; "" for none.
    """

    def __init__(
        self, code: str, message: str, *, kind: str | None = None, status: int = 500
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.kind = _kind(code) if kind is None else kind
        self.status = status


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks for. arguments, headers: the text of elements, by local name."""

    name: str
    element: Element
    arguments: dict[str, str]
    headers: dict[str, str]


def read(body: bytes) -> Operation:
    """Parse a request. SoapError where it is no envelope with one operation."""
    try:
        root = parse(body)
    except XmlError as broken:
        raise SoapError(CLIENT, str(broken)) from broken
    header, content = child(root, "Header"), list(child(root, "Body") or ())
    if local(root) != "Envelope" or len(content) != 1:
        raise SoapError(CLIENT, "No operation available for request")
    return Operation(
        name=local(content[0]),
        element=content[0],
        arguments=_texts(content[0]),
        headers=_texts(header) if header is not None else {},
    )


def answer(operation: str, result: str, *, api: str, header: str = "") -> Response:
    """Return the answer of an operation; `result` is the XML inside its response."""
    head = f"<soapenv:Header>{header}</soapenv:Header>" if header else ""
    inner = f"<{operation}Response>{result}</{operation}Response>"
    return _envelope(f"{head}<soapenv:Body>{inner}</soapenv:Body>", status=200, api=api)


def fault(error: SoapError, *, api: str) -> Response:
    """Return a refusal: HTTP 500, as SOAP has it."""
    own = error.code != CLIENT
    code = f"sf:{error.code}" if own else error.code
    words = f"{error.code}: {error.message}" if own else error.message
    detail = ""
    if error.kind:
        kind = error.kind
        detail = (
            f'<detail><sf:{kind} xsi:type="sf:{kind}">'
            f"<sf:exceptionCode>{escape(error.code)}</sf:exceptionCode>"
            f"<sf:exceptionMessage>{escape(error.message)}</sf:exceptionMessage>"
            f"</sf:{kind}></detail>"
        )
    inner = (
        f"<soapenv:Body><soapenv:Fault><faultcode>{escape(code)}</faultcode>"
        f"<faultstring>{escape(words)}</faultstring>{detail}</soapenv:Fault></soapenv:Body>"
    )
    return _envelope(inner, status=error.status, api=api, sf=f"fault.{api}")


def from_refusal(refused: ApiError) -> SoapError:
    """Return the fault of what the rest of the simulator refuses."""
    if refused.code == "INVALID_SESSION_ID":
        return invalid_session()
    if refused.code == "JSON_PARSER_ERROR":
        # What REST calls bad JSON is here a value that is not of its element's type.
        return SoapError(CLIENT, refused.message)
    return SoapError(refused.code, refused.message, status=max(500, refused.status))


def invalid_session() -> SoapError:
    return SoapError("INVALID_SESSION_ID", INVALID_SESSION)


def element(name: str, value: object) -> str:
    """One element of a result: booleans as SOAP writes them, None as nil."""
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    words = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(words)}</{name}>"


def _envelope(inner: str, *, status: int, api: str, sf: str = "") -> Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{_ENVELOPE}" xmlns="urn:{api}.soap.sforce.com" '
        f'xmlns:sf="urn:{sf or f"sobject.{api}"}.soap.sforce.com" xmlns:xsi="{_INSTANCE}" '
        f'xmlns:xsd="{_SCHEMA}">{inner}</soapenv:Envelope>'
    )
    return Response(text.encode(), status=status, content_type="text/xml; charset=utf-8")


def _kind(code: str) -> str:
    return "" if code == CLIENT else _FAULTS.get(code, "UnexpectedErrorFault")


def _texts(parent: Element) -> dict[str, str]:
    return {local(each): text(each) for each in parent.iter() if not len(each)}
