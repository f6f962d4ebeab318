"""What waits for a person to mend something, by cause; and the records behind one cause.

Counted from the tables that the flow works on, so never behind it. What a person has to *decide*
(`sync.decisions`) is left out: nothing is wrong there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db.models import QuerySet

from raccord.contacts.models import OutboxItem, OutboxState, Project, Subscription
from raccord.sync.decisions import DECIDED_BY_HAND
from raccord.sync.meeting import CONTACT_BEREFT, CONTACT_TAKEN, SEVERAL_CONTACTS, WAS_DELETED
from raccord.sync.models import InboxItem, InboxState
from raccord.sync.parked.models import Side
from raccord.sync.statements import fetch

NOT_ERRORS = [*DECIDED_BY_HAND, SEVERAL_CONTACTS, CONTACT_TAKEN, CONTACT_BEREFT, WAS_DELETED]
"""Reasons for which somebody decides instead of mending something."""

_SCOPE = (
    "connection.project_id = %(project)s AND (%(connection)s = 0 OR connection.id = %(connection)s)"
)
_PARKED = f"""
SELECT 'out' AS side, transfer.id AS transfer, item.cause AS cause, item.id, item.due_at
FROM connections_connection AS connection
JOIN connections_datatransfer AS transfer ON transfer.connection_id = connection.id
JOIN contacts_subscription AS subscription ON subscription.transfer = transfer.id
JOIN contacts_outboxitem AS item ON item.subscription_id = subscription.id
WHERE {_SCOPE} AND item.cause IS NOT NULL AND item.reason <> ALL(%(not_errors)s)
UNION ALL
SELECT 'in', transfer.id, item.cause, item.id, item.due_at
FROM connections_connection AS connection
JOIN connections_datatransfer AS transfer ON transfer.connection_id = connection.id
JOIN sync_inboxitem AS item ON item.transfer_id = transfer.id
WHERE {_SCOPE} AND item.cause IS NOT NULL AND item.reason <> ALL(%(not_errors)s)
"""  # noqa: S608 - made of constants
# From one cause to the next by the index: however many records wait, only causes are stepped over.
_CAUSES = f"""
WITH RECURSIVE places (side, transfer, place) AS (
    SELECT 'out', transfer.id, subscription.id
    FROM connections_connection AS connection
    JOIN connections_datatransfer AS transfer ON transfer.connection_id = connection.id
    JOIN contacts_subscription AS subscription ON subscription.transfer = transfer.id
    WHERE {_SCOPE}
    UNION ALL
    SELECT 'in', transfer.id, transfer.id
    FROM connections_connection AS connection
    JOIN connections_datatransfer AS transfer ON transfer.connection_id = connection.id
    WHERE {_SCOPE}
), causes (side, transfer, place, cause) AS (
    SELECT side, transfer, place, CASE side
        WHEN 'out' THEN (SELECT min(item.cause) FROM contacts_outboxitem AS item
                         WHERE item.subscription_id = place AND item.cause IS NOT NULL)
        ELSE (SELECT min(item.cause) FROM sync_inboxitem AS item
              WHERE item.transfer_id = place AND item.cause IS NOT NULL)
    END FROM places
    UNION ALL
    SELECT side, transfer, place, CASE side
        WHEN 'out' THEN (SELECT min(item.cause) FROM contacts_outboxitem AS item
                         WHERE item.subscription_id = place AND item.cause > causes.cause)
        ELSE (SELECT min(item.cause) FROM sync_inboxitem AS item
              WHERE item.transfer_id = place AND item.cause > causes.cause)
    END FROM causes WHERE cause IS NOT NULL
)
"""  # noqa: S608 - made of constants
_ONE = """
WITH causes (side, transfer, place, cause) AS (
    SELECT %(side)s, transfer.id, subscription.id, %(cause)s
    FROM connections_datatransfer AS transfer
    JOIN connections_connection AS connection ON connection.id = transfer.connection_id
    LEFT JOIN contacts_subscription AS subscription ON subscription.transfer = transfer.id
    WHERE connection.project_id = %(project)s AND transfer.id = %(transfer)s
      AND (subscription.id IS NOT NULL OR %(side)s = 'in')
)
"""
_OF_CAUSE = "FROM {table} AS item WHERE item.{place} = causes.{own} AND item.cause = causes.cause"


def _counted(side: Side, table: str, *, place: str, own: str) -> str:
    """One row for each cause of a side: how many, the first and the newest of them."""
    of_cause = _OF_CAUSE.format(table=table, place=place, own=own)
    return f"""
SELECT DISTINCT ON (causes.transfer, causes.cause)
       causes.side, causes.transfer, causes.cause, counted.number, first.due_at, newest.due_at,
       newest.id
FROM causes
CROSS JOIN LATERAL (
    SELECT item.id, item.due_at, item.reason {of_cause}
    ORDER BY item.due_at DESC, item.id DESC LIMIT 1
) AS newest
CROSS JOIN LATERAL (
    SELECT item.due_at {of_cause} ORDER BY item.due_at, item.id LIMIT 1
) AS first
CROSS JOIN LATERAL (SELECT count(*) AS number {of_cause}) AS counted
WHERE causes.side = '{side}' AND newest.reason <> ALL(%(not_errors)s)
ORDER BY causes.transfer, causes.cause, newest.due_at DESC
"""  # noqa: S608 - made of constants


_GROUPS = f"""
SELECT counted.*, aside.id IS NOT NULL, coalesce(aside.note, ''), coalesce(aside.person, ''),
       aside.at
