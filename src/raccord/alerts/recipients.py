"""Who is told when an integration needs a person."""

from __future__ import annotations

import structlog
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction

from raccord.accounts.models import User
from raccord.alerts.models import AlertRecipient
from raccord.connections.models import Integration
from raccord.engine.errors import BadInput

log = structlog.get_logger(__name__)

INVALID = "raccord.recipient.invalid"
THERE_ALREADY = "raccord.recipient.there_already"


def checked_address(email: str) -> str:
    """The address in the form it is kept in; raises BadInput at ``email``."""
    email = email.strip()
    try:
        validate_email(email)
    except ValidationError:
        raise BadInput(INVALID, {"email": email[:80]}, at="email") from None
    return email


def add_recipient(integration: Integration, *, email: str, language: str) -> AlertRecipient:
    """Add an address, told in `language`; raises BadInput if it is none or there already."""
    recipient = AlertRecipient(
        integration=integration, email=checked_address(email), language=language
    )
    try:
        with transaction.atomic():
            recipient.save()
    except IntegrityError:
        raise BadInput(THERE_ALREADY, {"email": recipient.email}, at="email") from None
    log.info("recipient.added", integration=integration.pk, recipient=recipient.pk)
    return recipient


def remove_recipient(recipient: AlertRecipient) -> None:
    """Take an address off the list."""
    log.info("recipient.removed", integration=recipient.integration_id, recipient=recipient.pk)
    recipient.delete()


def colleagues(integration: Integration) -> list[User]:
    """The people who may sign in and are not on the list yet."""
    taken = {each.email.lower() for each in integration.alert_recipients.all()}
    people = User.objects.filter(is_active=True).order_by("name", "email")
    return [person for person in people if person.email.lower() not in taken]
