"""Who works on a row: a lease that only its holder renews; a killed worker's simply ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Model, Q
from django.db.models.functions import Now

# Longer than the longest call, by far.
LEASE = timedelta(minutes=6)
FREE = Q(claim=None) | Q(lease_until__lt=Now())


@dataclass(frozen=True, slots=True)
class Lease:
    """A row under our lease."""

    kind: type[Model]
    key: int
    token: UUID


def take(kind: type[Model], key: int, where: Q, **changes: Any) -> Lease | None:
    """Lease a row that is free and as `where` says; None if there is no such row."""
    lease = Lease(kind, key, uuid4())
    rows = kind._base_manager.filter(FREE, where, pk=key)
    return lease if rows.update(claim=lease.token, lease_until=Now() + LEASE, **changes) else None


def advance(lease: Lease, changes: Mapping[str, Any]) -> bool:
    """Store what was found and hold the row longer; False if it is not ours any more."""
    return bool(_ours(lease).update(**{"lease_until": Now() + LEASE, **changes}))


def let_go(lease: Lease, changes: Mapping[str, Any]) -> bool:
    """Store what was found and give the row back; False if it is not ours any more."""
    return bool(_ours(lease).update(**{"claim": None, "lease_until": None, **changes}))


def _ours(lease: Lease) -> Any:
    rows = lease.kind._base_manager.filter(pk=lease.key, claim=lease.token)
    return rows.filter(lease_until__gt=Now())