FROM (
    ({_counted(Side.OUT, "contacts_outboxitem", place="subscription_id", own="place")})
    UNION ALL
    ({_counted(Side.IN, "sync_inboxitem", place="transfer_id", own="transfer")})
) AS counted (side, transfer, cause, number, since, newest, example)
LEFT JOIN sync_setaside AS aside
  ON aside.transfer_id = counted.transfer AND aside.side = counted.side
     AND aside.cause = counted.cause
"""  # noqa: S608 - made of constants
_EXAMPLES = """
SELECT 'out', id, reason, parameters::text, detail FROM contacts_outboxitem
WHERE id = ANY(%(out)s)
UNION ALL
SELECT 'in', id, reason, parameters::text, '' FROM sync_inboxitem WHERE id = ANY(%(in)s)
"""
_COUNT = f"""
SELECT count(*) FROM (
    SELECT FROM ({_PARKED}) AS parked
    WHERE NOT EXISTS (
        SELECT FROM sync_setaside AS aside
        WHERE aside.transfer_id = parked.transfer AND aside.side = parked.side
          AND aside.cause = parked.cause
    )
    LIMIT %(up_to)s
) AS counted
"""  # noqa: S608 - made of constants


@dataclass(frozen=True, slots=True)
class Cause:
    """Names a group in addresses: which side, which data transfer, why."""

    side: Side
    transfer: int
    name: str

    def __str__(self) -> str:
        return f"{self.side}-{self.transfer}-{self.name}"

    @classmethod
    def parse(cls, text: str) -> Cause | None:
        """The cause that `str` wrote; None for anything else."""
        side, _, rest = text.partition("-")
        transfer, _, name = rest.partition("-")
        if side not in Side.values or not (transfer.isascii() and transfer.isdecimal()):
            return None
        if len(transfer) > 18 or len(name) != 32 or not set(name) <= set("0123456789abcdef"):
            return None
        return cls(Side(side), int(transfer), name)


@dataclass(frozen=True, slots=True)
class Aside:
    """That, why and by whom a cause is left alone."""

    note: str
    person: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Everything that waits for one cause.

    since, newest: when the first and the last of them were refused. code, parameters, detail: of
    the newest one; detail is the other side's own words.
    """

    cause: Cause
    count: int
    since: datetime
    newest: datetime
    code: str
    parameters: Mapping[str, Any]
    detail: str
    aside: Aside | None


def groups(project: Project, *, connection: int = 0) -> list[Group]:
    """The causes of a project (of one connection), largest first."""
    rows = fetch(
        _CAUSES + _GROUPS, project=project.pk, connection=connection, not_errors=NOT_ERRORS
    )
    return sorted(_with_examples(rows), key=lambda group: (-group.count, str(group.cause)))


def group(project: Project, cause: Cause) -> Group | None:
    """One of them, None where nothing waits for it (any more)."""
    rows = fetch(
        _ONE + _GROUPS,
        project=project.pk,
        transfer=cause.transfer,
        side=str(cause.side),
        cause=cause.name,
        not_errors=NOT_ERRORS,
    )
    return next(iter(_with_examples(rows)), None)


def count(project: Project, *, connection: int = 0, up_to: int) -> int:
    """How many records wait, those left aside not counted; no further than `up_to`."""
    rows = fetch(
        _COUNT, project=project.pk, connection=connection, not_errors=NOT_ERRORS, up_to=up_to
    )
    return int(rows[0][0])


def contacts_of(cause: Cause, *, offset: int, limit: int) -> list[OutboxItem]:
    """The contacts behind a cause, the last refused first."""
    items = parked_contacts(cause).select_related("subscription")
    return list(items.order_by("-due_at", "-pk")[offset : offset + limit])


def records_of(cause: Cause, *, offset: int, limit: int) -> list[InboxItem]:
    """The records of theirs behind a cause, the last refused first."""
    items = parked_records(cause)
    return list(items.order_by("-due_at", "-pk")[offset : offset + limit])


def parked_contacts(cause: Cause) -> QuerySet[OutboxItem]:
    """What waits in the outbox for a cause."""
    subscriptions = Subscription.objects.filter(transfer=cause.transfer)
    items = OutboxItem.objects.filter(
        subscription__in=list(subscriptions.values_list("pk", flat=True)), state=OutboxState.PARKED
    ).exclude(reason__in=NOT_ERRORS)
    return items.filter(cause=cause.name)


def parked_records(cause: Cause) -> QuerySet[InboxItem]:
    """What waits in the inbox for a cause."""
    items = InboxItem.objects.filter(transfer=cause.transfer, state=InboxState.PARKED)
    return items.exclude(reason__in=NOT_ERRORS).filter(cause=cause.name)


def _with_examples(rows: Sequence[tuple[Any, ...]]) -> list[Group]:
    """The groups with the words of the newest refusal; those that ended meanwhile are left out."""
    wanted = {side: [row[6] for row in rows if row[0] == side] for side in Side.values}
    found = {(row[0], row[1]): row[2:] for row in fetch(_EXAMPLES, **wanted)}
    made = []
    for side, transfer, cause, number, since, newest, example, *kept in rows:
        if (side, example) not in found:
            continue
        reason, parameters, detail = found[side, example]
        is_aside, note, person, at = kept
        made.append(
            Group(
                cause=Cause(Side(side), transfer, cause),
                count=number,
                since=since,
                newest=newest,
                code=reason,
                parameters=orjson.loads(parameters),
                detail=detail,
                aside=Aside(note, person, at) if is_aside else None,
            )
        )
    return made
