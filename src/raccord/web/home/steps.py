"""The way from an empty project to contacts that stay in agreement, and how far one has come.

Three steps; the third unfolds into the five of a third-party connection. Each ticks itself off.
Once all are done the person may put them away, and they stay away.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from raccord.accounts.models import User
from raccord.alerts.models import AlertRecipient
from raccord.connections import flows
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
    """done: nothing left to do. url: where to do it; "" while an earlier step is missing.

    parts: the smaller steps that it consists of.
    """

    title: str
    text: str
    button: str
    done: bool
    url: str
    parts: tuple[Step, ...] = ()

    @property
    def next_part(self) -> Step | None:
        return next((part for part in self.parts if not part.done), None)


def steps(project: Project) -> list[Step]:
    """The three steps of this project, in the order in which they are taken."""
    return [_fields(project), _contacts(project), _connection(project)]


def are_put_away(person: User, project: Project) -> bool:
    return project.pk in person.steps_put_away


def put_away(person: User, project: Project) -> None:
    """Show the steps of this project no more to this person."""
    if not are_put_away(person, project):
        person.steps_put_away = [*person.steps_put_away, project.pk]
        person.save(update_fields=["steps_put_away"])


def _fields(project: Project) -> Step:
    return Step(
        _("Say what you know about a contact"),
        _("The fields, such as name and city, and the one that identifies a person."),
        _("Set up the fields"),
        done=project.fields.filter(key_position__isnull=False).exists(),
        url=reverse("project-configuration", args=[project.slug]),
    )


def _contacts(project: Project) -> Step:
    return Step(
        _("Bring in your contacts"),
        _("Import a file from a spreadsheet, or type in the first one."),
        _("Import contacts"),
        done=Contact.objects.filter(project=project, deleted_at=None).exists(),
        url=reverse("import-create", args=[project.slug]),
    )


def _connection(project: Project) -> Step:
    parts = _connection_parts(project)
    coming = next((part for part in parts if not part.done), None)
    return Step(
        _("Connect a third party"),
        _("Your contacts and those of your CRM then stay in agreement by themselves."),
        _("Connect a third party") if coming is parts[0] else _("Continue"),
        done=coming is None,
        url=coming.url if coming else reverse("connections", args=[project.slug]),
        parts=parts,
    )


def _connection_parts(project: Project) -> tuple[Step, ...]:
    connection = Connection.objects.filter(project=project).order_by("pk").first()
    integration = Integration.objects.filter(connection__project=project).order_by("pk").first()
    switched_on = {IntegrationState.ACTIVE, IntegrationState.SUSPENDED}
    return (
        _part(
            _("Third-party connection"),
            _("Choose the source, authorize access, map the fields and activate the data type."),
            done=DataTransfer.objects.filter(connection__project=project, active=True).exists(),
            url=_address("connection", project.slug, connection and connection.pk)
            or _address("connections", project.slug),
        ),
        _part(
            _("Data integration"),
            _("Create it for the connection."),
            done=integration is not None,
            url=_address("integrations", project.slug) if connection else "",
        ),
        _part(
            _("Update types"),
            _("Tick what is sent: created, updated, consent changed, deleted."),
            done=_is_ticked(project) or _only_receives(project),
            url=_of_integration(project, integration),
        ),
        _part(
            _("E-mail alert"),
            _("Say who is told when something needs a person."),
            done=AlertRecipient.objects.filter(integration__connection__project=project).exists(),
            url=_of_integration(project, integration),
        ),
        _part(
            _("Activate"),
            _("From then on contacts travel by themselves."),
            done=integration is not None and integration.state in switched_on,
            url=_of_integration(project, integration),
        ),
    )


def _is_ticked(project: Project) -> bool:
    ticked = UpdateTypes.objects.filter(operations__len__gt=0)
    return ticked.filter(integration__connection__project=project).exists()


def _only_receives(project: Project) -> bool:
    """Where every mapped field comes in there is nothing to tick."""
    active = DataTransfer.objects.filter(
        connection__project=project, connection__integration__isnull=False, active=True
    )
    transfers = list(active.select_related("connection").prefetch_related("mappings"))
    return any(map(flows.receives, transfers)) and not any(map(flows.sends, transfers))


def _part(title: str, text: str, *, done: bool, url: str) -> Step:
    return Step(title, text, "", done=done, url=url)


def _of_integration(project: Project, integration: Integration | None) -> str:
    return _address("integration", project.slug, integration.pk) if integration else ""


def _address(name: str, *args: object) -> str:
    """The screen's address, or "" when what it shows does not exist yet."""
    if None in args:
        return ""
    return reverse(name, args=args)
