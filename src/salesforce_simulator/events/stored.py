"""Events as the journal keeps them, so that a restart does not lose what a subscriber missed.

A new or restored record stands in the same line of the journal as its event and is not repeated.
The schema is that of the object when the line is read.
"""

import base64
from collections import Counter
from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING, Any

from salesforce_simulator.events.changes import CREATE, UNDELETE, Change
from salesforce_simulator.events.encoding import Commit
from salesforce_simulator.events.event import ChangeEvent, Event, PlatformEvent

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


def to_json(events: Iterable[Event], *, with_rows: bool = False) -> list[dict[str, Any]]:
    """Return events for the journal, those of one transaction together.

    with_rows: repeat the rows of new records, because they changed since.
    """
    events = list(events)
    groups: list[dict[str, Any]] = []
    # A record that changes again in its transaction is not in the journal as it was first.
    seen = Counter(_record_id(each) for each in events)
    for commit, members in groupby(events, key=_commit):
        if commit is None:
            groups += [_platform_json(each) for each in members if isinstance(each, PlatformEvent)]
            continue
        told = [
            _change_json(each, with_row=with_rows or seen[_record_id(each)] > 1)
            for each in members
            if isinstance(each, ChangeEvent)
        ]
        groups.append({"commit": list(commit), "events": told})
    return groups


def from_json(org: "Org", groups: Iterable[dict[str, Any]]) -> list[Event]:
    """Return what `to_json` wrote; events of objects that are gone are left out."""
    events: list[Event] = []
    for group in groups:
        if "platform" in group:
            events += _read_platform(org, group["platform"])
            continue
        commit = Commit(*group["commit"])
        for number, sequence, entity, kind, ids, values, changed, emptied in group["events"]:
            if entity not in org.stores:
                continue
            row = org.stores[entity].get(ids[0]) if values is None else values
            change = Change(
                entity,
                org.events.schemas.of(entity),
                kind,
                tuple(ids),
                row or {},
                frozenset(changed),
                frozenset(emptied),
            )
            events.append(ChangeEvent(number, commit.at_ms / 1000, change, commit, sequence))
    return events


def _commit(event: Event) -> Commit | None:
    return event.commit if isinstance(event, ChangeEvent) else None


def _record_id(event: Event) -> str:
    return event.change.record_ids[0] if isinstance(event, ChangeEvent) else ""


def _change_json(event: ChangeEvent, *, with_row: bool) -> list[Any]:
    change = event.change
    in_rows = change.type in {CREATE, UNDELETE} and not with_row
    return [
        event.number,
        event.sequence,
        change.entity,
        change.type,
        list(change.record_ids),
        None if in_rows else change.values,
        sorted(change.changed),
        sorted(change.emptied),
    ]


def _platform_json(event: PlatformEvent) -> dict[str, Any]:
    avro = base64.b64encode(event.avro).decode()
    return {"platform": [event.number, event.at, event.source, event.schema.id, event.id, avro]}


def _read_platform(org: "Org", content: list[Any]) -> list[Event]:
    number, at, source, schema_id, event_id, avro = content
    schema = org.events.schemas.by_id(schema_id)
    if schema is None:
        return []
    return [PlatformEvent(number, at, source, schema, event_id, base64.b64decode(avro))]
