"""How the bodies of calls are read and written: JSON or XML, compact or pretty.

Resources speak in plain values (dicts, lists, text, numbers); only this module knows which of the
two forms the client chose. `call.py` asks it.
"""

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from salesforce_simulator.errors import ApiError, malformed_json

JSON = "application/json;charset=UTF-8"
XML = "application/xml;charset=UTF-8"
_XML_TYPES = frozenset({"application/xml", "text/xml"})
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_DEEPEST = 100
_HALF_OF_A_PAIR = re.compile(rb"\\u[dD][89a-fA-F]")
# Control characters that XML 1.0 cannot hold, not even escaped.
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read(data: bytes, *, mimetype: str) -> Any:
    """Return what a body says. ApiError where it is empty, of another type, or malformed."""
    is_xml = mimetype in _XML_TYPES
    if mimetype and not is_xml and not mimetype.endswith("json"):
        message = f"MediaType of '{mimetype}' is not supported by this resource"
        raise ApiError("UNSUPPORTED_MEDIA_TYPE", message, status=415)
    if not data.strip():
        message = "The HTTP entity body is required, but this request has no entity body."
        raise malformed_json(message)
    return _read_xml(data) if is_xml else _read_json(data)


def write_json(content: Any, *, pretty: bool) -> bytes:
    text = (
        json.dumps(content, ensure_ascii=False, indent=2, separators=(",", " : "))
        if pretty
        else json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    )
    return text.encode()


def write_xml(content: Any, *, root: str = "", pretty: bool = False) -> bytes:
    """Return an answer as XML. `root` names its outermost element where the content does not."""
    name, inner = _outermost(content, root)
    parts: list[str] = []
    _write_element(name, inner, into=parts)
    text = "".join(parts)
    if pretty:
        tree = ElementTree.fromstring(text)  # noqa: S314 - we wrote it
        ElementTree.indent(tree)
        text = ElementTree.tostring(tree, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def _read_json(data: bytes) -> Any:
    try:
        content = json.loads(
            data, object_pairs_hook=_without_duplicates, parse_constant=_no_constant
        )
    except RecursionError:
        raise malformed_json("the body is nested too deeply") from None
    except ValueError as broken:
        line, column = getattr(broken, "lineno", 1), getattr(broken, "colno", 1)
        unreadable = isinstance(broken, UnicodeDecodeError)
        reason = "Invalid UTF-8" if unreadable else getattr(broken, "msg", str(broken))
        raise malformed_json(f"{reason} at [line:{line}, column:{column}]") from broken
    # Half of a surrogate pair is no character: nothing could be written with it.
    return _whole_characters(content) if _HALF_OF_A_PAIR.search(data) else content


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]
        raise ValueError(f"Duplicate field '{twice}'")
    return content


def _no_constant(name: str) -> Any:
    raise ValueError(f"Non-standard token '{name}'")


def _whole_characters(content: Any) -> Any:
    return json.loads(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))


def _read_xml(data: bytes) -> Any:
    # A document type is the only way to make a small document expand to a large one.
    if b"<!DOCTYPE" in data or b"<\x00!\x00D" in data or b"\x00<\x00!\x00D" in data:
        raise _malformed_xml("DOCTYPE is not allowed")
    try:
        root = ElementTree.fromstring(data)  # noqa: S314
    except (ElementTree.ParseError, ValueError, LookupError) as broken:
        raise _malformed_xml(str(broken)) from broken
    content = _value(root, depth=0)
    return content if content is not None else {}


def _malformed_xml(reason: str) -> ApiError:
    return ApiError("XML_PARSER_ERROR", f"XML parser error: {reason}")


def _value(element: ElementTree.Element, *, depth: int) -> Any:
    """Return an element as text, null, or a dict; one that is repeated becomes a list there."""
    if depth > _DEEPEST:
        raise _malformed_xml("the body is nested too deeply")
    attributes = {_local(name): value for name, value in element.attrib.items()}
    if attributes.pop("nil", "") in {"true", "1"}:
        return None
    if not len(element) and not attributes:
        return element.text if depth else {}
    content: dict[str, Any] = {"attributes": attributes} if attributes else {}
    for child in element:
        name, value = _local(child.tag), _value(child, depth=depth + 1)
        if name in content:
            there = content[name]
            content[name] = [*there, value] if isinstance(there, list) else [there, value]
        else:
            content[name] = value
    return content


def _local(name: str) -> str:
    return name.rpartition("}")[2]


def _outermost(content: Any, root: str) -> tuple[str, Any]:
    """Name the outermost element, and put what is in it into the form of elements."""
    if isinstance(content, list):
        if content and isinstance(content[0], dict) and "errorCode" in content[0]:
            return "Errors", {"Error": content}
        return root or "Results", {(root or "Results").removesuffix("s"): content}
    if not isinstance(content, dict):
        return root or "Result", content
    about = content.get("attributes")
    if isinstance(about, dict) and "type" in about:
        return str(about["type"]), content
    if "totalSize" in content and "records" in content:
        return "QueryResult", content
    return root or "Result", content


def _write_element(name: str, value: Any, *, into: list[str]) -> None:
    if isinstance(value, list | tuple):
        for each in value:
            _write_element(name, each, into=into)
        return
    if value is None:
        into.append(f'<{name} xmlns:xsi="{_INSTANCE}" xsi:nil="true"/>')
    elif isinstance(value, Mapping):
        about = value.get("attributes")
        shown = about if isinstance(about, Mapping) else {}
        marks = "".join(f" {key}={quoteattr(_clean(str(text)))}" for key, text in shown.items())
        into.append(f"<{name}{marks}>")
        for key, each in value.items():
            if each is not about or key != "attributes":
                _write_element(key, each, into=into)
        into.append(f"</{name}>")
    else:
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        into.append(f"<{name}>{escape(_clean(text))}</{name}>")


def _clean(text: str) -> str:
    return _NOT_IN_XML.sub("\ufffd", text)
