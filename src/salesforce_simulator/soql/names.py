"""Find the fields that a query speaks of, and read them from a row and its parents."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_simulator.reading import Reader, reader
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.soql.errors import no_such_column, no_such_relationship
from salesforce_simulator.soql.syntax import Path
from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

MAX_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A field at the end of a path. `parents` are the reference fields on the way to it."""

    field: Field
    kind: SObjectType
    parents: tuple[Field, ...]
    read: Reader


class Names:
    """The names that one FROM makes known."""

    def __init__(self, org: "Org", kind: SObjectType, *, text: str, alias: str | None) -> None:
        self._org = org
        self.kind = kind
        self._text = text
        self._own = {kind.name.lower(), (alias or kind.name).lower()}

    def find(self, path: Path) -> Found:
        """Return the field of a path; INVALID_FIELD with its place if there is none."""
        names = path.names
        if len(names) > 1 and names[0].lower() in self._own:
            names = names[1:]
        kind = self.kind
        parents: list[Field] = []
        for name in names[:-1]:
            reference = kind.reference(name)
            target = self._org.schema.find(reference.targets[-1]) if reference else None
            if reference is None or target is None or len(parents) == MAX_LEVELS:
                raise no_such_relationship(self._text, path.position, name=name, entity=kind.name)
            parents.append(reference)
            kind = target
        field = kind.field(names[-1])
        if field is None:
            raise no_such_column(self._text, path.position, name=names[-1], entity=kind.name)
        read = reader(kind, field)
        if parents:
            read = self._through(tuple(parents), read)
        return Found(field, kind, tuple(parents), read)

    def follow(self, reference: Field) -> Callable[[Row], Row | None]:
        """Return the function that finds the row a reference points at."""
        schema, stores = self._org.schema, self._org.stores
        name = reference.name

        def parent(row: Row) -> Row | None:
            record_id: str | None = row.get(name)
            kind = schema.by_prefix(record_id[:3]) if record_id else None
            return stores[kind.name].get(record_id) if kind and record_id else None

        return parent

    def _through(self, parents: tuple[Field, ...], read: Reader) -> Reader:
        steps = [self.follow(each) for each in parents]

        def read_parent(row: Row) -> Any:
            here: Row | None = row
            for step in steps:
                here = step(here) if here is not None else None
            return read(here) if here is not None else None

        return read_parent
