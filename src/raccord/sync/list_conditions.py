"""How contacts stand with other systems, as a condition of a list.

`contacts/lists/matching.py` asks; it knows neither links nor what becomes of outbox items. The
tables asked here are the ones the flow works on, so the answer is never behind it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet

from raccord.connections.models import DataTransfer
from raccord.contacts.lists.matching import NOBODY
from raccord.contacts.lists.query import SyncState
from raccord.contacts.models import OutboxItem, OutboxState, Project, Subscription
from raccord.sync.models import Link, LinkState

Ids = tuple[int, ...]

_OUTBOX_STATES = {
    SyncState.WAITING: OutboxState.DUE,
    SyncState.REFUSED: OutboxState.PARKED,
    SyncState.HELD: OutboxState.HELD,
}


class Standings:
    """Answers for `raccord.contacts.lists.matching.Elsewhere`.

    Of several data transfers: AGREED is linked with one at least and nothing to do for any;
    NOT_LINKED is linked with none; the other states are those of one of them at least.
    """

    def standing(
        self, project: Project, state: SyncState, transfer: int | None, cause: str = ""
    ) -> Q:
        """The contacts that stand so; nobody if the project has no such data transfer."""
        known = DataTransfer.objects.filter(connection__project=project)
        transfers = tuple(known.values_list("pk", flat=True))
        if transfer is not None:
            if transfer not in transfers:
                return NOBODY
            transfers = (transfer,)
        if cause:
            items = _items(project, transfers).filter(state=OutboxState.PARKED)
            return Q(pk__in=items.filter(cause=cause).values("contact"))
        return _CONDITIONS[state](project, state, transfers)


STANDINGS = Standings()


def _in_outbox(project: Project, state: SyncState, transfers: Ids) -> Q:
    items = _items(project, transfers).filter(state=_OUTBOX_STATES[state])
    return Q(pk__in=items.values("contact"))


def _agreed(project: Project, state: SyncState, transfers: Ids) -> Q:
    linked = _links(transfers).filter(contact=OuterRef("pk"))
    items = _items(project, transfers).filter(contact=OuterRef("pk"))
    return Q(Exists(linked)) & ~Q(Exists(items))


def _not_linked(project: Project, state: SyncState, transfers: Ids) -> Q:
    return ~Q(Exists(_links(transfers).filter(contact=OuterRef("pk"))))


def _links(transfers: Ids) -> QuerySet[Link]:
    return Link.objects.filter(transfer__in=transfers, state=LinkState.LINKED)


def _items(project: Project, transfers: Ids) -> QuerySet[OutboxItem]:
    mine = Subscription.objects.filter(project=project, transfer__in=transfers)
    return OutboxItem.objects.filter(subscription__in=tuple(mine.values_list("pk", flat=True)))


_CONDITIONS: dict[SyncState, Callable[[Project, SyncState, Ids], Q]] = {
    SyncState.AGREED: _agreed,
    SyncState.WAITING: _in_outbox,
    SyncState.REFUSED: _in_outbox,
    SyncState.HELD: _in_outbox,
    SyncState.NOT_LINKED: _not_linked,
}
