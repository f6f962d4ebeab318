"""Find the fields that a query speaks of, and read them from a row and its parents."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import ApiError
from salesforce_simulator.reading import Reader, reader
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.soql.asker import Asker, asker
from salesforce_simulator.soql.errors import (
    malformed_at,
    no_such_column,
    no_such_relationship,
    pointer,
)
from salesforce_simulator.soql.polymorphic import NAME, is_polymorphic, name_reader
from salesforce_simulator.soql.syntax import Path
from salesforce_simulator.store import Row

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

MAX_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Found:
    """A field at the end of a path, or what a function makes of one.

    `parents` are the reference fields on the way to it, `read` reads it from the row that the
    query is about and `read_here` from the row at the end of the way. `key` is the same for the
    same thing, however it is written.
    """

    field: Field
    kind: SObjectType
    parents: tuple[Field, ...]
    read: Reader
    read_here: Reader
    key: str


class Names:
    """The names that one FROM makes known."""

    def __init__(
        self,
        org: "Org",
        kind: SObjectType,
        *,
        text: str,
        alias: str | None = None,
        aliases: Iterable[tuple[str, Path]] = (),
        user_id: str = "",
    ) -> None:
        self.org = org
        self.kind = kind
        self.text = text
        self.asker: Asker = asker(org, user_id)
        self._own = {kind.name.lower(), (alias or kind.name).lower()}
        self._aliases: dict[str, tuple[str, ...]] = {}
        for name, relationship in aliases:
            self._add_alias(name, relationship)

    def find(self, path: Path) -> Found:
        """Return the field of a path; INVALID_FIELD with its place if there is none."""
        names = self._without_alias(path.names)
        parents, kind = self._walk(names[:-1], path.position)
        field = kind.field(names[-1])
        if field is None:
            raise no_such_column(self.text, path.position, name=names[-1], entity=kind.name)
        here = name_reader(self.org, field) if kind is NAME else reader(kind, field)
        key = ".".join([*(each.name for each in parents), field.name])
        return Found(field, kind, parents, self._through(parents, here), here, key)

    def find_parent(self, path: Path) -> tuple[tuple[Field, ...], SObjectType]:
        """Return the reference fields of a path of relationships, and the object at its end."""
        return self._walk(self._without_alias(path.names), path.position)

    def of_child(self, path: Path) -> str:
        """Return the name of a child relationship, without the name of the object before it."""
        return self._without_alias(path.names)[-1]

    def follow(self, reference: Field) -> Callable[[Row], Row | None]:
        """Return the function that finds the row a reference points at."""
        schema, stores = self.org.schema, self.org.stores
        name = reference.name

        def parent(row: Row) -> Row | None:
            record_id: str | None = row.get(name)
            kind = schema.by_prefix(record_id[:3]) if record_id else None
            return stores[kind.name].get(record_id) if kind and record_id else None

        return parent

    def refuse(self, code: str, position: int, message: str) -> ApiError:
        """Return an error that shows its place."""
        return ApiError(code, pointer(self.text, position) + message)

    def _add_alias(self, name: str, relationship: Path) -> None:
        names = self._without_alias(relationship.names)
        if names == relationship.names:
            raise malformed_at(
                self.text,
                relationship.position,
                "A driving SObject type has already been set, all other entity types in the FROM "
                "clause must be relationships to the initial object. The driving object is "
                f"{self.kind.name}.",
            )
        self._walk(names, relationship.position)
        self._aliases[name.lower()] = names

    def _without_alias(self, names: tuple[str, ...]) -> tuple[str, ...]:
        first = names[0].lower()
        if len(names) > 1 and first in self._own:
            return names[1:]
        if len(names) > 1 and first in self._aliases:
            return (*self._aliases[first], *names[1:])
        return names

    def _walk(self, names: Iterable[str], position: int) -> tuple[tuple[Field, ...], SObjectType]:
        kind = self.kind
        parents: list[Field] = []
        for name in names:
            reference = kind.reference(name)
            if reference is None or len(parents) == MAX_LEVELS:
                raise no_such_relationship(self.text, position, name=name)
            parents.append(reference)
            target = self.org.schema.find(reference.targets[-1])
            if is_polymorphic(reference):
                target = NAME
            if target is None:
                raise no_such_relationship(self.text, position, name=name)
            kind = target
        return tuple(parents), kind

    def _through(self, parents: tuple[Field, ...], read: Reader) -> Reader:
        if not parents:
            return read
        steps = [self.follow(each) for each in parents]

        def read_parent(row: Row) -> Any:
            here: Row | None = row
            for step in steps:
                here = step(here) if here is not None else None
            return read(here) if here is not None else None

        return read_parent
