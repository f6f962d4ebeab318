"""Where a connector gets its access token, and the one place that renews it.

Two workers that refresh at once can cost the whole grant: with rotation, the second use of a
refresh token revokes everything. So a refresh is single-flight across all processes, without a
transaction over the call:

1. lease the authorization's row, for the generation that was refused, and commit;
2. ask the token endpoint;
3. save the new tokens with generation + 1, trying again for as long as the process lives;
4. only then use them.

Who does not get the row waits and reads again. A lease that lapsed (its process died) is taken
over and tried once more with the stored token: if that is refused, the grant is lost.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from raccord.connections import vault
from raccord.connections.endpoints import token_endpoint
from raccord.connections.models import Authorization, AuthorizationState, GrantType
from raccord.connectors import oauth
from raccord.connectors.base import Grant
from raccord.engine.errors import AuthorizationLost, Transient

log = structlog.get_logger(__name__)

OTHER_ORGANIZATION = "raccord.authorization.other_organization"
NOT_AUTHORIZED = "raccord.authorization.not_authorized"
NO_REFRESH_TOKEN = "raccord.authorization.no_refresh_token"  # noqa: S105 - an error code
RENEWAL_SLOW = "raccord.authorization.renewal_slow"

# Longer than the token endpoint's own deadline (`oauth.py`), or a slow call would lose its lease.
_LEASE: Final = timedelta(seconds=60)
_PATIENCE_SECONDS: Final = 90.0
_PAUSES: Final = (0.02, 0.05, 0.1, 0.2, 0.5)


class StoredTokens:
    """The `TokenSource` of one stored authorization; may be shared by threads.

    organization: the one that the connection is pinned to, "" if it is not yet.
    """

    def __init__(self, authorization: int, *, organization: str = "") -> None:
        self._authorization = authorization
        self._organization = organization
        self._token = ""
        self._mutex = threading.Lock()

    def __repr__(self) -> str:
        return f"<tokens of authorization {self._authorization}>"

    def current(self) -> str:
        """The stored access token; raises AuthorizationLost where there is none."""
        with self._mutex:
            if not self._token:
                self._token = self._in_own_connection(self._stored)
            return self._token

    def renewed(self, refused: str) -> str:
        """Another token than `refused`, which was answered by a 401.

        Raises AuthorizationLost when the grant is gone, Transient when it may pass.
        """
        with self._mutex:
            if self._token in ("", refused):
                self._token = self._outside_transactions(lambda: self._renewed(refused))
            return self._token

    def _stored(self) -> str:
        return self._usable(Authorization.objects.get(pk=self._authorization))

    def _renewed(self, refused: str) -> str:
        patience_ends = time.monotonic() + _PATIENCE_SECONDS
        turn = 0
        while time.monotonic() < patience_ends:
            row = Authorization.objects.get(pk=self._authorization)
            if (stored := self._usable(row)) != refused:
                return stored
            lease = _take_lease(row)
            if lease and (token := self._ask(row, lease=lease)):
                return token
            time.sleep(_PAUSES[min(turn, len(_PAUSES) - 1)])
            turn += 1
        raise Transient(RENEWAL_SLOW)

    def _ask(self, row: Authorization, *, lease: uuid.UUID) -> str:
        """One try to renew under our lease; "" if somebody else is at it over there."""
        try:
            grant = _new_grant(row)
            self._pinned(row, grant)
        except AuthorizationLost as lost:
            return self._lost(row, lease=lease, reason=lost)
        except Transient as passing:
            _give_back(row, lease=lease)
            log.info("authorization.not_renewed", authorization=row.pk, code=passing.code)
            if passing.code == "oauth.busy":
                return ""
            raise
        except BaseException:
            _give_back(row, lease=lease)
            raise
        _save(row, grant)
        log.info("authorization.renewed", authorization=row.pk, generation=row.generation + 1)
        return grant.access_token

    def _lost(self, row: Authorization, *, lease: uuid.UUID, reason: AuthorizationLost) -> str:
        """Note the loss, unless another process meanwhile stored newer tokens."""
        noted = Authorization.objects.filter(pk=row.pk, generation=row.generation).update(
            state=AuthorizationState.LOST, reason=reason.code, lease=None, lease_until=None
        )
        if not noted:
            return self._stored()
        log.warning("authorization.lost", authorization=row.pk, code=reason.code)
        raise reason

    def _usable(self, row: Authorization) -> str:
        if row.state == AuthorizationState.LOST:
            raise AuthorizationLost(row.reason or "oauth.invalid_grant")
        if row.state == AuthorizationState.PENDING:
            raise AuthorizationLost(NOT_AUTHORIZED)
        if self._organization and row.organization and self._organization != row.organization:
            raise AuthorizationLost(OTHER_ORGANIZATION)
        return vault.unseal(row.access_token_sealed)

    def _pinned(self, row: Authorization, grant: Grant) -> None:
        for pinned in (row.organization, self._organization):
            if pinned and pinned != grant.organization:
                raise AuthorizationLost(OTHER_ORGANIZATION)

    def _outside_transactions(self, renew: Callable[[], str]) -> str:
        """Run `renew` where its commits are real: not inside a transaction of the caller."""
        if not connection.in_atomic_block:
            return self._in_own_connection(renew)
        with ThreadPoolExecutor(max_workers=1) as aside:
            return aside.submit(self._in_own_connection, renew).result()

    @staticmethod
    def _in_own_connection(read: Callable[[], str]) -> str:
        """Run `read`, and leave no database connection behind in a thread that had none."""
        had_one = connection.connection is not None
        try:
            return read()
        finally:
            if not had_one and not connection.in_atomic_block:
                connection.close()


def _take_lease(row: Authorization) -> uuid.UUID | None:
    """Lease the row for its generation; None if somebody else holds it or was quicker.

    Durable: inside somebody's transaction the lease would be invisible to the others.
    """
    lease = uuid.uuid4()
    free = Q(lease=None) | Q(lease_until__lt=Now())
    with transaction.atomic(durable=True):
        taken = Authorization.objects.filter(
            free, pk=row.pk, generation=row.generation, state=AuthorizationState.ACTIVE
        ).update(lease=lease, lease_until=Now() + _LEASE)
    return lease if taken else None


def _new_grant(row: Authorization) -> Grant:
    endpoint = token_endpoint(row)
    if endpoint.declaration.oauth is None:
        raise AuthorizationLost(NOT_AUTHORIZED)
    if row.grant == GrantType.CLIENT_CREDENTIALS:
        return oauth.client_credentials(endpoint)
    refresh_token = vault.unseal(row.refresh_token_sealed)
    if not refresh_token:
        raise AuthorizationLost(NO_REFRESH_TOKEN)
    return oauth.refresh(endpoint, refresh_token=refresh_token)


def _save(row: Authorization, grant: Grant) -> None:
    """Store the new tokens, whatever it takes: over there the old ones may be dead already."""
    changes: dict[str, object] = {
        "access_token_sealed": vault.seal(grant.access_token),
        "instance_url": grant.instance_url,
        "generation": F("generation") + 1,
        "lease": None,
        "lease_until": None,
    }
    if grant.refresh_token:
        changes["refresh_token_sealed"] = vault.seal(grant.refresh_token)
    turn = 0
    while True:
        try:
            Authorization.objects.filter(pk=row.pk, generation=row.generation).update(**changes)
        except (OperationalError, InterfaceError):
            log.warning("authorization.not_saved_yet", authorization=row.pk, turn=turn)
            connection.close()
            time.sleep(_PAUSES[min(turn, len(_PAUSES) - 1)])
            turn += 1
        else:
            return


def _give_back(row: Authorization, *, lease: uuid.UUID) -> None:
    """End our lease, so that the next try need not wait for it."""
    try:
        Authorization.objects.filter(pk=row.pk, lease=lease).update(lease=None, lease_until=None)
    except (OperationalError, InterfaceError) as reason:
        log.warning("authorization.lease_left", authorization=row.pk, fault=type(reason).__name__)
