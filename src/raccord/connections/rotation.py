"""Rotating the vault key: every stored secret is encrypted anew with the first key.

Put the new key in front of the former ones, restart, run this, and the former ones can go. Rows
are taken one by one under their lock, so that a refresh at the same moment is never undone; a
secret that no key opens is counted and left as it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from django.apps import apps
from django.db import models, transaction
from django.db.models.functions import Now

from raccord.connections import vault
from raccord.connections.models import Authorization, AuthorizationState, ReceivingAddress
from raccord.engine.errors import Transient
from raccord.installation import starting

log = structlog.get_logger(__name__)

_SEALED = "_sealed"
UNREADABLE = "raccord.installation.unreadable"


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many rows were encrypted anew, and how many hold a secret that no key opens."""

    rows: int
    unreadable: int


def sealed() -> dict[type[models.Model], tuple[str, ...]]:
    """Every model of every part with a sealed column, with those columns: known by their names."""
    columns = {
        model: tuple(each.name for each in model._meta.fields if each.name.endswith(_SEALED))
        for model in apps.get_models()
    }
    return {model: names for model, names in columns.items() if names}


def reseal_all(*, give_up: bool = False) -> Resealed:
    """Encrypt every stored secret with the first of the vault's keys.

    give_up: forget what no key opens; its authorization is lost then, its address closed. Once
    nothing is unreadable any more, the former keys are not asked for at the next start.
    """
    rows = unreadable = 0
    if give_up:
        _forget_unreadable()
    for model, columns in sealed().items():
        for key in list(model._default_manager.order_by("pk").values_list("pk", flat=True)):
            try:
                rows += _reseal(model, key, columns=columns)
            except Transient:
                unreadable += 1
    if not unreadable:
        starting.first_key_only()
    log.info("vault.resealed", rows=rows, unreadable=unreadable)
    return Resealed(rows=rows, unreadable=unreadable)


@transaction.atomic
def _forget_unreadable() -> None:
    """A secret that no key opens is worth nothing: what it was for has to be set up anew."""
    for model, columns in sealed().items():
        for row in model._default_manager.select_for_update().order_by("pk"):
            lost = [column for column in columns if not _opens(getattr(row, column))]
            if not lost:
                continue
            for column in lost:
                setattr(row, column, b"")
            if isinstance(row, Authorization):
                row.state, row.reason = AuthorizationState.LOST, UNREADABLE
            if isinstance(row, ReceivingAddress):
                row.closed_at = Now()
            row.save()
            log.warning("vault.given_up", kind=model.__name__, row=row.pk)


def _opens(sealed: bytes | memoryview) -> bool:
    try:
        vault.unseal(sealed)
    except Transient:
        return False
    return True


@transaction.atomic
def _reseal(model: type[models.Model], key: int, *, columns: tuple[str, ...]) -> bool:
    row = model._default_manager.select_for_update().filter(pk=key).first()
    if row is None:
        return False
    for column in columns:
        setattr(row, column, vault.reseal(getattr(row, column)))
    row.save(update_fields=columns)
    return True
