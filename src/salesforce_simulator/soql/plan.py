"""Choose the rows that WHERE is tried on: those of an index where one serves, else all.

Only conditions that must hold (the top level, joined by AND) can narrow the choice. The predicate
is tried on every candidate all the same, so a plan can only be slow, never wrong.
"""

from collections.abc import Iterable, Iterator

from salesforce_simulator.soql.conditions import Conditions
from salesforce_simulator.soql.syntax import All, Comparison, Condition, Membership, Path, Value
from salesforce_simulator.store import Row, Store


def candidates(
    store: Store, where: Condition | None, conditions: Conditions, *, deleted: bool
) -> Iterable[Row]:
    """Return the rows that can match, deleted ones among them if asked."""
    parts = where.parts if isinstance(where, All) else (where,) if where is not None else ()
    for part in parts:
        found = _by_value(store, part, conditions, deleted=deleted)
        if found is not None:
            return found
    for part in parts:
        if _is_recent(part):
            assert isinstance(part, Comparison)  # noqa: S101 - what _is_recent established
            since = conditions.comparable(store.kind.field("SystemModstamp"), part.value)  # type: ignore[arg-type]
            recent = list(store.changed_since(str(since)[:19], deleted=deleted))
            recent.reverse()
            return recent
    return store.rows(deleted=deleted)


def _by_value(
    store: Store, part: Condition, conditions: Conditions, *, deleted: bool
) -> Iterator[Row] | None:
    """Use the index of an id or key field that is compared with = or IN."""
    match part:
        case Comparison(Path((name,)), "=", value):
            values: tuple[Value, ...] = (value,)
        case Membership(Path((name,)), "IN", tuple() as several):
            values = several
        case _:
            return None
    field = store.kind.field(name)
    if field is None or any(each.kind == "null" for each in values):
        return None
    if field.name != "Id" and not store.has_index(field.name):
        return None
    wanted = dict.fromkeys(conditions.comparable(field, each) for each in values)
    return _rows(store, field.name, wanted, deleted=deleted)


def _rows(store: Store, name: str, wanted: Iterable[str], *, deleted: bool) -> Iterator[Row]:
    for value in wanted:
        ids = (value,) if name == "Id" else store.ids_with(name, value)
        yield from (store.live[each] for each in ids if each in store.live)
    if deleted:
        # The bin has no indexes: it is small.
        yield from store.deleted.values()


def _is_recent(part: Condition) -> bool:
    match part:
        case Comparison(Path((name,)), ">" | ">=", Value("datetime")):
            return name.lower() == "systemmodstamp"
    return False
