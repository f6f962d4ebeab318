"""How receiving stands, as the integration's page says it, and receiving at a person's word."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from raccord.connections.models import IntegrationState
from raccord.contacts.models import Contact
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction, OnlyThere
from raccord.sync import activate, inbound, poll, receiving
from raccord.sync.models import Clock, InboxItem, Reading
from tests import cast
from tests.integration.sync.scene import LONG_AGO, Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def both() -> Scene:
    """Every field flows both ways; active, and nobody has asked yet."""
    scene = a_scene(directions=Direction.BOTH)
    scene.activate()
    return scene


@pytest.fixture
def marketer(client: Client) -> Client:
    client.force_login(cast.a_marketer())
    return client


def at(scene: Scene, name: str) -> str:
    return reverse(name, args=[scene.project.slug, scene.integration.pk])


def read(scene: Scene) -> None:
    Reading.objects.update(due_at=LONG_AGO)
    poll.read_changes(scene.transfer.pk)


def jobs(scene: Scene) -> int:
    """Readings of this data transfer that workers were woken for."""
    waiting = ProcrastinateJob.objects.filter(task_name=poll.POLL, status="todo")
    return waiting.filter(args={"transfer": scene.transfer.pk}).count()


def test_before_the_first_time_it_is_said_what_comes(marketer: Client, both: Scene) -> None:
    (found,) = receiving.of_integration(both.integration)
    assert (found.read_at, found.waiting, found.undecided) == (None, 0, 0)
    page = marketer.get(at(both, "integration"))
    assert "About to be asked for the first time: all records are read once." in page.text


def test_hints_and_decisions_are_counted(marketer: Client, both: Scene) -> None:
    contact = both.contact()
    for number in (1, 2):
        both.org.create({"email": contact.values["email"], "last_name": f"Smith {number}"})
    both.org.create({"email": "other@example.org", "last_name": "Other"})
    read(both)
    (found,) = receiving.of_integration(both.integration)
    assert (found.waiting, found.undecided) == (3, 0)
    assert "3 changed records wait to be compared." in marketer.get(at(both, "integration")).text
    inbound.take_in(both.transfer.pk)
    (found,) = receiving.of_integration(both.integration)
    assert (found.waiting, found.undecided) == (0, 2)
    page = marketer.get(at(both, "integration-status"))
    assert page.context["decisions"] == 2
    assert page["HX-Trigger"] == "refusals-changed"
    assert "2 decisions wait for a person." in marketer.get(at(both, "integration-refusals")).text
    assert "No changed record waits." in page.text


def test_how_often_it_is_asked_follows_what_happens(marketer: Client, both: Scene) -> None:
    read(both)
    Reading.objects.update(idle=0)
    assert "Asked every 15 seconds at the moment." in marketer.get(at(both, "integration")).text
    Reading.objects.update(idle=9)
    page = marketer.get(at(both, "integration"))
    assert "Asked every 5 minutes at the moment." in page.text
    assert "at most 413 calls" in page.text


@pytest.mark.parametrize(
    ("seconds", "said"), [(50, ""), (300, "5 minutes ahead of"), (-7200, "120 minutes behind")]
)
def test_a_clock_that_is_far_off_is_shown(
    marketer: Client, both: Scene, seconds: int, said: str
) -> None:
    off = timedelta(seconds=seconds)
    Clock.objects.create(connection=both.connection, low=off, high=off)
    page = marketer.get(at(both, "integration"))
    assert ("data-clock" in page.text) is bool(said)
    assert said in page.text


def test_nothing_is_said_where_nothing_comes_in(marketer: Client, scene: Scene) -> None:
    scene.activate()
    page = marketer.get(at(scene, "integration"))
    assert page.context["receiving"] is None
    assert "Read now" not in page.text
    told = marketer.post(at(scene, "integration-read"), follow=True)
    assert "nothing comes in" in told.text


def test_read_now_makes_the_reading_due_and_wakes_it(marketer: Client, both: Scene) -> None:
    read(both)
    later = timezone.now() + timedelta(minutes=5)
    Reading.objects.update(due_at=later)
    ProcrastinateJob.objects.filter(task_name=poll.POLL).delete()
    for _click in range(2):
        told = marketer.post(at(both, "integration-read"), follow=True)
        assert "is asked what changed." in told.text
    assert Reading.objects.get().due_at < later
    assert jobs(both) == 1
    both.org.create({"email": "new@example.org", "last_name": "New"})
    assert poll.read_changes(both.transfer.pk).records == 1


def test_read_now_before_the_first_reading(both: Scene) -> None:
    ProcrastinateJob.objects.filter(task_name=poll.POLL).delete()
    assert not Reading.objects.exists()
    assert receiving.read_now(both.integration) == 1
    assert jobs(both) == 1


@pytest.mark.parametrize("state", [IntegrationState.DISABLED, IntegrationState.SUSPENDED])
def test_nothing_is_read_while_the_integration_does_not_run(
    marketer: Client, both: Scene, state: str
) -> None:
    read(both)
    later = timezone.now() + timedelta(minutes=5)
    Reading.objects.update(due_at=later)
    type(both.integration).objects.update(state=state)
    both.integration.refresh_from_db()
    with pytest.raises(BadInput):
        receiving.read_now(both.integration)
    told = marketer.post(at(both, "integration-read"), follow=True)
    assert "while the integration is not active" in told.text
    assert ">Read now<" not in told.text
    assert "It goes on from there when the integration is active." in told.text
    assert Reading.objects.get().due_at == later


def test_reading_is_asked_for_by_post_in_its_own_project(marketer: Client, both: Scene) -> None:
    assert marketer.get(at(both, "integration-read")).status_code == 405
    other = cast.a_project("Other")
    address = reverse("integration-read", args=[other.slug, both.integration.pk])
    assert marketer.post(address).status_code == 404


def test_an_integration_that_only_receives_is_activated_and_says_so(marketer: Client) -> None:
    scene = a_scene(directions=Direction.INBOUND, operations=())
    scene.transfer.only_there = OnlyThere.CREATE
    scene.transfer.save()
    page = marketer.get(at(scene, "integration-activate"))
    assert not page.context["blocked"]
    assert "→ Nothing is sent to" in page.text
    assert "becomes a contact." in page.text
    assert "every ticked change is sent" not in page.text
    assert "are read once" in page.text
    told = marketer.post(at(scene, "integration-activate"), follow=True)
    assert "The integration is active." in told.text
    scene.org.create({"email": "new@example.org", "last_name": "New"}, by="colleague")
    read(scene)
    inbound.take_in(scene.transfer.pk)
    assert Contact.objects.get(project=scene.project).values["email"] == "new@example.org"
    activate.deactivate(scene.integration)
    assert "are read once" not in marketer.get(at(scene, "integration-activate")).text


def test_where_nobody_is_linked_from_there_nothing_is_read_beforehand(marketer: Client) -> None:
    scene = a_scene(directions=Direction.BOTH)
    scene.transfer.only_there = OnlyThere.IGNORE
    scene.transfer.save()
    assert "are read once" not in marketer.get(at(scene, "integration-activate")).text
    scene.activate()
    page = marketer.get(at(scene, "integration"))
    assert "About to be asked for the first time." in page.text


def test_what_flows_which_way_is_said_before_activation(marketer: Client) -> None:
    scene = a_scene(directions=Direction.BOTH)
    scene.transfer.mappings.filter(remote_field="company").update(direction=Direction.INBOUND)
    page = marketer.get(at(scene, "integration-activate"))
    (flow,) = page.context["flows"]
    assert "Company" in flow.received and "Company" not in flow.sent
    assert "First name" in flow.sent and "First name" in flow.received


def test_the_steps_ask_for_no_tick_where_everything_comes_in(marketer: Client) -> None:
    scene = a_scene(directions=Direction.INBOUND, operations=())
    scene.contact()

    def ticked() -> Any:
        page = marketer.get(reverse("project-home", args=[scene.project.slug]))
        parts = page.context["steps"][-1].parts
        return next(part.done for part in parts if part.title == "Update types")

    assert ticked()
    scene.transfer.mappings.filter(remote_field="company").update(direction=Direction.BOTH)
    assert not ticked()


def test_a_changed_direction_moves_nothing_by_itself() -> None:
    scene = a_scene()
    contact = scene.contact("plain", company="Ours")
    scene.activate()
    scene.deliver()
    person = scene.person(str(contact.values["email"]))
    scene.org.edit(person.id, {"company": "Theirs"})
    scene.transfer.mappings.update(direction=Direction.BOTH)
    scene.make_due()
    activate.mappings_changed(scene.transfer)
    scene.load()
    scene.deliver()
    written = person.modified_at
    for _time in range(2):
        read(scene)
        InboxItem.objects.update(due_at=LONG_AGO)
        inbound.take_in(scene.transfer.pk)
        scene.deliver()
    assert scene.org.people[person.id].modified_at == written
