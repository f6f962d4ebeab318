"""Whether a record says what a search looks for."""

from collections.abc import Callable

from salesforce_simulator.reading import reader
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.sosl.terms import Wanted, words_of
from salesforce_simulator.store import Row

_TYPES = {
    "ALL": frozenset({"string", "email", "phone", "textarea", "url", "picklist"}),
    "NAME": frozenset[str](),
    "EMAIL": frozenset({"email"}),
    "PHONE": frozenset({"phone"}),
    "SIDEBAR": frozenset({"email", "phone"}),
}
_BY_NAME = frozenset({"NAME", "SIDEBAR"})
_NAME_PARTS = frozenset({"Name", "FirstName", "LastName"})
# Paths and codes that nobody searches for.
_NEVER = frozenset({"PhotoUrl"})


def row_says(kind: SObjectType, wanted: Wanted, *, scope: str) -> Callable[[Row], bool]:
    """Return the test of one row of an object, over the fields of a scope."""
    readers = [reader(kind, field) for field in kind.fields if _is_searched(field, kind, scope)]
    needed, holds = wanted.needed, wanted.holds

    def says(row: Row) -> bool:
        said = [str(value) for read in readers if (value := read(row)) is not None]
        whole = "\n".join(said).casefold()
        # Most records lack a word altogether; only the others are worth cutting into words.
        return all(each in whole for each in needed) and holds([words_of(each) for each in said])

    return says


def _is_searched(field: Field, kind: SObjectType, scope: str) -> bool:
    if field.name in _NEVER:
        return False
    named = field.name in _NAME_PARTS or field.name == kind.name_field
    return field.type in _TYPES[scope] or (scope in _BY_NAME and named)
