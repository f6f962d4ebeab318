"""Guards on the real flow: what would change too many people waits, everything else goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from raccord.connections.models import Integration
from raccord.contacts import changes
from raccord.contacts.models import Contact, OutboxItem, OutboxState
from raccord.engine.guards import CODES, Effect
from raccord.sync import guards, replay
from raccord.sync.guard_models import GuardedContact, GuardStop
from raccord.sync.parked import groups, replaying
from tests import cast
from tests.integration.sync.comparing_scene import agreed, settle, two_way
from tests.integration.sync.scene import Scene

pytestmark = pytest.mark.django_db(transaction=True)


def limited(scene: Scene, **limits: str) -> None:
    Integration.objects.filter(pk=scene.integration.pk).update(guards=limits)
    scene.integration.refresh_from_db()


def parked(effect: Effect) -> int:
    return OutboxItem.objects.filter(state=OutboxState.PARKED, reason=CODES[effect]).count()


def waiting() -> set[int]:
    return set(OutboxItem.objects.values_list("contact", flat=True))


@pytest.fixture
def people(scene: Scene) -> list[Contact]:
    people = [
        scene.contact(email=f"p{n}@example.org", company=f"Firm {n}", first_name="Ann")
        for n in range(6)
    ]
    scene.activate()
    scene.deliver()
    return people


def blank(scene: Scene, people: list[Contact]) -> None:
    for contact in people:
        scene.edit(contact, company=None)


def companies(scene: Scene) -> list[str]:
    return sorted(str(person.values["company"]) for person in scene.people())


def test_above_the_limit_nothing_more_is_emptied_and_a_person_is_asked(
    scene: Scene, people: list[Contact]
) -> None:
    limited(scene, blanked="2")
    blank(scene, people)
    scene.deliver()
    assert parked(Effect.BLANKED) == 4
    assert companies(scene).count("None") == 2
    (stop,) = GuardStop.objects.all()
    assert (stop.effect, stop.limit, stop.released_at) == ("blanked", 2, None)


def test_everything_else_goes_on(scene: Scene, people: list[Contact]) -> None:
    limited(scene, blanked="0")
    scene.edit(people[0], company=None)
    scene.edit(people[1], first_name="Bea")
    new = scene.contact(email="new@example.org")
    scene.deliver()
    assert waiting() == {people[0].pk}
    assert scene.person("p1@example.org").values["first_name"] == "Bea"
    assert scene.link(new).remote_id


def test_while_somebody_is_asked_nothing_with_that_effect_goes(
    scene: Scene, people: list[Contact]
) -> None:
    limited(scene, blanked="1")
    blank(scene, people[:2])
    scene.deliver()
    GuardedContact.objects.update(at=F("at") - timedelta(hours=2))  # the hour is over
    blank(scene, people[2:3])
    scene.deliver()
    assert parked(Effect.BLANKED) == 2


def test_released_all_go_on_and_the_limit_holds_again(scene: Scene, people: list[Contact]) -> None:
    limited(scene, blanked="2")
    blank(scene, people[:5])
    scene.deliver()
    assert parked(Effect.BLANKED) == 3
    assert replay.replay(scene.integration, reason=CODES[Effect.BLANKED]) == 3
    scene.deliver()
    assert waiting() == set()
    assert companies(scene).count("None") == 5
    blank(scene, people[5:])
    scene.deliver()
    assert parked(Effect.BLANKED) == 1  # 5 were let through, and no more


def test_released_as_a_group_in_the_error_centre(scene: Scene, people: list[Contact]) -> None:
    limited(scene, blanked="2")
    blank(scene, people)
    scene.deliver()
    (group,) = groups.groups(scene.project)
    assert (group.code, group.count) == (CODES[Effect.BLANKED], 4)
    run = replaying.begin(scene.project, group.cause, person="Ana")
    for _ in range(4):
        replaying.work(run.pk)
        scene.deliver()
    assert waiting() == set()
    assert GuardStop.objects.get().released_by == "Ana"


def test_taken_back_here_it_no_longer_waits(scene: Scene, people: list[Contact]) -> None:
    limited(scene, blanked="0")
    blank(scene, people[:1])
    scene.deliver()
    assert parked(Effect.BLANKED) == 1
    scene.edit(people[0], company="Firm 0")
    scene.deliver()
    assert waiting() == set()


def test_the_hour_slides(scene: Scene, people: list[Contact]) -> None:
    limited(scene, blanked="2")
    blank(scene, people[:2])
    scene.deliver()
    GuardedContact.objects.update(at=F("at") - timedelta(minutes=61))
    blank(scene, people[2:4])
    scene.deliver()
    assert waiting() == set()
    guards.forget()
    assert GuardedContact.objects.count() == 2


def test_a_share_of_the_linked_contacts(scene: Scene, people: list[Contact]) -> None:
    limited(scene, blanked="50 %")
    blank(scene, people)
    scene.deliver()
    assert parked(Effect.BLANKED) == 3


def test_deletions_over_there(scene: Scene, people: list[Contact]) -> None:
    limited(scene, deleted="1")
    changes.delete(scene.project, [each.pk for each in people[:3]], origin=cast.BY_MARKETER)
    scene.deliver()
    assert parked(Effect.DELETED) == 2
    assert len(scene.people()) == 5


def test_a_withdrawn_consent_is_never_stopped(scene: Scene) -> None:
    people = [scene.contact(email=f"c{n}@example.org", newsletter="yes") for n in range(3)]
    scene.activate()
    scene.deliver()
    limited(scene, blanked="0", overwritten="0", opted_in="0", deleted="0")
    for contact in people:
        scene.edit(contact, newsletter="no", company=None)
    scene.deliver()
    assert waiting() == set()
    assert all(person.values["opted_out"] for person in scene.people())


def test_what_they_empty_of_ours_is_guarded_too(transactional_db: None) -> None:
    scene = two_way()
    people = agreed(scene, 4)
    limited(scene, blanked="1")
    for contact in people:
        scene.org.edit(scene.link(contact).remote_id or "", {"company": None})
    settle(scene)
    assert parked(Effect.BLANKED) == 3
    emptied = [each for each in Contact.objects.all() if each.values.get("company") is None]
    assert len(emptied) == 1
    replay.replay(scene.integration, reason=CODES[Effect.BLANKED])
    settle(scene)
    assert not OutboxItem.objects.exists()
    assert all(each.values.get("company") is None for each in Contact.objects.all())


def test_the_same_contact_tried_again_counts_once(scene: Scene, people: list[Contact]) -> None:
    limited(scene, blanked="1")
    blank(scene, people[:1])
    scene.deliver()
    scene.edit(people[0], company="Again")
    scene.deliver()
    scene.edit(people[0], company=None)
    scene.deliver()
    assert waiting() == set()


def test_usually_an_import_that_overwrites_is_no_question(
    scene: Scene, people: list[Contact]
) -> None:
    for contact in people:
        scene.edit(contact, company="Other")
    scene.deliver()
    assert waiting() == set()
    assert not GuardedContact.objects.exists()  # what has no limit costs nothing
