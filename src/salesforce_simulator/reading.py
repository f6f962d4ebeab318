"""Values as a reader sees them: stored ones, and those the org computes from others."""

from collections.abc import Callable
from typing import Any

from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.store import Row

Reader = Callable[[Row], Any]


def reader(kind: SObjectType, field: Field) -> Reader:
    """Return the function that reads a field from a row."""
    if field.compute is not None:
        return field.compute
    if field.type == "address":
        return _address_reader(kind, field)
    if field.name == "Name" and kind.person:
        return person_name
    if field.name == "PhotoUrl":
        return _photo_url
    name = field.name
    return lambda row: row.get(name)


def record_json(kind: SObjectType, row: Row, *, version: str, names: list[str]) -> dict[str, Any]:
    """Return a record as GET answers it, with the fields of the names given, Id first."""
    answer: dict[str, Any] = {"attributes": attributes(kind.name, row["Id"], version=version)}
    for name in names:
        field = kind.field(name)
        if field is not None:
            answer[field.name] = reader(kind, field)(row)
    return answer


def attributes(object_name: str, record_id: str, *, version: str) -> dict[str, str]:
    url = f"/services/data/v{version}/sobjects/{object_name}/{record_id}"
    return {"type": object_name, "url": url}


def person_name(row: Row) -> str | None:
    first, last = row.get("FirstName"), row.get("LastName")
    return f"{first} {last}" if first and last else first or last


def record_name(kind: SObjectType, row: Row) -> str:
    """Return what people call a record: its name, or its id where it has none."""
    name = person_name(row) if kind.person else row.get("Name")
    return str(name or row["Id"])


def _photo_url(row: Row) -> str:
    return f"/services/images/photo/{row['Id']}"


def _address_reader(kind: SObjectType, field: Field) -> Reader:
    prefix = field.name.removesuffix("Address")
    parts = [
        (each.name, each.name[len(prefix) :][:1].lower() + each.name[len(prefix) + 1 :])
        for each in kind.address_parts(field.name)
    ]
    parts.sort(key=lambda part: part[1])

    def read(row: Row) -> dict[str, Any] | None:
        values = {label: row.get(name) for name, label in parts}
        return values if any(value is not None for value in values.values()) else None

    return read
