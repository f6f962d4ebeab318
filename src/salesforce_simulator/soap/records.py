"""Records as elements: read from a request, written to an answer, for both APIs."""

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element

from salesforce_simulator.clock import with_z
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.soap.asked import Asked
from salesforce_simulator.soap.envelope import SoapError, element
from salesforce_simulator.xml_reading import TYPE, child_text, is_nil, local, text

_ANY = "sobject"
_TO_NULL = "fieldsToNull"


def read_record(asked: Asked, given: Element) -> dict[str, Any]:
    """Return an sObject as REST collections take it. SoapError where it is of no known type."""
    kind = _kind(asked, given)
    values = _values(given)
    if asked.operation.headers.get("allowFieldTruncation", "").lower() == "true":
        values = {name: _cut(kind, name, value) for name, value in values.items()}
    return {"attributes": {"type": kind.name}, **values}


def write_record(asked: Asked, tag: str, record: Mapping[str, Any] | None) -> str:
    """Return the element of a record that REST answered; nil for none."""
    if record is None:
        return element(tag, None)
    name = record["attributes"]["type"]
    shown = name if asked.typed else "sObject"
    inner = []
    if not asked.typed:
        # The partner API says type and Id before all fields, whether Id was asked for or not.
        inner += [element("sf:type", name), element("sf:Id", record.get("Id"))]
    inner += [
        _field(asked, f"sf:{field}", value, aggregate=name == "AggregateResult")
        for field, value in record.items()
        if field != "attributes"
    ]
    return f'<{tag} xsi:type="sf:{shown}">{"".join(inner)}</{tag}>'


def write_query_result(asked: Asked, tag: str, found: Mapping[str, Any]) -> str:
    """Return the element of a query's page."""
    inner = [
        element("done", found["done"]),
        element("queryLocator", _locator(found)),
        *(write_record(asked, "records", each) for each in found["records"]),
        element("size", found["totalSize"]),
    ]
    return f'<{tag} xsi:type="QueryResult">{"".join(inner)}</{tag}>'


def _kind(asked: Asked, given: Element) -> SObjectType:
    typed = given.get(TYPE, "").rpartition(":")[2]
    name = typed if typed.lower() not in {"", _ANY} else child_text(given, "type")
    kind = asked.call.org.schema.find(name)
    if kind is None:
        message = (
            f"sObject type '{name}' is not supported. If you are attempting to use a custom "
            "object, be sure to append the '__c' after the entity name. Please reference your "
            "WSDL or the describe call for the appropriate names."
        )
        raise SoapError("INVALID_TYPE", message)
    return kind


def _values(given: Element) -> dict[str, Any]:
    """The fields of an sObject. A nil one stays as it is: nulls are told by fieldsToNull."""
    values: dict[str, Any] = {}
    for each in given:
        name = local(each)
        if name == _TO_NULL:
            values[text(each)] = None
        elif name != "type" and not is_nil(each):
            values[name] = _values(each) if len(each) else text(each)
    return values


def _cut(kind: SObjectType, name: str, value: Any) -> Any:
    """Cut a text to what its field holds, as AllowFieldTruncationHeader wishes."""
    field = kind.field(name)
    if field is None or not field.is_text or not isinstance(value, str):
        return value
    return value.strip()[: field.length]


def _field(asked: Asked, tag: str, value: Any, *, aggregate: bool = False) -> str:
    if isinstance(value, Mapping):
        if "attributes" in value:
            return write_record(asked, tag, value)
        if "records" in value:
            return write_query_result(asked, tag, value)
        inner = "".join(element(name, part) for name, part in sorted(value.items()))
        return f'<{tag} xsi:type="address">{inner}</{tag}>'
    if aggregate and value is not None:
        words = element(tag, with_z(value) if isinstance(value, str) else value)
        return words.replace(f"<{tag}>", f'<{tag} xsi:type="xsd:{_schema_type(value)}">', 1)
    return element(tag, with_z(value) if isinstance(value, str) else value)


def _schema_type(value: Any) -> str:
    return {bool: "boolean", int: "int", float: "double"}.get(type(value), "string")


def _locator(found: Mapping[str, Any]) -> str | None:
    address = found.get("nextRecordsUrl")
    return str(address).rpartition("/")[2] if address else None
