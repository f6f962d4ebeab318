"""What a reading brought is passed on: a record whose contact is known has that looked at directly,
the others are hinted at in the inbox.

Whose a known record is need not be found out, so the inbox would only be a detour. It is taken all
the same where something of that record waits there already, and where the pair is broken: then
`inbound.py` decides. Called by `poll.py`, in the transaction that moves the position.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from raccord.contacts import wakeups
from raccord.sync import due, inbox
from raccord.sync.inbox import Hint
from raccord.sync.statements import as_json, fetch
from raccord.sync.steps import Route

# "Nobody knows since when" as a time: ORM and driver know no infinite one.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

# By ascending contact, as links are settled, or the two would wait for each other.
_KNOWN = """
UPDATE sync_link AS link
SET as_known_until = least(link.as_known_until, coalesce(given.until, %(long_ago)s))
FROM (
    SELECT locked.id, given.until
    FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (remote_id text, until timestamptz)
    JOIN sync_link AS locked
      ON locked.transfer_id = %(transfer)s AND locked.remote_id = given.remote_id
     AND locked.remote_id = ANY(%(ids)s)
    WHERE locked.state IN ('creating', 'linked', 'ending')
      AND NOT EXISTS (
          SELECT FROM sync_inboxitem AS item
          WHERE item.transfer_id = %(transfer)s AND item.remote_id = given.remote_id
      )
    ORDER BY locked.contact FOR UPDATE OF locked
) AS given
WHERE link.id = given.id
RETURNING link.contact, link.remote_id
"""


def pass_on(route: Route, hints: Sequence[Hint]) -> None:
    """Have every record that is hinted at looked into. Part of a transaction that holds the
    project's barrier."""
    if not hints:
        return
    found = fetch(
        _KNOWN,
        rows=as_json(map(_row, hints)),
        ids=[hint.remote_id for hint in hints],
        transfer=route.transfer,
        long_ago=LONG_AGO,
    )
    due.look_at(route.subscription, [contact for contact, _ in found])
    if found:
        wakeups.outbound_after_commit([route.transfer])
    known = {remote_id for _, remote_id in found}
    inbox.put(route.transfer, [hint for hint in hints if hint.remote_id not in known])


def _row(hint: Hint) -> Mapping[str, object]:
    until = hint.as_known_until.isoformat() if hint.as_known_until else None
    return {"remote_id": hint.remote_id, "until": until}
