"""The home page: steps to take, then what is connected and what needs a person."""

import pytest
from django.test import Client

from raccord.alerts.models import AlertRecipient
from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    Connection,
    DataTransfer,
    Integration,
    IntegrationState,
    UpdateTypes,
)
from raccord.contacts.models import OutboxItem, OutboxState, Project
from raccord.engine.records import Operation
from raccord.sync.models import Link, LinkState
from tests import cast

STEPS = [
    "Third-party connection",
    "Data integration",
    "Update types",
    "E-mail alert",
    "Activate",
]


@pytest.fixture
def connection(project: Project) -> Connection:
    authorization = Authorization.objects.create(
        source="memory", name="Org", state=AuthorizationState.ACTIVE
    )
    return Connection.objects.create(
        project=project, source="memory", name="Sales org", authorization=authorization
    )


@pytest.fixture
def integration(connection: Connection) -> Integration:
    """Everything set up, as after the five steps."""
    transfer = DataTransfer.objects.create(connection=connection, object="person", active=True)
    integration = Integration.objects.create(connection=connection, state=IntegrationState.ACTIVE)
    UpdateTypes.objects.create(
        integration=integration, transfer=transfer, operations=[Operation.CREATED]
    )
    AlertRecipient.objects.create(integration=integration, email="ops@example.org")
    return integration


def open_steps(client: Client, project: Project) -> list[str]:
    steps = client.get(f"/projects/{project.slug}/").context["steps"]
    return [step.title for step in steps if not step.done]


def test_a_new_project_shows_the_way_step_by_step(signed_in: Client, project: Project) -> None:
    assert open_steps(signed_in, project) == ["Bring in your contacts", *STEPS]
    cast.a_contact(project)
    assert open_steps(signed_in, project) == STEPS


def test_the_next_step_leads_to_where_it_is_done(
    signed_in: Client, project: Project, connection: Connection
) -> None:
    cast.a_contact(project)
    step = signed_in.get("/projects/cast/").context["next_step"]
    assert step.url == f"/projects/cast/connections/{connection.pk}/"


def test_the_steps_go_away_once_all_are_done(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    cast.a_contact(project)
    page = signed_in.get(f"/projects/{project.slug}/").content.decode()
    assert "Getting started" not in page
    assert "Sales org" in page


def test_what_waits_and_what_was_refused_is_counted_by_connection(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    transfer = integration.update_types.get().transfer_id
    subscription = cast.a_subscription(project, transfer=transfer)
    waiting, refused, linked = (
        cast.a_contact(project, who) for who in ("plain", "accents", "emoji")
    )
    OutboxItem.objects.filter(contact=refused.pk).update(state=OutboxState.PARKED)
    OutboxItem.objects.filter(contact=linked.pk).delete()
    Link.objects.create(transfer_id=transfer, contact=linked.pk, state=LinkState.LINKED)
    assert OutboxItem.objects.filter(subscription=subscription, contact=waiting.pk).exists()

    overview = signed_in.get(f"/projects/{project.slug}/").context["overview"]
    (one,) = overview.connected
    assert (overview.contacts, one.waiting, one.refused, one.linked) == (3, 1, 1, 1)
    page = signed_in.get(f"/projects/{project.slug}/").content.decode()
    assert "Sales org refused 1 contact" in page
    assert f"/projects/cast/integrations/{integration.pk}/" in page


@pytest.mark.parametrize(
    ("state", "authorization", "words"),
    [
        (IntegrationState.SUSPENDED, AuthorizationState.ACTIVE, "was suspended after many errors"),
        (IntegrationState.ACTIVE, AuthorizationState.LOST, "must be authorized again"),
        (IntegrationState.DISABLED, AuthorizationState.ACTIVE, "Disabled"),
    ],
)
def test_what_needs_a_person_is_said_in_words(
    signed_in: Client,
    integration: Integration,
    state: IntegrationState,
    authorization: AuthorizationState,
    words: str,
) -> None:
    Integration.objects.update(state=state)
    Authorization.objects.update(state=authorization)
    assert words in signed_in.get("/projects/cast/").content.decode()


def test_the_counts_refresh_alone(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    part = signed_in.get("/projects/cast/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part
    assert "Sales org" in part


def test_a_contact_shows_how_it_stands_over_there(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    transfer = integration.update_types.get().transfer_id
    cast.a_subscription(project, transfer=transfer)
    contact = cast.a_contact(project)
    place = f"/projects/cast/contacts/{contact.pk}/"
    assert "Waiting to be sent" in signed_in.get(place).content.decode()
    Link.objects.create(
        transfer_id=transfer,
        contact=contact.pk,
        remote_id="P-1",
        state=LinkState.LINKED,
        answer={"status": "created"},
    )
    OutboxItem.objects.update(
        state=OutboxState.PARKED, reason="raccord.match_ambiguous", parameters={}
    )
    (link,) = signed_in.get(f"{place}links/").context["links"]
    assert (link.state, link.remote_id, link.connection) == ("Refused", "P-1", "Sales org")
    assert link.answer
    OutboxItem.objects.all().delete()
    (link,) = signed_in.get(f"{place}links/").context["links"]
    assert (link.state, link.answer) == ("Up to date", "Last answer: created.")


def test_deleting_says_what_happens_to_the_linked_record(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    transfer = integration.update_types.get().transfer_id
    contact = cast.a_contact(project)
    Link.objects.create(transfer_id=transfer, contact=contact.pk, state=LinkState.LINKED)
    place = f"/projects/cast/contacts/{contact.pk}/delete/"
    assert "stays there" in signed_in.get(place).content.decode()
    cast.a_subscription(project, transfer=transfer)
    assert "is deleted there as well" in signed_in.get(place).content.decode()
