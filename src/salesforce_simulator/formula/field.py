"""Formula fields: fields whose value is computed when they are read."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from salesforce_simulator.formula.compiled import compile_formula
from salesforce_simulator.formula.values import NoValue, to_stored
from salesforce_simulator.schema import Field
from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


def computed(org: "Org", object_name: str, field: Field) -> Field:
    """Return a field that can be read: one with a formula together with what computes it.

    FormulaError, a ValueError, where the formula makes no sense for the object.
    """
    if field.formula is None:
        return field
    formula = compile_formula(org, object_name, field.formula)

    def compute(row: Row) -> Any:
        try:
            return to_stored(field, formula.value(row))
        except NoValue:
            return None

    return replace(field, compute=compute)
