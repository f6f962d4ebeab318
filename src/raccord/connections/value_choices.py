"""The table of values of a mapped choice: what the two lists are, what is decided, what is not.

A value that is the same on both sides needs no decision; one that is called the same gets its pair
when the fields are paired. What is left is decided by a person: which value is meant, or that it
is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import structlog
from django.db import transaction

from raccord.connections.models import FieldMapping
from raccord.contacts import barrier
from raccord.engine.choices import has_table, their_choices
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction, FieldSpec
from raccord.engine.schema import RemoteField
from raccord.engine.value_pairs import ValuePair, ValuePairs, from_lists, suggested, to_lists

log = structlog.get_logger(__name__)

UNKNOWN_HERE = "raccord.mapping.value_unknown_here"
UNKNOWN_THERE = "raccord.mapping.value_unknown_there"

Chosen = Mapping[str, str | None]
"""Value -> the one it belongs to on the other side; None: it is left out."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What a table is made of: value -> what a reader sees, here and there."""

    ours: Mapping[str, str]
    theirs: Mapping[str, str]
    restricted: bool


def usual(spec: FieldSpec, remote: RemoteField) -> ValuePairs:
    """The table that a new pair of these fields begins with."""
    if not has_table(spec.type, remote.type):
        return ()
    sides = sides_of(spec, remote)
    return suggested(sides.ours, sides.theirs)


def sides_of(spec: FieldSpec, remote: RemoteField) -> Sides:
    """The two lists."""
    ours = {choice: spec.choice_label(choice) for choice in spec.choices}
    return Sides(ours, their_choices(remote), restricted=remote.restricted)


def to_send(sides: Sides, table: ValuePairs) -> dict[str, str | None]:
    """Each value of ours -> where it goes: theirs, None if left out, "" if that is undecided.

    A line that leads to a value that is no longer on their list is undecided again.
    """
    decided = {each.ours: each.theirs for each in reversed(table) if each.ours is not None}
    there = {value.casefold(): value for value in reversed(list(sides.theirs))}
    usually = {
        value: value if value in sides.theirs else there.get(value.casefold(), "")
        for value in sides.ours
    }
    return {
        value: _as_it_stands(decided.get(value, usual), sides.theirs)
        for value, usual in usually.items()
    }


def to_take(sides: Sides, table: ValuePairs) -> dict[str, str | None]:
    """Each value of theirs that none of ours goes to -> what it is here, likewise."""
    led_to = set(to_send(sides, table).values())
    decided = {each.theirs: each.ours for each in reversed(table) if each.theirs is not None}
    return {
        value: _as_it_stands(decided.get(value, ""), sides.ours)
        for value in sides.theirs
        if value not in led_to
    }


def decide(sides: Sides, table: ValuePairs, *, sent: Chosen, taken: Chosen) -> ValuePairs:
    """The table with these decisions; "" takes one back.

    Raises BadInput for a value that is not on its list.
    """
    for value in _named(sent.keys(), taken.values()):
        if value not in sides.ours:
            raise BadInput(UNKNOWN_HERE, {"value": value[:80]}, at="ours")
    for value in _named(taken.keys(), sent.values()):
        if value not in sides.theirs:
            raise BadInput(UNKNOWN_THERE, {"value": value[:80]}, at="theirs")
    ways = {**to_send(sides, table), **sent}
    coming = {**to_take(sides, table), **taken}
    led_to = set(ways.values())
    lines = [ValuePair(ours, there) for ours, there in ways.items() if there not in ("", ours)]
    back = [
        ValuePair(ours, theirs)
        for theirs, ours in coming.items()
        if ours != "" and theirs not in led_to
    ]
    # Values that left their list may still be held by records; what was decided goes on for them.
    former = [each for each in table if each.theirs and each.theirs not in sides.theirs]
    # A value that is the same on both sides is its own way there and back, whatever else names it.
    shared = {name for each in (*lines, *back, *former) for name in each}
    plain = [ValuePair(each, each) for each in ways if ways[each] == each and each in shared]
    return (*plain, *lines, *back, *former)


def table_of(line: FieldMapping) -> ValuePairs:
    """The stored table."""
    return from_lists(line.value_pairs)


def save(line: FieldMapping, table: ValuePairs) -> bool:
    """Store the table; False if it is what it was. Nobody's save straddles the change."""
    project = line.transfer.connection.project_id
    with transaction.atomic(), barrier.exclusive(project):
        stored = FieldMapping.objects.select_for_update().get(pk=line.pk)
        if stored.value_pairs == to_lists(table):
            return False
        FieldMapping.objects.filter(pk=line.pk).update(value_pairs=to_lists(table))
    line.value_pairs = to_lists(table)
    log.info("mapping.values_paired", transfer=line.transfer_id, lines=len(table))
    return True


def flows(line: FieldMapping) -> tuple[bool, bool]:
    """Whether values of ours are sent, and whether theirs come here."""
    direction = Direction(line.direction)
    return direction is not Direction.INBOUND, direction is not Direction.OUTBOUND


def _as_it_stands(decided: str | None, known: Mapping[str, str]) -> str | None:
    return decided if decided is None or decided in known else ""


def _named(*groups: Iterable[str | None]) -> set[str]:
    return {value for group in groups for value in group if value}
