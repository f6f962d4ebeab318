"""Connections: making, changing and removing one. What a person saves in step 1.

Beside it: `transfers.py` for their data types, `mappings.py` for the field pairs.
"""

from __future__ import annotations

import structlog
from django.db import IntegrityError, transaction

from raccord.connections.authorizations import usable
from raccord.connections.endpoints import declaration_of
from raccord.connections.models import (
    Authorization,
    Connection,
    Integration,
    IntegrationState,
)
from raccord.connections.tokens import NOT_AUTHORIZED, OTHER_ORGANIZATION
from raccord.contacts.models import Project, Subscription
from raccord.engine.errors import BadInput

log = structlog.get_logger(__name__)

LARGEST_FAILURE_LIMIT = 100_000
LIMIT_INVALID = "raccord.integration.limit_invalid"
NAME_MISSING = "raccord.connection.name_missing"
NAME_TAKEN = "raccord.connection.name_taken"
AUTHORIZATION_MISSING = "raccord.connection.authorization_missing"
OTHER_SOURCE = "raccord.connection.other_source"
INTEGRATION_ACTIVE = "raccord.connection.integration_active"


def create_connection(
    project: Project, *, source: str, name: str, authorization: Authorization | None
) -> Connection:
    """Store a connection; raises BadInput at ``source``, ``name`` or ``authorization``."""
    declaration_of(source)
    chosen = checked_authorization(authorization, source=source)
    connection = Connection(
        project=project,
        source=source,
        name=_named(name),
        authorization=chosen,
        organization=chosen.organization,
    )
    _save(connection)
    log.info("connection.created", connection=connection.pk, source=source)
    return connection


def change_connection(
    connection: Connection, *, name: str, authorization: Authorization | None
) -> None:
    """Rename it or let it use another authorization of the same organization.

    The source cannot change: the links of its contacts point to records over there.
    """
    chosen = checked_authorization(
        authorization, source=connection.source, organization=connection.organization
    )
    connection.name = _named(name)
    connection.authorization = chosen
    connection.organization = connection.organization or chosen.organization
    _save(connection)


def remove_connection(connection: Connection) -> None:
    """Forget the connection with its transfers and links; the records of both sides stay.

    Raises BadInput while its integration is active or suspended: switch it off first.
    """
    with transaction.atomic():
        running = Integration.objects.select_for_update().filter(connection=connection)
        if running.exclude(state=IntegrationState.DISABLED).exists():
            raise BadInput(INTEGRATION_ACTIVE, {"connection": connection.name})
        transfers = list(connection.transfers.values_list("pk", flat=True))
        Subscription.objects.filter(transfer__in=transfers).delete()
        key = connection.pk
        connection.delete()
    log.info("connection.removed", connection=key, transfers=len(transfers))


def checked_authorization(
    authorization: Authorization | None, *, source: str, organization: str = ""
) -> Authorization:
    """The authorization, if a connection may use it; raises BadInput at ``authorization``.

    organization: the one that the connection's links point to, "" while it has none.
    """
    if authorization is None:
        raise BadInput(AUTHORIZATION_MISSING, at="authorization")
    if authorization.source != source:
        raise BadInput(OTHER_SOURCE, {"authorization": authorization.name}, at="authorization")
    if not usable(authorization):
        raise BadInput(NOT_AUTHORIZED, at="authorization")
    if organization and authorization.organization != organization:
        name = authorization.organization_name or authorization.organization
        raise BadInput(OTHER_ORGANIZATION, {"organization": name}, at="authorization")
    return authorization


def create_integration(connection: Connection) -> Integration:
    """The data integration of a connection, disabled at first; the one it has, if it has one."""
    integration, created = Integration.objects.get_or_create(connection=connection)
    if created:
        log.info("integration.created", integration=integration.pk, connection=connection.pk)
    return integration


def change_failure_limit(integration: Integration, text: str) -> None:
    """Suspend it at so many refusals in a row; raises BadInput at ``failure_limit``."""
    digits = "".join(text.split()).replace(",", "").replace("’", "")
    is_number = digits.isascii() and digits.isdigit() and len(digits) <= 6
    if not is_number or not 1 <= int(digits) <= LARGEST_FAILURE_LIMIT:
        raise BadInput(LIMIT_INVALID, at="failure_limit")
    Integration.objects.filter(pk=integration.pk).update(failure_limit=int(digits))
    log.info("integration.limit_changed", integration=integration.pk, limit=int(digits))


def _named(name: str) -> str:
    if not name.strip():
        raise BadInput(NAME_MISSING, at="name")
    return name.strip()


def _save(connection: Connection) -> None:
    try:
        with transaction.atomic():
            connection.save()
    except IntegrityError:
        raise BadInput(NAME_TAKEN, {"name": connection.name}, at="name") from None
