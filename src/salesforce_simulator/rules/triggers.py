"""Triggers: what rewrites a field of a record just before it is saved.

    {"object": "Contact", "field": "Phone", "do": "cut", "length": 10, "when": "ISNEW()"}

do: cut (to `length` characters), set (to `value`, or to what `formula` gives), clear, upper, lower,
trim, format_phone (as the pages of an American org do), or fail (with `message`, as a trigger that
throws).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import RecordError
from salesforce_simulator.formula.compiled import Formula, compile_formula
from salesforce_simulator.formula.values import NoValue, to_stored
from salesforce_simulator.schema import Field
from salesforce_simulator.store import Row
from salesforce_simulator.validation import stored_value

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

# From the row, what it was before and the stored value, to the new one.
Rewrite = Callable[[Row, Row | None, Any], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """Rewrites a field of the rows of an object, when a condition holds."""

    object_name: str
    field: Field
    rewrite: Rewrite
    when: Formula | None

    @classmethod
    def of(cls, org: "Org", spec: Mapping[str, Any]) -> "Trigger":
        """Read a trigger. ValueError or KeyError where it makes no sense."""
        kind = org.whole.store(spec["object"]).kind
        field = kind.field(str(spec.get("field", "Id")))
        make = _DOES.get(str(spec["do"]))
        if make is None:
            raise ValueError(f"{spec['do']!r} is none of {', '.join(_DOES)}")
        if field is None or (not field.createable and spec["do"] != "fail"):
            raise ValueError(f"{spec.get('field')!r} is no field that can be written")
        when = spec.get("when")
        return cls(
            object_name=kind.name,
            field=field,
            rewrite=make(org, kind.name, field, spec),
            when=compile_formula(org, kind.name, str(when)) if when else None,
        )

    def apply(self, row: Row, old: Row | None) -> None:
        """Rewrite the field of a row about to be saved. RecordError where it does not fit."""
        if self.when is not None and not self.when.holds(row, old=old):
            return
        name = self.field.name
        value = stored_value(self.field, self.rewrite(row, old, row.get(name)))
        if value is None:
            row.pop(name, None)
        else:
            row[name] = value


def _cut(org: "Org", object_name: str, field: Field, spec: Mapping[str, Any]) -> Rewrite:
    length = spec.get("length")
    if not isinstance(length, int) or length < 0:
        raise ValueError("length must be a whole number")
    return _on_text(lambda text: text[:length])


def _set(org: "Org", object_name: str, field: Field, spec: Mapping[str, Any]) -> Rewrite:
    if "formula" not in spec:
        value = spec["value"]
        return lambda row, old, stored: value
    formula = compile_formula(org, object_name, str(spec["formula"]))

    def rewrite(row: Row, old: Row | None, stored: Any) -> Any:
        try:
            return to_stored(field, formula.value(row, old=old))
        except NoValue:
            return None

    return rewrite


def _fail(org: "Org", object_name: str, field: Field, spec: Mapping[str, Any]) -> Rewrite:
    name = str(spec.get("name", f"{object_name}Trigger"))
    message = str(spec.get("message", "Script-thrown exception"))

    def rewrite(row: Row, old: Row | None, stored: Any) -> Any:
        event = "BeforeInsert" if old is None else "BeforeUpdate"
        raise RecordError(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            f"{name}: execution of {event}\n\ncaused by: {message}\n\n"
            f"Trigger.{name}: line 1, column 1",
        )

    return rewrite


def _on_text(change: Callable[[str], str]) -> Rewrite:
    return lambda row, old, stored: change(stored) if isinstance(stored, str) else stored


def _formatted(phone: str) -> str:
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 11 and digits.startswith("1"):
        digits = digits[1:]
    # What begins with a plus is left as it was typed.
    if len(digits) != 10 or phone.lstrip().startswith("+"):
        return phone
    return f"({digits[:3]}) {digits[3:6]}-{digits[6:]}"


def _text_rewrite(change: Callable[[str], str]) -> Callable[..., Rewrite]:
    return lambda org, object_name, field, spec: _on_text(change)


_DOES: dict[str, Callable[["Org", str, Field, Mapping[str, Any]], Rewrite]] = {
    "cut": _cut,
    "set": _set,
    "clear": lambda org, object_name, field, spec: lambda row, old, stored: None,
    "upper": _text_rewrite(str.upper),
    "lower": _text_rewrite(str.lower),
    "trim": _text_rewrite(str.strip),
    "format_phone": _text_rewrite(_formatted),
    "fail": _fail,
}
