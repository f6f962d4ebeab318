"""What screens and checks ask: what waits, what was refused and why, how a contact stands.

Counts come from the tables that the flow works on, so they are never behind it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from raccord.connections.models import Connection, Integration
from raccord.connections.sentences import Explanation, explain
from raccord.contacts.blamed_fields import for_reader, labels_for_reader, named_for_reader
from raccord.contacts.models import Project
from raccord.sync.causes import BLAMED
from raccord.sync.decide import CONFLICT
from raccord.sync.statements import fetch

_TRANSFERS = """
SELECT transfer.id, transfer.object,
       count(item.id) FILTER (WHERE item.state = 'due' AND NOT coalesce(busy, false)),
       count(item.id) FILTER (WHERE busy),
       count(item.id) FILTER (WHERE item.state = 'parked' AND NOT coalesce(busy, false)),
       count(item.id) FILTER (WHERE item.state = 'held' AND NOT coalesce(busy, false)),
       (SELECT count(*) FROM sync_link AS link
        WHERE link.transfer_id = transfer.id AND link.state = 'linked'),
       (SELECT coalesce(sum(counted.delivered), 0)::bigint FROM sync_deliverycount AS counted
        WHERE counted.transfer_id = transfer.id
          AND counted.at >= date_trunc('day', clock_timestamp(), project.time_zone))
FROM connections_datatransfer AS transfer
JOIN connections_connection AS connection ON connection.id = transfer.connection_id
JOIN contacts_project AS project ON project.id = connection.project_id
LEFT JOIN contacts_subscription AS subscription ON subscription.transfer = transfer.id
LEFT JOIN contacts_outboxitem AS item ON item.subscription_id = subscription.id
LEFT JOIN LATERAL (SELECT item.claim IS NOT NULL AND item.lease_until > clock_timestamp())
          AS lease (busy) ON true
WHERE transfer.connection_id = %(connection)s
GROUP BY transfer.id, project.id ORDER BY transfer.position, transfer.id
"""
_REASONS = f"""
SELECT item.reason, {BLAMED} AS blamed, count(*),
       (array_agg(item.parameters::text ORDER BY item.id))[1],
       (array_agg(item.detail ORDER BY item.id))[1]
FROM contacts_outboxitem AS item
JOIN contacts_subscription AS subscription ON subscription.id = item.subscription_id
JOIN connections_datatransfer AS transfer ON transfer.id = subscription.transfer
WHERE transfer.connection_id = %(connection)s AND item.state = %(state)s
GROUP BY item.reason, blamed ORDER BY count(*) DESC, item.reason, blamed
"""  # noqa: S608 - made of constants
_BACKFILLS = """
SELECT coalesce(sum(done), 0)::bigint, coalesce(sum(total), 0)::bigint
FROM sync_backfill AS backfill
JOIN contacts_subscription AS subscription ON subscription.id = backfill.subscription_id
JOIN connections_datatransfer AS transfer ON transfer.id = subscription.transfer
WHERE transfer.connection_id = %(connection)s AND backfill.finished_at IS NULL
"""
_DUE = """
SELECT (SELECT count(*) FROM contacts_outboxitem AS item
        JOIN contacts_subscription AS subscription ON subscription.id = item.subscription_id
        WHERE subscription.project_id = %(project)s AND subscription.active
          AND item.state = 'due'),
       (SELECT count(*) FROM sync_backfill AS backfill
        JOIN contacts_subscription AS subscription ON subscription.id = backfill.subscription_id
        WHERE subscription.project_id = %(project)s AND subscription.active
          AND backfill.finished_at IS NULL)
"""


@dataclass(frozen=True, slots=True)
class TransferStatus:
    """One data transfer in numbers. in_flight: under a worker's lease at the moment."""

    transfer: int
    object: str
    due: int
    in_flight: int
    parked: int
    held: int
    linked: int
    delivered_today: int


@dataclass(frozen=True, slots=True)
class Reason:
    """Why items wait for a person: how many, in words, and the other side's own words.

    blamed: the fields that the refusal names, as it names them; see `causes`. parameters: what the
    refusal says, of one of them.
    """

    code: str
    blamed: str
    count: int
    explanation: Explanation
    detail: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class IntegrationStatus:
    """Everything the page of an integration counts. loading: contacts of first loads."""

    transfers: tuple[TransferStatus, ...]
    parked: tuple[Reason, ...]
    held: tuple[Reason, ...]
    loaded: int
    to_load: int


def of_integration(integration: Integration) -> IntegrationStatus:
    """How an integration stands, in the current language."""
    connection = integration.connection_id
    rows = fetch(_TRANSFERS, connection=connection)
    ((loaded, to_load),) = fetch(_BACKFILLS, connection=connection)
    return IntegrationStatus(
        transfers=tuple(TransferStatus(*row) for row in rows),
        parked=_reasons(integration, state="parked"),
        held=_reasons(integration, state="held"),
        loaded=loaded,
        to_load=to_load,
    )


def due_count(project: Project) -> int:
    """Items of the project that are still to be delivered; parked and held ones are not."""
    due: int = fetch(_DUE, project=project.pk)[0][0]
    return due


def nothing_due(project: Project) -> bool:
    """Whether everything that can flow has flowed, first loads included."""
    return fetch(_DUE, project=project.pk) == [(0, 0)]


def _reasons(integration: Integration, *, state: str) -> tuple[Reason, ...]:
    connection = integration.connection
    rows = fetch(_REASONS, connection=connection.pk, state=state)
    said = InWords(connection)
    return tuple(
        Reason(
            code=code,
            blamed=blamed,
            count=count,
            explanation=said.of(code, json.loads(parameters)),
            detail=detail,
            parameters=json.loads(parameters),
        )
        for code, blamed, count, parameters, detail in rows
    )


class InWords:
    """The refusals of one connection in words, with fields called what readers call them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @cached_property
    def _theirs(self) -> dict[str, str]:
        return _labels(self._connection)

    @cached_property
    def _ours(self) -> dict[str, str]:
        return labels_for_reader(self._connection.project_id)

    def of(self, code: str, parameters: Mapping[str, Any]) -> Explanation:
        """What happened, what to do about it, and who can."""
        if code == CONFLICT:
            named = named_for_reader(parameters, self._connection.project_id)
        else:
            named = for_reader(_parameters(parameters, self._theirs), self._ours)
        return explain(self._connection.source, code, named)


def _labels(connection: Connection) -> dict[str, str]:
    """What people call the remote fields: name -> label, as far as they were described."""
    described = connection.transfers.exclude(description=None).order_by("-position")
    return {
        field["name"]: field["label"]
        for description in described.values_list("description", flat=True)
        for field in (description or {}).get("fields", ())
    }


def _parameters(given: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    parameters = dict(given)
    if "fields" in parameters:
        names = str(parameters["fields"]).split(", ")
        parameters["fields"] = ", ".join(labels.get(name, name) for name in names)
    return parameters
