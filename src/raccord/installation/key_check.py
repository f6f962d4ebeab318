"""Are the vault's keys those that the database's secrets need? A value per key answers that.

The value says nothing about the key itself: it is derived from it (RFC 5869) and salted with a
value of the installation's own. The database keeps one for each key that may have sealed something:
the first key of each start, until `raccord reseal` has put everything under the present first one.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"raccord vault key check, 1"


def of_keys(salt: UUID, *, keys: Sequence[str] | None = None) -> list[str]:
    """The check values of the vault keys, in their order; by default of those in the settings."""
    named = settings.VAULT_KEYS if keys is None else keys
    return [_of_key(key.strip(), salt) for key in named if key.strip()]


def missing(known: Sequence[str], *, salt: UUID) -> int:
    """How many of the keys that the database knows are not among those in the settings."""
    present = set(of_keys(salt))
    return sum(check not in present for check in known)


def _of_key(key: str, salt: UUID) -> str:
    derived = HKDF(algorithm=SHA256(), length=32, salt=salt.bytes, info=_PURPOSE)
    return derived.derive(key.encode()).hex()
