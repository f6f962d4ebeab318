"""Validation rules: a record for which a formula, or a condition of SOQL, is true is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import ApiError, RecordError
from salesforce_simulator.formula.compiled import compile_formula
from salesforce_simulator.soql.run import row_predicate
from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRule:
    """Refuses a row for which `matches` is true, with the administrator's text.

    matches: takes the row and what it was before, None for a new one.
    """

    object_name: str
    matches: Callable[[Row, Row | None], bool]
    message: str
    field: str | None = None

    @classmethod
    def of(cls, org: "Org", spec: Mapping[str, Any]) -> "ValidationRule":
        """Read a rule: object, message, errorDisplayField, and a formula or a condition.

        ValueError or KeyError where it makes no sense.
        """
        kind = org.whole.store(spec["object"]).kind
        shown = spec.get("errorDisplayField", spec.get("field"))
        field = kind.field(str(shown)) if shown else None
        if shown and field is None:
            raise ValueError(f"there is no field {shown!r}")
        return cls(
            object_name=kind.name,
            matches=_matches(org, kind.name, spec),
            message=str(spec["message"]),
            field=field.name if field else None,
        )

    def check(self, row: Row, old: Row | None) -> None:
        if self.matches(row, old):
            fields = [self.field] if self.field else []
            raise RecordError("FIELD_CUSTOM_VALIDATION_EXCEPTION", self.message, fields=fields)


def _matches(
    org: "Org", object_name: str, spec: Mapping[str, Any]
) -> Callable[[Row, Row | None], bool]:
    if "formula" in spec:
        formula = compile_formula(org, object_name, str(spec["formula"]))
        return lambda row, old: formula.holds(row, old=old)
    try:
        holds = row_predicate(org, object_name, spec["condition"])
    except ApiError as refused:
        raise ValueError(str(refused)) from refused
    return lambda row, old: holds(row)
