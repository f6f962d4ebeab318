"""What every parser of a field is, and how it refuses. See `parsing`."""

from __future__ import annotations

from collections.abc import Callable

from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, Value

Parser = Callable[[object], Value]


def refused(spec: FieldSpec, kind: str, **params: str) -> BadInput:
    """The refusal of a value: ``raccord.value.<kind>``, at the field's key."""
    return BadInput(
        code=f"raccord.value.{kind}",
        params={"field": spec.label or spec.key, **params},
        at=spec.key,
    )
