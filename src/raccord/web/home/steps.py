"""The way from an empty project to contacts that stay in agreement, and how far one has come.

The first two steps make the contacts, the five after them connect them. The screen shows them as
a list to tick off until the last one is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from raccord.alerts.models import AlertRecipient
from raccord.connections.models import (
    Connection,
    DataTransfer,
    Integration,
    IntegrationState,
    UpdateTypes,
)
from raccord.contacts.models import Contact, Project


@dataclass(frozen=True, slots=True)
class Step:
    """done: nothing left to do. url: where to do it; "" while an earlier step is missing."""

    title: str
    text: str
    done: bool
    url: str


def steps(project: Project) -> list[Step]:
    """Every step of this project, in the order in which they are taken."""
    return [*_contact_steps(project), *_connection_steps(project)]


def _contact_steps(project: Project) -> list[Step]:
    return [
        Step(
            _("Say what you know about a contact"),
            _("The fields, and which of them identify a person."),
            done=project.fields.filter(key_position__isnull=False).exists(),
            url=reverse("project-configuration", args=[project.slug]),
        ),
        Step(
            _("Bring in your contacts"),
            _("Import a file, or type in the first one."),
            done=Contact.objects.filter(project=project, deleted_at=None).exists(),
            url=reverse("import-create", args=[project.slug]),
        ),
    ]


def _connection_steps(project: Project) -> list[Step]:
    connection = Connection.objects.filter(project=project).order_by("pk").first()
    integration = Integration.objects.filter(connection__project=project).order_by("pk").first()
    return [
        Step(
            _("Third-party connection"),
            _("Choose the source, authorize access, map the fields and activate the data type."),
            done=DataTransfer.objects.filter(connection__project=project, active=True).exists(),
            url=_address("connection", project.slug, connection and connection.pk)
            or _address("connections", project.slug),
        ),
        Step(
            _("Data integration"),
            _("Create it for the connection."),
            done=integration is not None,
            url=_address("integrations", project.slug),
        ),
        Step(
            _("Update types"),
            _("Tick what is sent: created, updated, consent changed, deleted."),
            done=UpdateTypes.objects.filter(
                integration__connection__project=project, operations__len__gt=0
            ).exists(),
            url=_of_integration(project, integration),
        ),
        Step(
            _("E-mail alert"),
            _("Say who is told when something needs a person."),
            done=AlertRecipient.objects.filter(integration__connection__project=project).exists(),
            url=_of_integration(project, integration),
        ),
        Step(
            _("Activate"),
            _("From then on contacts travel by themselves."),
            done=integration is not None and integration.state == IntegrationState.ACTIVE,
            url=_of_integration(project, integration),
        ),
    ]


def _of_integration(project: Project, integration: Integration | None) -> str:
    return _address("integration", project.slug, integration.pk) if integration else ""


def _address(name: str, *args: object) -> str:
    """The screen's address, or "" when what it shows does not exist yet."""
    if None in args:
        return ""
    return reverse(name, args=args)
