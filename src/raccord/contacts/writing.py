"""Steps 2 to 5 of `changes.py`: lock, decide, write, make due.

What is locked and what is decided stands or falls together: if another writer was faster (made a
contact of the same key, took the key a contact was to get), all of it is undone to a savepoint,
its locks with it, and done again with what is there now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import psycopg.errors
from django.db import DatabaseError, transaction

from raccord.contacts import activity, contact_rows, outbox
from raccord.contacts.differences import (
    ContactChange,
    Draft,
    Judge,
    Mode,
    Outcome,
    RowResult,
    StoredContact,
)
from raccord.engine.records import Operation

TRIES = 10

_DELETED = frozenset({Operation.DELETED})
_FASTER = (psycopg.errors.UniqueViolation, psycopg.errors.DeadlockDetected)

K = TypeVar("K", str, int)
Judged = dict[K, RowResult | Draft]


def write_by_key(
    project_id: int, changes: Mapping[str, ContactChange], *, judge: Judge, mode: Mode
) -> dict[str, RowResult]:
    """Create or update the contacts with these keys."""

    def once() -> Judged[str]:
        stored = contact_rows.locked_by_key(project_id, changes.keys())
        knowing = judge.knowing(project_id, [each.id for each in stored.values()])
        judged = {
            key: knowing.by_key(change, key=key, stored=stored.get(key), mode=mode)
            for key, change in changes.items()
        }
        _write(project_id, judged.values(), judge=judge)
        return judged

    return _results(_until_first(once))


def write_by_id(
    project_id: int, changes: Mapping[int, ContactChange], *, judge: Judge
) -> dict[int, RowResult]:
    """Update the contacts with these ids."""

    def once() -> Judged[int]:
        stored = contact_rows.locked_by_id(project_id, changes.keys())
        knowing = judge.knowing(project_id, stored.keys())
        judged = {
            contact: knowing.by_id(change, stored=stored.get(contact))
            for contact, change in changes.items()
        }
        _refuse_taken_keys(project_id, judged, stored, judge=judge)
        _write(project_id, judged.values(), judge=judge)
        return judged

    return _results(_until_first(once))


def restore(project_id: int, contact: int, *, judge: Judge) -> RowResult:
    """Bring a tombstone back to life, unless somebody else has its key."""

    def once() -> Judged[int]:
        stored = contact_rows.locked_by_id(project_id, [contact])
        judged = {contact: judge.restored(stored.get(contact))}
        _refuse_taken_keys(project_id, judged, stored, judge=judge)
        _write(project_id, judged.values(), judge=judge)
        return judged

    return _results(_until_first(once))[contact]


def delete(project_id: int, ids: Sequence[int], *, judge: Judge) -> int:
    """Turn these contacts into tombstones; gives how many were alive."""
    found = contact_rows.locked_by_id(project_id, set(ids))
    alive = [contact.id for contact in found.values() if not contact.deleted]
    if alive:
        contact_rows.delete(alive)
        contact_rows.write_log_of_deleted(project_id, alive, origin=judge.origin)
        activity.count(project_id, [_DELETED] * len(alive), origin=judge.origin)
        events = [outbox.Event(id_, _DELETED, judge.usual_priority()) for id_ in alive]
        outbox.make_due(project_id, events, origin=judge.origin)
    return len(alive)


def _until_first(once: Callable[[], Judged[K]]) -> Judged[K]:
    for tries_left in reversed(range(TRIES)):
        try:
            with transaction.atomic():
                return once()
        except contact_rows.Overtaken:
            if not tries_left:
                raise
        except DatabaseError as error:
            if not tries_left or not isinstance(error.__cause__, _FASTER):
                raise
    raise AssertionError("the last try returns or raises")


def _refuse_taken_keys(
    project_id: int, judged: Judged[int], stored: Mapping[int, StoredContact], *, judge: Judge
) -> None:
    """Reject drafts whose new key somebody has; a tombstone gives away its key and refusals."""
    moved = {
        contact: draft
        for contact, draft in judged.items()
        if isinstance(draft, Draft) and draft.key != stored[contact].key
    }
    if not moved:
        return
    holders = contact_rows.locked_by_key(project_id, {draft.key for draft in moved.values()})
    contact_rows.free_keys([holder.id for holder in holders.values() if holder.deleted])
    taken = {key for key, holder in holders.items() if not holder.deleted}
    for contact, draft in moved.items():
        if draft.key in taken:
            judged[contact] = RowResult(Outcome.REJECTED, contact, (judge.key_taken(),))
        elif draft.key in holders:
            judge.inherit(draft, holders[draft.key], before=stored[contact])
        taken.add(draft.key)


def _write(project_id: int, judged: Iterable[RowResult | Draft], *, judge: Judge) -> None:
    drafts = [draft for draft in judged if isinstance(draft, Draft)]
    contact_rows.insert(project_id, [draft for draft in drafts if draft.contact is None])
    contact_rows.update(
        [draft for draft in drafts if draft.outcome is Outcome.UPDATED or draft.revived]
    )
    contact_rows.write_log(project_id, drafts, origin=judge.origin)
    activity.count(project_id, [draft.entries for draft in drafts], origin=judge.origin)
    events = [
        outbox.Event(draft.contact, frozenset(draft.entries), draft.priority, draft.revived)
        for draft in drafts
        if draft.contact is not None
    ]
    outbox.make_due(project_id, events, origin=judge.origin)


def _results(judged: Judged[K]) -> dict[K, RowResult]:
    return {
        key: verdict.result() if isinstance(verdict, Draft) else verdict
        for key, verdict in judged.items()
    }
