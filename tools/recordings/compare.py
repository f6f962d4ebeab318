"""What differs between two JSON values of which only the shape has to agree."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Path = str


def differences(recorded: Any, ours: Any, *, at: Path = "", exact: bool = False) -> Iterator[str]:
    """Give a line for each key that only one side has and each type that differs.

    Lists are compared by their first elements, since how many there are is chance; with `exact`,
    element by element and with their values, as error answers must be.
    """
    if isinstance(recorded, Mapping) and isinstance(ours, Mapping):
        yield from _of_objects(recorded, ours, at=at, exact=exact)
    elif isinstance(recorded, list) and isinstance(ours, list):
        yield from _of_lists(recorded, ours, at=at, exact=exact)
    elif _kind(recorded) != _kind(ours):
        yield f"{at or '.'}: {_kind(recorded)} recorded, {_kind(ours)} here"
    elif exact and recorded != ours:
        yield f"{at or '.'}: {recorded!r} recorded, {ours!r} here"


def _of_objects(
    recorded: Mapping[str, Any], ours: Mapping[str, Any], *, at: Path, exact: bool
) -> Iterator[str]:
    for name in recorded:
        if name not in ours:
            yield f"{at}.{name}: recorded, missing here"
    for name in ours:
        if name not in recorded:
            yield f"{at}.{name}: here, not recorded"
    for name in recorded:
        if name in ours:
            yield from differences(recorded[name], ours[name], at=f"{at}.{name}", exact=exact)


def _of_lists(
    recorded: Sequence[Any], ours: Sequence[Any], *, at: Path, exact: bool
) -> Iterator[str]:
    if exact and len(recorded) != len(ours):
        yield f"{at}: {len(recorded)} elements recorded, {len(ours)} here"
    if not exact and bool(recorded) != bool(ours):
        yield f"{at}: {'empty' if not recorded else 'not empty'} in the recording only"
    pairs = list(zip(recorded, ours, strict=False))
    for number, (one, other) in enumerate(pairs if exact else pairs[:1]):
        yield from differences(one, other, at=f"{at}[{number}]", exact=exact)


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "number"
    return {"str": "text", "dict": "object"}.get(type(value).__name__, "list")
