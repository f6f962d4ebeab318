"""The register of erased people: keyed hashes, by which they are known again and never named.

Keyed with a secret that only the vault opens: who has the database alone cannot try addresses out.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from raccord.connections import vault
from raccord.connections.models import DataTransfer
from raccord.contacts.traces import Known
from raccord.installation import hold, starting
from raccord.installation.models import ErasedTrait, Erasure, Installation

_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Stranger:
    """A record of theirs that no contact is known for. key: the unique key its person would have
    here, "" for none; addresses: the e-mail addresses among its values.
    """

    remote_id: str
    key: str
    addresses: tuple[str, ...]


def of_contact(project: int, known: Known, *, records: Iterable[tuple[int, str]]) -> list[str]:
    """The digests of a contact: of its unique key (the first one), addresses and records.

    records: (connection, remote id).
    """
    traits = [f"key:{known.key}", *(f"address:{each}" for each in known.addresses)]
    traits += [f"record:{connection}:{remote_id}" for connection, remote_id in records]
    key = _key()
    return list(dict.fromkeys(_digest(project, trait, key=key) for trait in traits))


def enter(erasure: Erasure, digests: Iterable[str]) -> None:
    """Remember them, so that the person is known again."""
    ErasedTrait.objects.bulk_create(
        ErasedTrait(erasure=erasure, project=erasure.project, digest=each) for each in digests
    )


def erased(transfer: int, project: int, strangers: Sequence[Stranger]) -> set[str]:
    """The record ids among these that stand for a person who was erased."""
    if not strangers or not ErasedTrait.objects.filter(project=project).exists():
        return set()
    connection = DataTransfer.objects.values_list("connection_id", flat=True).get(pk=transfer)
    key = _key()
    told = {
        stranger.remote_id: {
            _digest(project, trait, key=key) for trait in _traits(stranger, connection=connection)
        }
        for stranger in strangers
    }
    found = ErasedTrait.objects.filter(
        project=project, digest__in=set().union(*told.values()), erasure__comes_back=False
    )
    known = set(found.values_list("digest", flat=True))
    return {remote_id for remote_id, digests in told.items() if digests & known}


def _traits(stranger: Stranger, *, connection: int) -> list[str]:
    traits = [f"record:{connection}:{stranger.remote_id}"]
    traits += [f"key:{stranger.key}"] if stranger.key else []
    return traits + [f"address:{each.casefold()}" for each in stranger.addresses]


def _digest(project: int, trait: str, *, key: bytes) -> str:
    return hmac.digest(key, f"{project}:{trait}".encode(), "sha256").hex()


def _key() -> bytes:
    """Read without a lock, which everybody would wait for; made once."""
    row = hold.current()
    if row is None or not row.register_key_sealed:
        row = _with_new_key()
    return vault.unseal(row.register_key_sealed).encode()


@transaction.atomic
def _with_new_key() -> Installation:
    row = starting.locked_row()
    if not row.register_key_sealed:
        row.register_key_sealed = vault.seal(secrets.token_hex(_KEY_BYTES))
        row.save(update_fields=["register_key_sealed"])
    return row
