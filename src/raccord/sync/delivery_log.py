"""The delivery log: what was sent, taken, answered and left undone, for people to read.

Written by the steps of the flow, set-based and in their own transactions, so that it says neither
more nor less than what happened. What is to be said is decided by `delivery_rows.py`; `timeline.py`
reads it together with the change log. Nothing in the flow ever reads it to decide anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import orjson
from django.conf import settings

from raccord.contacts import partitions
from raccord.engine.records import Origin, OriginKind
from raccord.sync import rows
from raccord.sync.delivery_rows import Row
from raccord.sync.statements import as_json, change, copy, fetch

TABLE = "sync_delivery"
CAUSE = "move"
"""What the change log says was the cause of values that were written here: "move:345"."""

_LONGEST_DETAIL = 2_000

# Twice as fast as the JSON that rows usually travel in, and nearly every delivery writes one.
_COPY = """
COPY sync_delivery (transfer, contact, direction, what, remote_id, fields, code, parameters, detail,
    their_user, their_time, move, actor) FROM STDIN
"""
# A question that is still open is not asked again by each look.
_NEWS = """
INSERT INTO sync_delivery
    (transfer, contact, direction, what, remote_id, fields, code, parameters, detail, their_user,
     their_time, move, actor)
SELECT %(transfer)s, n.contact, n.direction, n.what, n.remote_id, n.fields, n.code, n.parameters,
       n.detail, n.their_user, n.their_time, n.move, n.actor
FROM jsonb_to_recordset(%(rows)s::jsonb) AS n (
    contact bigint, direction text, what text, remote_id text, fields jsonb, code text,
    parameters jsonb, detail text, their_user text, their_time timestamptz, move bigint, actor text
)
WHERE NOT EXISTS (
    SELECT FROM (
        SELECT what, code, fields FROM sync_delivery AS entry
        WHERE entry.contact = n.contact AND entry.transfer = %(transfer)s
        ORDER BY entry.at DESC, entry.id DESC LIMIT 1
    ) AS last
    WHERE last.what = n.what AND last.code = n.code AND last.fields = n.fields
)
"""


def write(transfer: int, entries: Iterable[Row]) -> None:
    """Add entries, each of them."""
    given = [(transfer, *_columns(row)) for row in entries]
    if given:
        copy(_COPY, given)


def write_news(transfer: int, entries: Iterable[Row]) -> None:
    """Add those that are not what was said of the contact last."""
    given = [_given(row) for row in entries]
    if given:
        change(_NEWS, transfer=transfer, rows=as_json(given))


def origin_of_a_move(transfer: int) -> tuple[Origin, int]:
    """The origin for values of theirs that are written here, and the number of that move."""
    move = rows.next_move()
    return Origin(OriginKind.SYNC, transfer=transfer, cause=f"{CAUSE}:{move}"), move


def prepare_and_forget() -> None:
    """Make the coming months' partitions, and drop those that nobody has to keep any more."""
    today: date = fetch("SELECT (clock_timestamp() AT TIME ZONE 'UTC')::date")[0][0]
    partitions.prepare(today, table=TABLE)
    if settings.DELIVERY_LOG_DAYS:
        partitions.drop(today - timedelta(days=settings.DELIVERY_LOG_DAYS), table=TABLE)


def _columns(row: Row) -> tuple[object, ...]:
    given = _given(row)
    fields, parameters = orjson.dumps(row.fields).decode(), orjson.dumps(given["parameters"])
    return tuple({**given, "fields": fields, "parameters": parameters.decode()}.values())


def _given(row: Row) -> dict[str, object]:
    """In the order of the columns."""
    failure, view = row.failure, row.view
    return {
        "contact": row.contact,
        "direction": row.direction,
        "what": str(row.what),
        "remote_id": row.remote_id,
        "fields": row.fields,
        "code": failure.code if failure else "",
        "parameters": dict(failure.params) if failure else {},
        "detail": failure.detail[:_LONGEST_DETAIL].replace("\0", "") if failure else "",
        "their_user": (view.modified_by[:64] or None) if view else None,
        "their_time": view.modified_at if view else None,
        "move": row.move,
        "actor": row.actor[:255],
    }
