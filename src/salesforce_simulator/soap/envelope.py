"""SOAP envelopes: reading a request's operation, writing an answer or a fault.

Clients choose their own namespace prefixes, so elements are known by their local names.
"""

from dataclasses import dataclass
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from werkzeug.wrappers import Response

PARTNER = "partner"
ENTERPRISE = "enterprise"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


class SoapError(Exception):
    """A fault: `code` such as INVALID_LOGIN; `kind` is its element in the detail, "" for none."""

    def __init__(self, code: str, message: str, *, kind: str = "UnexpectedErrorFault") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks for. arguments, headers: the text of elements, by local name."""

    name: str
    arguments: dict[str, str]
    headers: dict[str, str]


def read(body: bytes) -> Operation:
    """Parse a request. SoapError where it is no envelope with one operation."""
    # A document type is the only way to make a small document expand to a large one.
    if b"<!DOCTYPE" in body:
        raise SoapError("soapenv:Client", "DOCTYPE is not allowed", kind="")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314
    except ElementTree.ParseError as broken:
        raise SoapError("soapenv:Client", f"{broken}", kind="") from broken
    parts = {_local(part): part for part in root}
    content = list(parts.get("Body", ()))
    if _local(root) != "Envelope" or len(content) != 1:
        raise SoapError("soapenv:Client", "No operation available for request", kind="")
    return Operation(
        name=_local(content[0]),
        arguments=_texts(content[0]),
        headers=_texts(parts["Header"]) if "Header" in parts else {},
    )


def answer(operation: str, result: str, *, api: str) -> Response:
    """Return the answer of an operation; `result` is the XML inside its result."""
    inner = f"<{operation}Response>{result}</{operation}Response>"
    return _envelope(inner, status=200, api=api)


def fault(error: SoapError, *, api: str) -> Response:
    """Return a refusal: HTTP 500, as SOAP has it."""
    own = not error.code.startswith("soapenv:")
    code = f"sf:{error.code}" if own else error.code
    text = f"{error.code}: {error.message}" if own else error.message
    detail = ""
    if error.kind:
        detail = (
            f'<detail><sf:{error.kind} xsi:type="sf:{error.kind}">'
            f"<sf:exceptionCode>{escape(error.code)}</sf:exceptionCode>"
            f"<sf:exceptionMessage>{escape(error.message)}</sf:exceptionMessage>"
            f"</sf:{error.kind}></detail>"
        )
    inner = (
        f"<soapenv:Fault><faultcode>{escape(code)}</faultcode>"
        f"<faultstring>{escape(text)}</faultstring>{detail}</soapenv:Fault>"
    )
    return _envelope(inner, status=500, api=api)


def element(name: str, value: object) -> str:
    """One element of a result: booleans as SOAP writes them, None as nil."""
    if value is None:
        return f'<{name} xsi:nil="true"/>'
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"<{name}>{escape(text)}</{name}>"


def _envelope(inner: str, *, status: int, api: str) -> Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{_ENVELOPE}" xmlns="urn:{api}.soap.sforce.com" '
        f'xmlns:sf="urn:fault.{api}.soap.sforce.com" xmlns:xsi="{_INSTANCE}">'
        f"<soapenv:Body>{inner}</soapenv:Body></soapenv:Envelope>"
    )
    return Response(text.encode(), status=status, content_type="text/xml; charset=utf-8")


def _texts(parent: ElementTree.Element) -> dict[str, str]:
    return {_local(each): (each.text or "").strip() for each in parent.iter() if not len(each)}


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]
