"""The sign-in that turns a pending authorization into one that works (OAuth 2.0).

`begin` says where to send the person's browser. It comes back with a query: `claim_return`
finds the sign-in it belongs to, once; `finish` asks for the tokens, looks who we are over there
and stores everything in one transaction. `sign_in_application` is the same without a person.
Whatever goes wrong is raised in words, and nothing is stored.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone

from raccord.accounts.models import User
from raccord.connections import endpoints, vault
from raccord.connections.authorizations import give_back
from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    Connection,
    DataTransfer,
    SigningIn,
)
from raccord.connections.tokens import OTHER_ORGANIZATION
from raccord.connectors import oauth
from raccord.connectors.base import Conversation, Grant, Identity
from raccord.contacts import wakeups
from raccord.engine.errors import AuthorizationLost, BadInput
from raccord.installation import hold

log = structlog.get_logger(__name__)

SIGN_IN_EXPIRED = "raccord.authorization.sign_in_expired"
STATE_MISMATCH = "oauth.state_mismatch"

VALID_FOR = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class OneToken:
    """The token of a grant that is not stored yet: it works or it does not."""

    access_token: str

    def __repr__(self) -> str:
        return "<the token of a new grant>"

    def current(self) -> str:
        return self.access_token

    def renewed(self, refused: str) -> str:
        raise AuthorizationLost("oauth.invalid_grant")


def begin(
    authorization: Authorization, *, person: User, redirect_uri: str, return_to: str = ""
) -> str:
    """Remember that `person` goes to sign in, and say where: an address for their browser.

    redirect_uri: where the browser comes back to, as registered with the application.
    return_to: our own page to go on with afterwards.
    Raises BadInput while the installation is held.
    """
    if hold.is_held():
        raise BadInput(hold.HELD)
    state, verifier = secrets.token_urlsafe(32), oauth.new_verifier()
    SigningIn.objects.create(
        authorization=authorization,
        person=person,
        state=state,
        verifier_sealed=vault.seal(verifier),
        return_to=return_to,
    )
    endpoint = endpoints.token_endpoint(authorization)
    log.info("authorization.begun", authorization=authorization.pk, person=person.pk)
    return oauth.authorization_url(
        endpoints.oauth_of(endpoint.declaration),
        login_url=endpoint.login_url,
        client_id=endpoint.client_id,
        redirect_uri=redirect_uri,
        state=state,
        verifier=verifier,
    )


def claim_return(query: Mapping[str, str], *, person: User) -> SigningIn:
    """The sign-in that a returning browser belongs to; a second return finds none.

    Raises BadInput if there is none for this person and state.
    """
    with transaction.atomic():
        waiting = SigningIn.objects.select_for_update().select_related("authorization")
        state = query.get("state", "").replace("\0", "")
        found = waiting.filter(state=state, person=person).first()
        if found is None or not found.state:
            raise BadInput(STATE_MISMATCH)
        SigningIn.objects.filter(pk=found.pk).delete()
    return found


def finish(
    signing_in: SigningIn,
    *,
    query: Mapping[str, str],
    redirect_uri: str,
    now: datetime | None = None,
) -> Authorization:
    """Turn what the browser brought back into a working authorization.

    Raises BadInput when access was denied, the code is refused, the sign-in took too long or
    led to another organization than before; Transient or PermissionMissing as the other side
    says. Nothing is stored then, and a grant that we got and do not keep is given back.
    """
    hold.require_not_held()
    authorization = signing_in.authorization
    endpoint = endpoints.token_endpoint(authorization)
    code = oauth.code_from_redirect(
        endpoints.oauth_of(endpoint.declaration), query=query, expected_state=signing_in.state
    )
    if (now or timezone.now()) - signing_in.created_at > VALID_FOR:
        raise BadInput(SIGN_IN_EXPIRED)
    verifier = vault.unseal(signing_in.verifier_sealed)
    grant = oauth.exchange_code(endpoint, code=code, verifier=verifier, redirect_uri=redirect_uri)
    return _keep(authorization, grant=grant, endpoint=endpoint)


def sign_in_application(authorization: Authorization) -> Authorization:
    """Get a grant for the application itself, without a person (client credentials).

    Raises BadInput where it is refused, and whatever `finish` raises.
    """
    hold.require_not_held()
    endpoint = endpoints.token_endpoint(authorization)
    endpoints.oauth_of(endpoint.declaration)
    try:
        grant = oauth.client_credentials(endpoint)
    except AuthorizationLost as refused:
        raise BadInput(refused.code, refused.params, refused.detail) from None
    return _keep(authorization, grant=grant, endpoint=endpoint)


def forget_stale(*, now: datetime | None = None) -> int:
    """Forget sign-ins that nobody came back from; returns how many."""
    before = (now or timezone.now()) - VALID_FOR
    forgotten, _ = SigningIn.objects.filter(created_at__lt=before).delete()
    return forgotten


def _keep(
    authorization: Authorization, *, grant: Grant, endpoint: oauth.TokenEndpoint
) -> Authorization:
    try:
        identity = _identity(grant, endpoint=endpoint)
        return _store(authorization, grant=grant, identity=identity)
    except BaseException:
        give_back(endpoint, token=grant.refresh_token or grant.access_token)
        raise


def _identity(grant: Grant, *, endpoint: oauth.TokenEndpoint) -> Identity:
    connector = endpoint.declaration.open(
        Conversation(
            client=endpoint.client,
            tokens=OneToken(grant.access_token),
            instance_url=grant.instance_url,
            clock=lambda: datetime.now(UTC),
        )
    )
    return connector.check()


@transaction.atomic
def _store(authorization: Authorization, *, grant: Grant, identity: Identity) -> Authorization:
    """Write the grant down, unless it leads to another organization than the links point to."""
    row = Authorization.objects.select_for_update().filter(pk=authorization.pk).first()
    if row is None:  # removed, or replaced by another one, while the person was signing in
        raise BadInput(STATE_MISMATCH)
    used_by = Connection.objects.select_for_update().filter(authorization=row)
    for pinned in {row.organization, *(each.organization for each in used_by)}:
        if pinned and pinned != grant.organization:
            name = row.organization_name or pinned
            raise BadInput(OTHER_ORGANIZATION, {"organization": name})
    row.access_token_sealed = vault.seal(grant.access_token)
    row.refresh_token_sealed = vault.seal(grant.refresh_token or "")
    row.instance_url = grant.instance_url
    row.organization, row.organization_name = grant.organization, identity.organization_name
    row.user, row.username = grant.user, identity.username
    row.state, row.reason = AuthorizationState.ACTIVE, ""
    row.lease = row.lease_until = None
    row.authorized_at = timezone.now()
    row.generation += 1
    row.save()
    used_by.filter(organization="").update(organization=grant.organization)
    transfers = DataTransfer.objects.filter(connection__authorization=row, active=True)
    wakeups.outbound_after_commit(transfers.values_list("pk", flat=True))
    log.info("authorization.granted", authorization=row.pk, generation=row.generation)
    return row
