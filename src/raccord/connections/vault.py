"""Secrets at rest: what is written to a `*_sealed` column, and how it is read back.

The first of the installation's vault keys encrypts; each of them decrypts, so a key is rotated
by putting the new one first and running every secret through `reseal`. A plain secret leaves
this module only as a return value: it is in no log, no failure and no `repr`.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from raccord.engine.errors import Transient

WRONG_KEY = "raccord.vault.wrong_key"

# Binds the derived keys to this use; a change of it would lock every stored secret.
_PURPOSE = b"raccord secrets at rest, 1"


def seal(secret: str) -> bytes:
    """Encrypt a secret; an empty one stays empty, so that "none stored" is visible."""
    return _lock().encrypt(secret.encode()) if secret else b""


def unseal(sealed: bytes | memoryview) -> str:
    """Decrypt; raises Transient (`WRONG_KEY`) if none of the keys fits.

    Transient because nothing is lost: with the right key back, everything goes on.
    """
    if not sealed:
        return ""
    try:
        return _lock().decrypt(bytes(sealed)).decode()
    except InvalidToken:
        raise Transient(WRONG_KEY) from None


def reseal(sealed: bytes | memoryview) -> bytes:
    """The same secret, encrypted with the first key; raises Transient like `unseal`."""
    return seal(unseal(sealed))


def _lock() -> MultiFernet:
    return _lock_for(tuple(key.strip() for key in settings.VAULT_KEYS))


@lru_cache(maxsize=4)
def _lock_for(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(key)) for key in keys if key])


def _derived(key: str) -> bytes:
    """A Fernet key from a key of any form and length (RFC 5869)."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))
