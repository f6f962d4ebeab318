"""The Metadata API's SOAP: a call as a tree of elements, an answer from dicts and lists."""

from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.metadata.document import NAMESPACE, DocumentError, Node, parse
from salesforce_simulator.soap.envelope import SoapError, element

_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, slots=True)
class MetadataCall:
    """An operation with its arguments, and the session and flags of its header."""

    operation: str
    arguments: Node
    session_id: str
    all_or_none: bool


def read_call(body: bytes) -> MetadataCall:
    """Parse a request. SoapError where it is no envelope with one operation."""
    try:
        root = parse(body)
    except DocumentError as broken:
        raise SoapError("soapenv:Client", broken.message, kind="") from broken
    content = root.first("Body")
    if root.name != "Envelope" or content is None or len(content.children) != 1:
        raise SoapError("soapenv:Client", "No operation available for request", kind="")
    header = root.first("Header") or Node("Header")
    session = header.first("SessionHeader") or Node("SessionHeader")
    all_or_none = header.first("AllOrNoneHeader") or Node("AllOrNoneHeader")
    return MetadataCall(
        operation=content.children[0].name,
        arguments=content.children[0],
        session_id=session.get("sessionId").strip(),
        all_or_none=all_or_none.flag("allOrNone"),
    )


def answer(operation: str, results: list[Any]) -> Response:
    """Return the answer of an operation; results: dicts, each written as one `result`."""
    inner = "".join(_write("result", each) for each in results)
    return _envelope(f"<{operation}Response>{inner}</{operation}Response>", status=200)


def fault(error: SoapError) -> Response:
    """Return a refusal: HTTP 500, as SOAP has it."""
    own = not error.code.startswith("soapenv:")
    code = f"sf:{error.code}" if own else error.code
    text = f"{error.code}: {error.message}" if own else error.message
    inner = element("faultcode", code) + element("faultstring", text)
    return _envelope(f"<soapenv:Fault>{inner}</soapenv:Fault>", status=500)


class Raw(str):
    """XML that is written as it is."""

    __slots__ = ()


def _write(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Raw):
        return value
    if isinstance(value, list):
        return "".join(_write(name, each) for each in value)
    if isinstance(value, dict):
        inner = "".join(_write(key, each) for key, each in value.items())
        return f"<{name}>{inner}</{name}>"
    text = value
    if isinstance(value, str) and value.endswith("+0000"):
        # The same moment, as XML schema writes it.
        text = value.removesuffix("+0000") + "Z"
    return element(name, text)


def _envelope(inner: str, *, status: int) -> Response:
    # The parts of a fault belong to no namespace, so only an answer has one by default.
    default = f'xmlns="{NAMESPACE}" ' if status == 200 else ""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{_ENVELOPE}" {default}'
        f'xmlns:sf="{NAMESPACE}" xmlns:xsi="{_INSTANCE}">'
        f"<soapenv:Body>{inner}</soapenv:Body></soapenv:Envelope>"
    )
    return Response(text.encode(), status=status, content_type="text/xml; charset=utf-8")
