"""Platform events: messages of a form that the org defines, published by its clients."""

from collections.abc import Mapping
from typing import Any

from salesforce_simulator.events.schema import EventSchema, make_schema, nullable
from salesforce_simulator.schema.custom import custom_field


def platform_event(spec: Mapping[str, Any]) -> tuple[str, EventSchema]:
    """Return the name and schema of the platform event that a seed's entry describes.

    Keys: name (ends in __e), fields (as in `custom_fields`). ValueError with the reason where the
    entry makes no sense.
    """
    name = str(spec.get("name", ""))
    if not name.endswith("__e") or not name[0].isalpha():
        raise ValueError(f"platform event {name!r}: the name must begin with a letter, end in __e")
    fields: list[dict[str, Any]] = [
        {"name": "CreatedDate", "type": "long", "doc": "CreatedDate:DateTime"},
        {"name": "CreatedById", "type": "string", "doc": "CreatedBy:EntityId"},
        *(nullable(custom_field(each)) for each in spec.get("fields", [])),
    ]
    return name, make_schema(name, fields)
