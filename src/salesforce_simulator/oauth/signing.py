"""The org's signing key, and the identity tokens that it signs (OpenID Connect).

The key is made when it is first needed, which takes a moment, and outlives the process: a client
may have kept it.
"""

import base64
import hashlib
import threading
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import RSAKey

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

ALGORITHM = "RS256"
LIFETIME = 120
_BITS = 2048


class SigningKey:
    """One RSA key pair. `pem` is its private half, None until it is first used."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._lock = threading.Lock()
        self.pem: str | None = None

    def public(self) -> dict[str, Any]:
        """Return the public half as a member of a JSON Web Key Set."""
        key = self._key()
        shown = key.as_dict(private=False)
        return {"kty": "RSA", "n": shown["n"], "e": shown["e"], **_USE, "kid": key.thumbprint()}

    def sign(self, claims: dict[str, Any]) -> str:
        key = self._key()
        return jwt.encode({"alg": ALGORITHM, "kid": key.thumbprint()}, claims, key)

    def _key(self) -> RSAKey:
        with self._lock:
            if self.pem is None:
                self.pem = RSAKey.generate_key(_BITS).as_pem(private=True).decode()
                self._org.journal.signing_key(self.pem)
            return RSAKey.import_key(self.pem)


_USE = {"alg": ALGORITHM, "use": "sig"}


def id_token(
    org: "Org", *, issuer: str, subject: str, audience: str, access_token: str, nonce: str | None
) -> str:
    """Return a signed identity token for the user whose identity address is `subject`."""
    now = int(org.now().timestamp())
    digest = hashlib.sha256(access_token.encode()).digest()
    claims: dict[str, Any] = {
        "at_hash": base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode(),
        "sub": subject,
        "aud": audience,
        "iss": issuer,
        "exp": now + LIFETIME,
        "iat": now,
    }
    return org.signing_key.sign({**claims, "nonce": nonce} if nonce else claims)
