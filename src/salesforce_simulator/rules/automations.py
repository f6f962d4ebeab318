"""Automations: what updates a record again after it was saved, as a flow or a process does.

    {"object": "Contact", "when": "ISNEW()", "set": {"Department": "Sales"},
     "as": "admin@simulated.example", "after_ms": 500}

The update is a transaction of its own: SystemModstamp moves a second time, and the record was last
modified by somebody else. `after_ms`: so much later, which lets readers see the moment between.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_simulator.formula.compiled import Formula, compile_formula
from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


@dataclass(frozen=True, slots=True, kw_only=True)
class Automation:
    """Sets fields of a saved record when a condition holds. user_id: who is said to do it."""

    object_name: str
    values: Mapping[str, Any]
    when: Formula | None
    user_id: str
    milliseconds: int

    @classmethod
    def of(cls, org: "Org", spec: Mapping[str, Any]) -> "Automation":
        """Read an automation. ValueError or KeyError where it makes no sense."""
        kind = org.whole.store(spec["object"]).kind
        values = spec["set"]
        if not isinstance(values, Mapping) or not values:
            raise ValueError("set: an object with fields and their values is needed")
        for name in values:
            field = kind.field(str(name))
            if field is None or not field.updateable:
                raise ValueError(f"{name!r} is no field that can be changed")
        delay = spec.get("after_ms", 0)
        if not isinstance(delay, int) or delay < 0:
            raise ValueError("after_ms is a whole number of milliseconds")
        when = spec.get("when")
        return cls(
            object_name=kind.name,
            values=dict(values),
            when=compile_formula(org, kind.name, str(when)) if when else None,
            user_id=_user(org, spec.get("as")),
            milliseconds=delay,
        )

    def applies(self, object_name: str, old: Row | None, row: Row) -> bool:
        """Tell whether a record that was just saved is to be updated."""
        if object_name != self.object_name or row["IsDeleted"]:
            return False
        return self.when is None or self.when.holds(row, old=old)


def _user(org: "Org", username: Any) -> str:
    if username is None:
        return org.users.first()
    row = org.users.find(str(username))
    if row is None:
        raise ValueError(f"there is no user {username!r}")
    return str(row["Id"])
