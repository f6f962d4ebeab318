"""Hints that come before we know what they are about: they wait, instead of meaning nothing.

A record may be deleted before the answer that it was created has come; and what a record of
another object became may be heard of before that it was converted. Called by `inbound.py`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from raccord.engine.records import Lookup, Record, TransferSpec
from raccord.sync.decide import match_key
from raccord.sync.inbox import Hint, put
from raccord.sync.lookups import form
from raccord.sync.parallel import in_parallel
from raccord.sync.statements import fetch
from raccord.sync.steps import Route

Origins = Mapping[str, tuple[int, str]]
"""record -> (data transfer, record of its object) from which it was converted."""

_CREATING = """
SELECT link.match_key, contact.uid::text FROM sync_link AS link
JOIN contacts_contact AS contact ON contact.id = link.contact
WHERE link.transfer_id = %(transfer)s AND link.state = 'creating'
  AND (link.match_key = ANY(%(keys)s) OR contact.uid::text = ANY(%(uids)s))
"""
_ANY_CREATING = """
SELECT EXISTS (
    SELECT FROM sync_link WHERE transfer_id = %(transfer)s AND state = 'creating'
)
"""
_LINKED = """
SELECT transfer_id, remote_id FROM sync_link
WHERE transfer_id = ANY(%(transfers)s) AND remote_id = ANY(%(ids)s)
  AND state IN ('linked', 'creating')
"""


def anything_being_created(route: Route) -> bool:
    """Whether some record was sent whose id we do not know yet."""
    (found,) = fetch(_ANY_CREATING, transfer=route.transfer)
    return bool(found[0])


def being_created(route: Route, gone: Sequence[Record]) -> set[str]:
    """Those of the deleted records that may be what we are just creating."""
    if not gone or not anything_being_created(route):
        return set()
    identity = {view.id: form(view.values.get(route.spec.external_id_field)) for view in gone}
    keys = {view.id: _keys(route, view) for view in gone}
    uids = [uid for uid in identity.values() if uid]
    wanted = [key for each in keys.values() for key in each]
    rows = fetch(_CREATING, transfer=route.transfer, keys=wanted, uids=uids)
    known = {value for row in rows for value in row if value}
    return {view.id for view in gone if known & {identity[view.id], *keys[view.id]}}


def converted_from(route: Route, views: Sequence[Record]) -> Origins:
    """Which of the records are what linked records of other objects became. Asks the other side."""
    sources = {
        sibling.object: sibling
        for sibling in route.siblings
        if sibling.converted_field and sibling.converted_object == route.spec.object
    }
    if not sources or not views:
        return {}
    ids = [view.id for view in views]
    size = route.limits.values_per_lookup
    calls = [
        partial(route.connector.find, _lookups(sources, tuple(ids[at : at + size])), {})
        for at in range(0, len(ids), size)
    ]
    found = [record for part in in_parallel(calls, route=route) for record in part]
    origins = {
        record.converted_into.id: (sources[record.object].key, record.id)
        for record in found
        if record.converted_into and record.object in sources
    }
    return _of_linked(origins)


def look_at_origins(origins: Origins) -> None:
    """Have the converted records looked at: their pairs move."""
    for transfer, record in sorted(set(origins.values())):
        put(transfer, [Hint(record)])


def _lookups(sources: Mapping[str, TransferSpec], ids: tuple[str, ...]) -> list[Lookup]:
    return [Lookup(name, spec.converted_field, ids) for name, spec in sources.items()]


def _of_linked(origins: dict[str, tuple[int, str]]) -> Origins:
    transfers = sorted({transfer for transfer, _ in origins.values()})
    ids = [record for _, record in origins.values()]
    linked = set(fetch(_LINKED, transfers=transfers, ids=ids)) if origins else set()
    return {record: origin for record, origin in origins.items() if origin in linked}


def _keys(route: Route, view: Record) -> set[str]:
    values = ((field, form(view.values.get(field))) for field, _ in route.spec.match_fields)
    return {match_key(field, value) for field, value in values if value}
