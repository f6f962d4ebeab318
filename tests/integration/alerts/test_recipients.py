"""Who is told: addresses that are checked, kept once, and become what was saved or stay."""

from __future__ import annotations

import pytest

from raccord.alerts import recipients
from raccord.alerts.models import AlertRecipient
from raccord.connections.models import Integration
from raccord.engine.errors import BadInput

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("email", ["", "nobody", "a@b@c.org", "a@example.org\nBcc: x@y.org"])
def test_what_is_no_address_is_refused(integration: Integration, email: str) -> None:
    with pytest.raises(BadInput) as raised:
        recipients.add_recipient(integration, email=email, language="en")
    assert raised.value.at == "email"


def test_an_address_is_there_once_however_it_is_written(integration: Integration) -> None:
    with pytest.raises(BadInput):
        recipients.add_recipient(integration, email="ANA@example.org", language="fr")


def test_the_list_becomes_what_was_saved_or_stays(integration: Integration) -> None:
    ana = AlertRecipient.objects.get(email="ana@example.org")
    recipients.set_recipients(integration, [("ana@example.org", "fr"), ("new@example.org", "en")])
    assert set(AlertRecipient.objects.values_list("email", "language")) == {
        ("ana@example.org", "fr"),
        ("new@example.org", "en"),
    }
    assert AlertRecipient.objects.get(email="ana@example.org").pk == ana.pk
    with pytest.raises(BadInput):
        recipients.set_recipients(integration, [("nobody", "en")])
    assert AlertRecipient.objects.count() == 2
