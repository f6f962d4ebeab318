"""Who is told when an integration needs a person."""

from __future__ import annotations

from collections.abc import Sequence

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


def refuse_repeated(integration: Integration, *, email: str) -> None:
    """Raise BadInput at ``email`` if the address is on the list already."""
    if integration.alert_recipients.filter(email__iexact=email).exists():
        raise BadInput(THERE_ALREADY, {"email": email}, at="email")


@transaction.atomic
def set_recipients(integration: Integration, wanted: Sequence[tuple[str, str]]) -> None:
    """Make the list exactly these (address, language); raises BadInput and changes nothing."""
    addresses = {email.strip().lower() for email, _language in wanted}
    for recipient in integration.alert_recipients.all():
        if recipient.email.lower() not in addresses:
            remove_recipient(recipient)
    known = {each.email.lower(): each for each in integration.alert_recipients.all()}
    for email, language in wanted:
        stored = known.get(email.strip().lower())
        if stored is None:
            add_recipient(integration, email=email, language=language)
        elif stored.language != language:
            stored.language = language
            stored.save(update_fields=["language"])


def remove_recipient(recipient: AlertRecipient) -> None:
    """Take an address off the list."""
    log.info("recipient.removed", integration=recipient.integration_id, recipient=recipient.pk)
    recipient.delete()


def colleagues(integration: Integration) -> list[User]:
    """The people who may sign in and are not on the list yet."""
    taken = {each.email.lower() for each in integration.alert_recipients.all()}
    people = User.objects.filter(is_active=True).order_by("name", "email")
    return [person for person in people if person.email.lower() not in taken]
