"""The sign-in that turns a pending authorization into one that works (OAuth 2.0).

`begin` says where to send the person's browser. It comes back with a query: `claim_return`
finds the sign-in it belongs to, once; `finish` asks for the tokens, looks who we are over there
and stores everything in one transaction. If that is another user than before, the grant waits
(`WaitingGrant`) for `use` or `refuse`: records over there would carry another name, and other
rights would hold. `sign_in_application` is the same without a person. Whatever goes wrong is
raised in words, and nothing is stored.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

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
    WaitingGrant,
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
) -> Authorization | WaitingGrant:
    """Turn what the browser brought back into a working authorization, or into a question.

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
    return _keep(authorization, grant=grant, endpoint=endpoint, asking=signing_in)


def waiting(key: UUID, *, person: User) -> WaitingGrant | None:
    """The question that this person was asked, while there is one."""
    found = WaitingGrant.objects.select_related("authorization").filter(key=key, person=person)
    return found.first()


def use(waiting: WaitingGrant) -> Authorization:
    """Yes, this user from now on. Raises BadInput if the question is over, or as `finish` does."""
    hold.require_not_held()
    grant, identity = _opened(_claimed(waiting))
    endpoint = endpoints.token_endpoint(waiting.authorization)
    try:
        return _store(waiting.authorization, grant=grant, identity=identity)
    except BaseException:
        give_back(endpoint, token=grant.refresh_token or grant.access_token)
        raise


def refuse(waiting: WaitingGrant) -> None:
    """No: the grant is given back, everything stays as it was. Raises BadInput if it is over."""
    grant, _identity = _opened(_claimed(waiting))
    endpoint = endpoints.token_endpoint(waiting.authorization)
    give_back(endpoint, token=grant.refresh_token or grant.access_token)
    log.info("authorization.other_user_refused", authorization=waiting.authorization_id)


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
    stored = _keep(authorization, grant=grant, endpoint=endpoint)
    assert isinstance(stored, Authorization)  # noqa: S101 - nobody is asked
    return stored


def forget_stale(*, now: datetime | None = None) -> int:
    """Forget sign-ins that nobody came back from; returns how many."""
    before = (now or timezone.now()) - VALID_FOR
    for unanswered in WaitingGrant.objects.filter(created_at__lt=before):
        with suppress(BadInput):  # answered meanwhile
            refuse(unanswered)
    forgotten, _ = SigningIn.objects.filter(created_at__lt=before).delete()
    return forgotten


def _keep(
    authorization: Authorization,
    *,
    grant: Grant,
    endpoint: oauth.TokenEndpoint,
    asking: SigningIn | None = None,
) -> Authorization | WaitingGrant:
    try:
        identity = _identity(grant, endpoint=endpoint)
        if asking is not None and _is_another_user(authorization, grant):
            return _ask(asking, grant=grant, identity=identity)
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


def _is_another_user(authorization: Authorization, grant: Grant) -> bool:
    """Of the same organization; another organization is refused anyway."""
    known = Authorization.objects.filter(pk=authorization.pk, organization=grant.organization)
    return known.exclude(user="").exclude(user=grant.user).exists()


def _ask(asking: SigningIn, *, grant: Grant, identity: Identity) -> WaitingGrant:
    told = {"grant": asdict(replace(grant, expires_at=None)), "identity": asdict(identity)}
    log.info("authorization.another_user", authorization=asking.authorization_id)
    return WaitingGrant.objects.create(
        authorization=asking.authorization,
        person=asking.person,
        grant_sealed=vault.seal(json.dumps(told)),
        username=identity.username,
        return_to=asking.return_to,
    )


def _claimed(waiting: WaitingGrant) -> WaitingGrant:
    """Take the question away: it is answered once."""
    if not WaitingGrant.objects.filter(pk=waiting.pk).delete()[0]:
        raise BadInput(SIGN_IN_EXPIRED)
    return waiting


def _opened(waiting: WaitingGrant) -> tuple[Grant, Identity]:
    told = json.loads(vault.unseal(waiting.grant_sealed))
    return Grant(**{**told["grant"], "scopes": tuple(told["grant"]["scopes"])}), Identity(
        **told["identity"]
    )


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
