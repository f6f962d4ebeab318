"""Which changes one committed transaction made, record by record and in order.

An update that left every delivered field as it was is none. Neighbours that say the same (the
same update of several records, several deletions) become one change of several records, as the
documentation of merged change events has it.
"""

from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from salesforce_simulator.events.schema import EventSchema
from salesforce_simulator.store import Row

# (object's name, row before or None, row now)
Written = tuple[str, Row | None, Row]

CREATE, UPDATE, DELETE, UNDELETE = "CREATE", "UPDATE", "DELETE", "UNDELETE"
# What an overflow has in place of a record's id.
NO_RECORD = "000000000000000AAA"
_AUTHORSHIP = frozenset({"LastModifiedDate", "LastModifiedById"})


class Change(NamedTuple):
    """A change of one or more records of an object.

    values: the row of a new or restored record; what an update changed, without what it emptied.
    changed: the names of the object's fields that an update changed.
    emptied: compound fields of which the update left nothing.
    """

    entity: str
    schema: EventSchema
    type: str
    record_ids: tuple[str, ...]
    values: Row
    changed: frozenset[str] = frozenset()
    emptied: frozenset[str] = frozenset()

    @property
    def weight(self) -> int:
        """How much it counts towards the size at which a transaction overflows."""
        return len(self.record_ids) * max(1, len(self.changed))


def changes_of(
    written: Iterable[Written],
    *,
    captured: Collection[str],
    schema_of: Callable[[str], EventSchema],
    merge: bool = True,
) -> list[Change]:
    """Return the changes of a transaction's writes to the captured objects.

    merge: let neighbouring records with the same change share one.
    """
    changes: list[Change] = []
    for entity, old, row in written:
        if entity not in captured:
            continue
        change = _change(entity, schema_of(entity), old, row)
        if change is None:
            continue
        last = changes[-1] if changes else None
        if merge and last is not None and _says_the_same(last, change):
            changes[-1] = last._replace(record_ids=(*last.record_ids, row["Id"]))
        else:
            changes.append(change)
    return changes


def gap_of(change: Change) -> Change:
    """Return the change as a gap event tells it: which records, and no value."""
    return Change(change.entity, change.schema, f"GAP_{change.type}", change.record_ids, {})


def within_limit(changes: Iterable[Change], *, limit: int) -> list[Change]:
    """Return the changes up to a transaction's limit, then one overflow for each object beyond."""
    told: list[Change] = []
    beyond: dict[str, Change] = {}
    weight = 0
    for change in changes:
        weight += change.weight
        if weight <= limit:
            told.append(change)
        else:
            overflow = Change(change.entity, change.schema, "GAP_OVERFLOW", (NO_RECORD,), {})
            beyond.setdefault(change.entity, overflow)
    return [*told, *beyond.values()]


def _change(entity: str, schema: EventSchema, old: Row | None, row: Row) -> Change | None:
    record_ids = (row["Id"],)
    if old is None:
        return Change(entity, schema, CREATE, record_ids, row)
    if old["IsDeleted"] != row["IsDeleted"]:
        if row["IsDeleted"]:
            return Change(entity, schema, DELETE, record_ids, {})
        return Change(entity, schema, UNDELETE, record_ids, row)
    return _update(entity, schema, old, row)


def _update(entity: str, schema: EventSchema, old: Row, row: Row) -> Change | None:
    differing = {name for name, value in row.items() if old.get(name) != value}
    differing |= old.keys() - row.keys()
    changed = frozenset(name for name in differing if name in schema.places)
    if not changed - _AUTHORSHIP:
        return None
    # The stamp, of whole seconds, may look the same; the documentation names it always, but for
    # the conversion of a lead.
    stamp = {"LastModifiedDate"}
    changed = changed - stamp if "IsConverted" in changed else changed | stamp
    values = {name: row[name] for name in changed if name in row}
    emptied = _emptied(schema, changed - values.keys(), row)
    return Change(entity, schema, UPDATE, (row["Id"],), values, changed, emptied)


def _emptied(schema: EventSchema, nulled: Iterable[str], row: Row) -> frozenset[str]:
    compounds = {schema.places[name].name for name in nulled if schema.places[name].part}
    return frozenset(
        name for name in compounds if not any(part in row for part in schema.compounds[name])
    )


def _says_the_same(one: Change, other: Change) -> bool:
    return (
        one.type == other.type
        and one.type in {UPDATE, DELETE}
        and one.entity == other.entity
        and one.changed == other.changed
        and one.values == other.values
        and one.emptied == other.emptied
        and other.record_ids[0] not in one.record_ids
    )
