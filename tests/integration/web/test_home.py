"""The home page: steps to take, then what is connected and what needs a person."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from raccord.accounts.models import User
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
from raccord.contacts import changes, projects
from raccord.contacts.models import ImportRun, OutboxItem, OutboxState, Project, RunState
from raccord.engine.records import FieldType, Operation
from raccord.sync.agreement import Standing
from raccord.sync.models import DeliveryCount, Link, LinkState
from tests import cast

THREE = [
    "Say what you know about a contact",
    "Bring in your contacts",
    "Connect a third party",
]
FIVE = [
    "Third-party connection",
    "Data integration",
    "Update types",
    "E-mail alert",
    "Activate",
]
HOME = "/projects/cast/"
FIGURES = "/projects/cast/home/figures/"
DAYS = "/projects/cast/home/days/"


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


def open_steps(client: Client) -> list[str]:
    return [step.title for step in client.get(HOME).context["steps"] if not step.done]


def open_parts(client: Client) -> list[str]:
    (*_, third) = client.get(HOME).context["steps"]
    return [part.title for part in third.parts if not part.done]


def test_a_new_project_shows_three_steps_of_which_the_third_unfolds(
    signed_in: Client, marketer: User
) -> None:
    project = projects.create_project("Cast")
    assert open_steps(signed_in) == THREE
    projects.add_field(project, key="email", type=FieldType.EMAIL)
    projects.set_unique_key(project, ["email"])
    assert open_steps(signed_in) == THREE[1:]
    changes.create(project, {"email": "a@example.org"}, origin=cast.BY_MARKETER)
    assert open_steps(signed_in) == THREE[2:]
    assert open_parts(signed_in) == FIVE


def test_the_next_step_leads_to_where_it_is_done(
    signed_in: Client, project: Project, connection: Connection
) -> None:
    assert signed_in.get(HOME).context["next_step"].url == "/projects/cast/imports/new/"
    cast.a_contact(project)
    step = signed_in.get(HOME).context["next_step"]
    assert step.url == f"/projects/cast/connections/{connection.pk}/"
    assert signed_in.get(step.url).status_code == 200


def test_once_all_is_done_the_steps_say_so_until_they_are_put_away(
    signed_in: Client, project: Project, integration: Integration, marketer: User
) -> None:
    cast.a_contact(project)
    assert "Everything is set up" in signed_in.get(HOME).content.decode()
    hide = f"{HOME}home/steps/hide/"
    assert signed_in.get(hide).status_code == 405
    for _ in range(2):
        assert signed_in.post(hide).headers["Location"] == HOME
    page = signed_in.get(HOME).content.decode()
    assert "Everything is set up" not in page
    assert "Getting started" not in page
    marketer.refresh_from_db()
    assert marketer.steps_put_away == [project.pk]

    other = cast.a_project("Other")
    assert "Getting started" in signed_in.get(f"/projects/{other.slug}/").content.decode()


def test_a_suspended_integration_does_not_bring_the_steps_back(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    cast.a_contact(project)
    Integration.objects.update(state=IntegrationState.SUSPENDED)
    assert open_steps(signed_in) == []


def test_what_agrees_waits_and_was_refused_is_counted_as_the_lists_do(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    transfer = integration.update_types.get().transfer_id
    subscription = cast.a_subscription(project, transfer=transfer)
    who = ("plain", "accents", "emoji", "leap_day")
    waiting, refused, agreed, changed = (cast.a_contact(project, each) for each in who)
    OutboxItem.objects.filter(contact=refused.pk).update(state=OutboxState.PARKED)
    OutboxItem.objects.filter(contact=agreed.pk).delete()
    for linked in (agreed, changed):
        Link.objects.create(transfer_id=transfer, contact=linked.pk, state=LinkState.LINKED)
    assert OutboxItem.objects.filter(subscription=subscription, contact=waiting.pk).exists()

    overview = signed_in.get(FIGURES).context["overview"]
    (one,) = overview.connected
    assert one.standing == overview.standing == Standing(agreed=1, waiting=2, refused=1)
    assert (overview.contacts.number, overview.share, one.share) == (4, 25, 25)
    for state in ("agreed", "waiting", "refused"):
        found = signed_in.get(f"{HOME}contacts/", {"f": f"@sync:is:{state}"})
        assert len(found.context["rows"]) == getattr(overview.standing, state), state
    part = signed_in.get(FIGURES).content.decode()
    assert "Sales org refused 1 contact" in part
    assert f"/projects/cast/integrations/{integration.pk}/" in part


def test_a_contact_in_two_connections_agrees_only_if_nothing_waits_in_either(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    first = integration.update_types.get().transfer_id
    connection = Connection.objects.create(
        project=project,
        source="memory",
        name="Other org",
        authorization=Authorization.objects.get(),
    )
    second = DataTransfer.objects.create(connection=connection, object="person", active=True).pk
    both, one = cast.a_contact(project), cast.a_contact(project, "accents")
    for transfer, contact in ((first, both), (second, both), (first, one), (second, one)):
        Link.objects.create(transfer_id=transfer, contact=contact.pk, state=LinkState.LINKED)
    cast.a_subscription(project, transfer=second)
    changes.edit(project, one.pk, {"city": "Lyon"}, origin=cast.BY_MARKETER)
    overview = signed_in.get(FIGURES).context["overview"]
    assert {each.connection.name: each.standing.agreed for each in overview.connected} == {
        "Sales org": 2,
        "Other org": 1,
    }
    assert overview.standing == Standing(agreed=1, waiting=1)


def test_an_open_page_does_not_count_again_what_takes_long(
    signed_in: Client,
    project: Project,
    integration: Integration,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast.a_contact(project)
    assert signed_in.get(FIGURES).context["overview"].contacts.number == 1
    monkeypatch.setattr("raccord.web.home.overview.LONG_SECONDS", 0)
    for name in ("accents", "emoji"):
        cast.a_contact(project, name)
        assert signed_in.get(FIGURES).context["overview"].contacts.number == 2
    cache.clear()
    assert signed_in.get(FIGURES).context["overview"].contacts.number == 3
    cache.clear()


@pytest.mark.django_db(transaction=True)
def test_the_page_comes_without_the_figures_that_nobody_waits_for(
    signed_in: Client,
    project: Project,
    integration: Integration,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cast.a_contact(project)
    monkeypatch.setattr("raccord.contacts.lists.guard.SECONDS", 0.05)
    somebody_else = connections["default"].copy()
    try:
        with somebody_else.cursor() as cursor:
            cursor.execute(f"BEGIN; LOCK TABLE {Link._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            answer = signed_in.get(FIGURES)
    finally:
        somebody_else.close()
    (one,) = answer.context["overview"].connected
    assert (one.standing, one.share) == (None, 0)
    assert "takes too long" in answer.content.decode()


def test_the_page_asks_more_often_while_something_is_under_way(
    signed_in: Client, project: Project
) -> None:
    assert "every 60s" in signed_in.get(FIGURES).content.decode()
    ImportRun.objects.create(project=project, file_name="people.csv", state=RunState.RUNNING)
    assert "every 15s" in signed_in.get(FIGURES).content.decode()


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
    assert words in signed_in.get(FIGURES).content.decode()


def test_the_figures_follow_the_page_or_stand_in_it_without_javascript(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    assert "Sales org" not in signed_in.get(HOME).content.decode()
    part = signed_in.get(FIGURES).content.decode()
    assert "<html" not in part
    assert "Sales org" in part
    whole = signed_in.get(HOME, {"everything": ""}).content.decode()
    assert "<html" in whole
    assert "Sales org" in whole


def test_an_import_that_waits_for_a_word_is_told(signed_in: Client, project: Project) -> None:
    run = ImportRun.objects.create(project=project, file_name="<b>people.csv", state=RunState.READY)
    ImportRun.objects.create(project=project, file_name="old.csv", state=RunState.DONE)
    part = signed_in.get(FIGURES).content.decode()
    assert "&lt;b&gt;people.csv was checked and waits for you to confirm it" in part
    assert f"/projects/cast/imports/{run.pk}/" in part
    assert "old.csv" not in part


def test_the_last_days_are_counted_by_days_of_the_project(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    contact = cast.a_contact(project)
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=cast.BY_MARKETER)
    transfer = integration.update_types.get().transfer
    DeliveryCount.objects.create(transfer=transfer, delivered=3, refused=1)
    long_ago = timezone.now() - timedelta(days=20)
    DeliveryCount.objects.create(transfer=transfer, at=long_ago, delivered=9)
    contacts, delivered = signed_in.get(DAYS).context["charts"]
    assert len(contacts.days) == len(contacts.rows) == 14
    assert [(each.name, each.numbers[-1]) for each in contacts.series] == [
        ("Added", 1),
        ("Changed", 1),
        ("Deleted", 0),
    ]
    assert [(each.name, sum(each.numbers)) for each in delivered.series] == [("Sales org", 3)]
    page = signed_in.get(DAYS).content.decode()
    assert page.count("<table") == 2


def test_a_project_without_anything_has_no_charts_and_no_errors(
    signed_in: Client, project: Project
) -> None:
    for address in (HOME, FIGURES, DAYS):
        assert signed_in.get(address).status_code == 200
    assert "No contact was added" in signed_in.get(DAYS).content.decode()
    assert "<svg" not in signed_in.get(DAYS).content.decode()


def test_a_hostile_name_stays_text_in_the_charts(
    signed_in: Client, project: Project, integration: Integration
) -> None:
    Connection.objects.update(name="</script><script>alert(1)</script>")
    transfer = integration.update_types.get().transfer
    DeliveryCount.objects.create(transfer=transfer, delivered=3)
    assert "<script>alert" not in signed_in.get(DAYS).content.decode()


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
    integration.update_types.update(operations=[Operation.DELETED])
    assert "is deleted there as well" in signed_in.get(place).content.decode()
