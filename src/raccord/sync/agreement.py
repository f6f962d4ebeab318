"""How far our side and the others agree, connection by connection, in numbers for the home page.

Counted from the tables that the flow works on. A contact is *agreed* over a data transfer if it is
linked and nothing is to be done for it, as in `list_conditions`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from raccord.connections.models import DataTransfer
from raccord.contacts.lists.counting import count
from raccord.contacts.lists.guard import impatient
from raccord.contacts.lists.query import SYNC, Condition, ListQuery, Operator, SyncState
from raccord.contacts.models import Project
from raccord.sync.decisions import DECIDED_BY_HAND
from raccord.sync.list_conditions import STANDINGS
from raccord.sync.statements import fetch

# Linked contacts are many and items are few: those are counted, these are looked up one by one.
_STANDING = """
SELECT transfer.connection_id,
       (SELECT count(*) FROM sync_link AS link
        WHERE link.transfer_id = transfer.id AND link.state = 'linked'),
       open.of_linked, open.waiting, open.refused, open.held, open.undecided
FROM connections_datatransfer AS transfer
JOIN connections_connection AS connection ON connection.id = transfer.connection_id
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE link.id IS NOT NULL) AS of_linked,
           count(*) FILTER (WHERE item.state = 'due') AS waiting,
           count(*) FILTER (WHERE item.state = 'parked') AS refused,
           count(*) FILTER (WHERE item.state = 'held') AS held,
           count(*) FILTER (WHERE item.state = 'parked' AND item.reason = ANY(%(open)s))
               AS undecided
    FROM contacts_subscription AS subscription
    JOIN contacts_outboxitem AS item ON item.subscription_id = subscription.id
    LEFT JOIN sync_link AS link ON link.transfer_id = subscription.transfer
        AND link.contact = item.contact AND link.state = 'linked'
    WHERE subscription.transfer = transfer.id
) AS open
WHERE connection.project_id = %(project)s
ORDER BY transfer.position, transfer.id
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """One connection in numbers of contacts.

    undecided: those of the refused that only wait for a person to decide something.
    """

    agreed: int = 0
    waiting: int = 0
    refused: int = 0
    held: int = 0
    undecided: int = 0

    def __add__(self, other: Standing) -> Standing:
        return Standing(
            self.agreed + other.agreed,
            self.waiting + other.waiting,
            self.refused + other.refused,
            self.held + other.held,
            self.undecided + other.undecided,
        )


def of_project(project: Project, counted: Mapping[int, Standing]) -> Standing:
    """The project's contacts, each once, as the filtered lists count them.

    Over a single data transfer that is the connection's own standing, which is in `counted`: what
    `by_connection` gave. Raises InvalidList where counting takes too long.
    """
    transfers = DataTransfer.objects.filter(connection__project=project)
    if transfers.count() <= 1:
        return sum(counted.values(), start=Standing())
    return Standing(
        agreed=_counted(project, SyncState.AGREED),
        waiting=_counted(project, SyncState.WAITING),
        refused=_counted(project, SyncState.REFUSED),
        held=_counted(project, SyncState.HELD),
    )


def by_connection(project: Project) -> dict[int, Standing]:
    """Every connection of the project that has a data transfer; connection id -> how it stands.

    Raises InvalidList where counting takes too long.
    """
    found: dict[int, Standing] = {}
    with impatient():
        rows = fetch(_STANDING, project=project.pk, open=list(DECIDED_BY_HAND))
    for connection, linked, of_linked, waiting, refused, held, undecided in rows:
        standing = Standing(linked - of_linked, waiting, refused, held, undecided)
        found[connection] = found.get(connection, Standing()) + standing
    return found


def _counted(project: Project, state: SyncState) -> int:
    query = ListQuery(conditions=(Condition(SYNC, Operator.IS, (state,)),))
    return count(project, query, up_to=None, elsewhere=STANDINGS).number
