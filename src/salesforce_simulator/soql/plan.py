"""Choose the rows that WHERE is tried on: those of an index where one serves, else all.

Only conditions that must hold (the top level, joined by AND) can narrow the choice. The predicate
is tried on every candidate all the same, so a plan can only be slow, never wrong.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from salesforce_simulator.schema import Field
from salesforce_simulator.soql.literals import comparable
from salesforce_simulator.soql.names import Names
from salesforce_simulator.soql.syntax import All, Comparison, Condition, Membership, Path, Value
from salesforce_simulator.store import Row, Store


@dataclass(frozen=True, slots=True)
class Plan:
    """The rows to try, and the indexed field that finds them, None where all are read."""

    rows: Iterable[Row]
    field: str | None = None


def choose(store: Store, where: Condition | None, names: Names, *, deleted: bool) -> Plan:
    """Return the rows that can match, deleted ones among them if asked."""
    parts = list(_required(where))
    for part in parts:
        found = _by_value(store, part, names, deleted=deleted)
        if found is not None:
            return found
    for part in parts:
        since = _since(part, names)
        if since is not None:
            recent = list(store.changed_since(since, deleted=deleted))
            recent.reverse()
            return Plan(recent, "SystemModstamp")
    return Plan(store.rows(deleted=deleted))


def _required(where: Condition | None) -> Iterator[Condition]:
    """Yield the conditions that every row must meet, out of all parentheses."""
    if isinstance(where, All):
        for part in where.parts:
            yield from _required(part)
    elif where is not None:
        yield where


def _by_value(store: Store, part: Condition, names: Names, *, deleted: bool) -> Plan | None:
    """Use the index of an id or key field that is compared with = or IN."""
    match part:
        case Comparison(Path() as path, "=", value):
            values: tuple[Value, ...] = (value,)
        case Membership(Path() as path, "IN", tuple() as several):
            values = several
        case _:
            return None
    found = names.find(path)
    if found.parents or not _is_indexed(store, found.field):
        return None
    wanted = {comparable(names, found, each, path.position): None for each in values}
    if None in wanted:
        return None
    return Plan(_rows(store, found.field.name, wanted, deleted=deleted), found.field.name)


def _is_indexed(store: Store, field: Field) -> bool:
    return field.name == "Id" or store.has_index(field.name)


def _rows(store: Store, name: str, wanted: Iterable[Any], *, deleted: bool) -> Iterator[Row]:
    for value in wanted:
        ids = (value,) if name == "Id" else store.ids_with(name, value)
        yield from (store.live[each] for each in ids if each in store.live)
    if deleted:
        # The bin has no indexes: it is small.
        yield from store.deleted.values()


def _since(part: Condition, names: Names) -> str | None:
    """Return from which second on a condition wants changes, None for another condition."""
    match part:
        case Comparison(Path() as path, "=" | ">" | ">=", Value("datetime") as value):
            found = names.find(path)
            if found.key == "SystemModstamp":
                return str(comparable(names, found, value, path.position))[:19]
    return None
