"""Stored authorizations: making one, choosing one, removing one.

A new one is pending until a person (or the application itself) has signed in through
`authorize.py`; only then can a connection use it.
"""

from __future__ import annotations

import structlog
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, QuerySet

from raccord.accounts.models import User
from raccord.connections import endpoints, vault
from raccord.connections.models import Authorization, AuthorizationState, GrantType
from raccord.connectors import oauth
from raccord.engine.errors import BadInput, Failure

log = structlog.get_logger(__name__)

NAME_MISSING = "raccord.authorization.name_missing"
NAME_TAKEN = "raccord.authorization.name_taken"
APPLICATION_MISSING = "raccord.authorization.application_missing"
IN_USE = "raccord.authorization.in_use"


def create_authorization(
    source: str,
    *,
    name: str,
    environment: str,
    own_address: str = "",
    client_id: str = "",
    client_secret: str = "",
    grant: GrantType = GrantType.AUTHORIZATION_CODE,
    created_by: User | None = None,
) -> Authorization:
    """Store what a sign-in needs; nobody has signed in yet.

    client_id, client_secret: of the application over there; "" where the settings name one.
    It takes the place of those that `created_by` has begun for this source and never finished.
    Raises BadInput at ``name``, ``environment``, ``own_address``, ``client_id`` or ``source``.
    """
    declaration = endpoints.declaration_of(source)
    name = name.strip()
    if not name:
        raise BadInput(NAME_MISSING, at="name")
    if not client_id.strip() and not endpoints.preset_application_id():
        raise BadInput(APPLICATION_MISSING, at="client_id")
    authorization = Authorization(
        source=source,
        name=name,
        grant=grant,
        login_url=endpoints.login_url(
            declaration, environment=environment, own_address=own_address
        ),
        created_by=created_by,
    )
    _set_application(authorization, client_id=client_id, client_secret=client_secret)
    with transaction.atomic():
        if created_by is not None:
            _forget_begun(source, person=created_by)
        _save_named(authorization)
    log.info("authorization.created", authorization=authorization.pk, source=source)
    return authorization


def change_application(
    authorization: Authorization, *, name: str, client_id: str, client_secret: str = ""
) -> None:
    """Rename it or enter another application; an empty secret keeps the stored one.

    The grant itself stays as it is until somebody signs in again. Raises BadInput.
    """
    if not name.strip():
        raise BadInput(NAME_MISSING, at="name")
    authorization.name = name.strip()
    if client_id.strip() and (client_secret or client_id.strip() != authorization.client_id):
        _set_application(authorization, client_id=client_id, client_secret=client_secret)
    _save_named(authorization)


def authorizations_for(source: str) -> QuerySet[Authorization]:
    """All authorizations of a source, those that work first."""
    return Authorization.objects.filter(source=source).order_by("state", "name")


def begun_by(person: User, *, source: str) -> QuerySet[Authorization]:
    """What `person` began to authorize and never finished: without any grant, used by nothing."""
    return Authorization.objects.filter(
        source=source,
        created_by=person,
        state=AuthorizationState.PENDING,
        authorized_at=None,
        connections=None,
    )


def usable(authorization: Authorization) -> bool:
    """Whether a connection may use it."""
    return authorization.state == AuthorizationState.ACTIVE


def remove_authorization(authorization: Authorization) -> None:
    """Give the grant back over there and forget it here; raises BadInput while it is used."""
    names = list(authorization.connections.order_by("name").values_list("name", flat=True))
    if names:
        raise BadInput(IN_USE, {"connections": ", ".join(names)})
    key = authorization.pk
    token = vault.unseal(authorization.refresh_token_sealed or authorization.access_token_sealed)
    endpoint = endpoints.token_endpoint(authorization)
    try:
        authorization.delete()
    except ProtectedError:
        raise BadInput(IN_USE, {"connections": ""}) from None
    log.info("authorization.removed", authorization=key)
    if token:
        give_back(endpoint, token=token)


def give_back(endpoint: oauth.TokenEndpoint, *, token: str) -> None:
    """Revoke a token that nobody will use; that it cannot be told over there stops nothing."""
    try:
        oauth.revoke(endpoint, token=token)
    except Failure as failure:
        log.info("authorization.not_given_back", code=failure.code)


def _forget_begun(source: str, *, person: User) -> None:
    keys = list(begun_by(person, source=source).values_list("pk", flat=True))
    begun = Authorization.objects.select_for_update().filter(
        pk__in=keys, state=AuthorizationState.PENDING
    )
    for authorization in begun.order_by("pk"):
        log.info("authorization.replaced", authorization=authorization.pk)
        authorization.delete()


def _set_application(authorization: Authorization, *, client_id: str, client_secret: str) -> None:
    authorization.client_id = client_id.strip() or endpoints.preset_application_id()
    authorization.client_secret_sealed = vault.seal(client_secret.strip())


def _save_named(authorization: Authorization) -> None:
    try:
        with transaction.atomic():
            authorization.save()
    except IntegrityError:
        raise BadInput(NAME_TAKEN, {"name": authorization.name}, at="name") from None
