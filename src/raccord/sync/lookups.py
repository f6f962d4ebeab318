"""Finding the people that have no link yet: by our identity, then by the match fields.

All data types of the connection are searched before anybody is created: one person, one record
per connection. Values are looked up once each, however many contacts share them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from raccord.engine.matching import wanted_value
from raccord.engine.records import Lookup, Record, TransferSpec, Value
from raccord.engine.values import normal_text
from raccord.sync.parallel import in_parallel
from raccord.sync.rows import SeenRow
from raccord.sync.statements import fetch
from raccord.sync.steps import Route

Index = Mapping[tuple[str, str, str], Sequence[Record]]

_TAKEN = """
SELECT remote_id, contact FROM sync_link
WHERE transfer_id = %(transfer)s AND remote_id = ANY(%(ids)s)
"""
_APART = """
SELECT remote_id FROM sync_inboxitem
WHERE transfer_id = %(transfer)s AND state = 'apart' AND remote_id = ANY(%(ids)s)
"""
_LINKED_ELSEWHERE = """
SELECT contact FROM sync_link
WHERE transfer_id = ANY(%(transfers)s) AND contact = ANY(%(contacts)s)
  AND (state IN ('linked', 'gone') AND remote_id IS NOT NULL OR state = 'let_go')
"""


@dataclass(frozen=True, slots=True)
class Found:
    """What the look-ups found, by (object, field, value); and who is spoken for already.

    apart: records of which a person said that they stand for none of our contacts.
    """

    route: Route
    index: Index
    owners: Mapping[str, int]
    apart: frozenset[str]
    linked_elsewhere: frozenset[int]

    def candidates(self, row: SeenRow) -> tuple[Record, ...]:
        """Who could be this contact in the transfer's own object, best evidence first."""
        found = self._records(self.route.spec, row)
        return tuple(record for record in found.values() if record.id not in self.apart)

    def by_identity(self, row: SeenRow) -> Record | None:
        """The record that carries our own identity of this contact."""
        spec = self.route.spec
        key = (spec.object, spec.external_id_field, form(row.external_id))
        return next(iter(self.index.get(key, ())), None)

    def taken(self, record: Record, row: SeenRow) -> bool:
        """Whether the record is linked to another contact."""
        return self.owners.get(record.id, row.claimed.contact) != row.claimed.contact

    def belongs_elsewhere(self, row: SeenRow) -> bool:
        """Whether another transfer of the connection has, had, finds or creates this person."""
        if not self.route.creator or row.claimed.contact in self.linked_elsewhere:
            return True
        return any(self._records(sibling, row) for sibling in self.route.siblings)

    def _records(self, spec: TransferSpec, row: SeenRow) -> dict[str, Record]:
        return {
            record.id: record
            for field, value in wanted(spec, row)
            for record in self.index.get((spec.object, field, form(value)), ())
        }


def find(route: Route, unlinked: Sequence[SeenRow]) -> Found:
    """Look everybody up, `values_per_lookup` people to a call."""
    specs = (route.spec, *(route.siblings if route.creator else ()))
    size = route.limits.values_per_lookup
    parts = [unlinked[at : at + size] for at in range(0, len(unlinked), size)]
    calls = [_call(route, lookups) for part in parts if (lookups := list(_lookups(specs, part)))]
    index: dict[tuple[str, str, str], list[Record]] = defaultdict(list)
    looked_up = {spec.object: _lookup_fields(spec) for spec in specs}
    for record in _distinct(in_parallel(calls, route=route)):
        if record.converted_into:
            continue  # it stands for nobody any more: what it became does
        for field in looked_up.get(record.object, ()):
            if value := form(record.values.get(field)):
                index[record.object, field, value].append(record)
    return Found(
        route=route,
        index=index,
        owners=owners(route, _ids(route, index)),
        apart=_apart(route, index),
        linked_elsewhere=_linked_elsewhere(route, unlinked),
    )


def owners(route: Route, remote_ids: Sequence[str]) -> dict[str, int]:
    """The contacts that these records are linked to, by record."""
    if not remote_ids:
        return {}
    return dict(fetch(_TAKEN, transfer=route.transfer, ids=list(remote_ids)))


def wanted(spec: TransferSpec, row: SeenRow) -> Iterator[tuple[str, str]]:
    """(remote field, value) by which a counterpart is known, best evidence first."""
    if spec.external_id_field and row.external_id:
        yield spec.external_id_field, row.external_id
    if row.local is None:
        return
    for field, local_key in spec.match_fields:
        if value := wanted_value(spec, field, local_key=local_key, local=row.local):
            yield field, value


def form(value: Value) -> str:
    """How looked-up values are compared: without regard to case and surroundings."""
    return (normal_text(value) or "").casefold() if value is not None else ""


def _lookups(specs: Sequence[TransferSpec], part: Sequence[SeenRow]) -> Iterator[Lookup]:
    for spec in specs:
        values: dict[str, dict[str, str]] = defaultdict(dict)
        for row in part:
            if row.local is None and (row.link is None or row.link.sent is None):
                continue  # deleted before anything was sent: there is nothing to find
            for field, value in wanted(spec, row):
                values[field].setdefault(form(value), value)
        for field, distinct in values.items():
            yield Lookup(object=spec.object, field=field, values=tuple(distinct.values()))


def _call(route: Route, lookups: Sequence[Lookup]) -> Callable[[], list[Record]]:
    fields = {route.spec.object: sorted({pair.remote.name for pair in route.spec.pairs})}
    return partial(route.connector.find, lookups, fields)


def _lookup_fields(spec: TransferSpec) -> tuple[str, ...]:
    own = (spec.external_id_field,) if spec.external_id_field else ()
    return (*own, *(field for field, _ in spec.match_fields))


def _distinct(answers: Sequence[Sequence[Record]]) -> Iterator[Record]:
    """Each record once: several of the calls may have found it."""
    yield from {(record.object, record.id): record for part in answers for record in part}.values()


def _apart(route: Route, index: Index) -> frozenset[str]:
    if not (ids := _ids(route, index)):
        return frozenset()
    return frozenset(row[0] for row in fetch(_APART, transfer=route.transfer, ids=ids))


def _ids(route: Route, index: Index) -> list[str]:
    """Of the records found in the transfer's own object."""
    return sorted(
        {
            record.id
            for (object_name, _, _), records in index.items()
            if object_name == route.spec.object
            for record in records
        }
    )


def _linked_elsewhere(route: Route, unlinked: Sequence[SeenRow]) -> frozenset[int]:
    if not route.siblings:
        return frozenset()
    siblings = [sibling.key for sibling in route.siblings]
    contacts = [row.claimed.contact for row in unlinked]
    linked = fetch(_LINKED_ELSEWHERE, transfers=siblings, contacts=contacts)
    return frozenset(row[0] for row in linked)
