"""DISTANCE(field, GEOLOCATION(latitude, longitude), 'mi' or 'km'): how far an address is."""

import math
from dataclasses import replace
from typing import Any

from salesforce_simulator.schema import Field
from salesforce_simulator.soql.names import Found, Names
from salesforce_simulator.soql.syntax import FunctionCall, Path, Value
from salesforce_simulator.store import Row

_EARTH_RADIUS = {"km": 6371.0, "mi": 3958.8}
_LABEL = "DISTANCE"


def distance(names: Names, call: FunctionCall) -> Found:
    """Return the distance as a number that may be compared and sorted by, not grouped."""
    match call.arguments:
        case (Path() as path, FunctionCall("GEOLOCATION") as place, Value("string") as unit):
            pass
        case _:
            message = "DISTANCE takes a location, GEOLOCATION(latitude, longitude), 'mi' or 'km'"
            raise names.refuse("MALFORMED_QUERY", call.position, message)
    found = names.find(path)
    radius = _EARTH_RADIUS.get(unit.text.lower())
    if found.field.type != "address":
        message = f"distance is not supported on field '{found.field.name}'"
        raise names.refuse("INVALID_FIELD", call.position, message)
    if radius is None:
        message = f"Invalid distance unit: {unit.text}. Valid unit: 'mi', 'km'"
        raise names.refuse("MALFORMED_QUERY", call.position, message)
    here = _coordinates(names, place)

    def measured(row: Row) -> Any:
        address = found.read(row)
        if not address or address["latitude"] is None or address["longitude"] is None:
            return None
        return radius * _angle(here, (address["latitude"], address["longitude"]))

    field = Field(name=_LABEL, label=_LABEL, type="distance", filterable=True, sortable=True)
    key = f"{call.function} of {found.key} to {here} in {unit.text.lower()}"
    return replace(found, field=field, read=measured, read_here=measured, key=key)


def _coordinates(names: Names, place: FunctionCall) -> tuple[float, float]:
    match place.arguments:
        case (Value("number") as latitude, Value("number") as longitude):
            here = float(latitude.text), float(longitude.text)
            if abs(here[0]) <= 90 and abs(here[1]) <= 180:
                return here
    message = "GEOLOCATION takes a latitude from -90 to 90 and a longitude from -180 to 180"
    raise names.refuse("MALFORMED_QUERY", place.position, message)


def _angle(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The angle between two places seen from the middle of the earth (haversine)."""
    (latitude, longitude), (latitude2, longitude2) = (
        map(math.radians, each) for each in (one, other)
    )
    half = (
        math.sin((latitude2 - latitude) / 2) ** 2
        + math.cos(latitude) * math.cos(latitude2) * math.sin((longitude2 - longitude) / 2) ** 2
    )
    return 2 * math.asin(math.sqrt(min(1.0, half)))
