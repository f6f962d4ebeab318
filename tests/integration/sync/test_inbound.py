"""What changes over there arrives here, through one mover, and never comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from raccord.contacts import changes
from raccord.contacts.models import ChangeLogEntry, Contact
from raccord.engine.records import Direction, OnlyThere, Operation, OriginKind, Rule
from raccord.sync import inbound, poll
from raccord.sync.models import InboxItem, Link, Reading
from tests import cast
from tests.integration.sync.scene import LONG_AGO, Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)


def two_way(*, rule: Rule = Rule.THEIRS, only_there: OnlyThere = OnlyThere.LINK) -> Scene:
    scene = a_scene(directions=Direction.BOTH)
    scene.transfer.mappings.update(rule=rule)
    scene.transfer.only_there = only_there
    scene.transfer.save()
    return scene


def receive(scene: Scene) -> poll.Read:
    """One reading and all that follows from it."""
    Reading.objects.update(due_at=LONG_AGO)
    read = poll.read_changes(scene.transfer.pk)
    InboxItem.objects.filter(state="due").update(due_at=LONG_AGO)
    inbound.take_in(scene.transfer.pk)
    scene.deliver()
    return read


def linked(scene: Scene, **values: object) -> Contact:
    """A contact whose counterpart agrees with it, read once."""
    contact = scene.contact("plain", **values)
    scene.activate()
    scene.deliver()
    receive(scene)
    return contact


def values(contact: Contact) -> dict[str, object]:
    stored: dict[str, object] = Contact.objects.get(pk=contact.pk).values
    return stored


def test_an_edit_over_there_arrives_and_makes_no_write() -> None:
    scene = two_way()
    contact = linked(scene)
    person = scene.person(str(contact.values["email"]))
    scene.org.edit(person.id, {"company": "Acme"})
    written = person.modified_at
    receive(scene)
    assert values(contact)["company"] == "Acme"
    assert scene.items() == InboxItem.objects.count() == 0
    assert scene.org.people[person.id].modified_at == written
    assert receive(scene).news == 0


def test_it_is_in_the_history_as_theirs() -> None:
    scene = two_way()
    contact = linked(scene)
    scene.org.edit(scene.link(contact).remote_id or "", {"company": "Acme"})
    receive(scene)
    entry = ChangeLogEntry.objects.filter(contact=contact.pk).order_by("-id")[0]
    assert (entry.origin, entry.transfer) == (OriginKind.SYNC, scene.transfer.pk)
    assert entry.changes["company"][1] == "Acme"


def test_what_we_wrote_ourselves_is_no_news() -> None:
    scene = two_way()
    contact = linked(scene)
    scene.edit(contact, company="Ours")
    scene.deliver()
    assert receive(scene).news == 0
    assert InboxItem.objects.count() == 0


def test_different_fields_of_one_person_changed_on_both_sides_both_stay() -> None:
    scene = two_way()
    contact = linked(scene)
    person = scene.link(contact).remote_id or ""
    scene.edit(contact, first_name="Ours")
    scene.org.edit(person, {"company": "Theirs"})
    receive(scene)
    assert (values(contact)["first_name"], values(contact)["company"]) == ("Ours", "Theirs")
    assert scene.org.people[person].values["first_name"] == "Ours"
    assert scene.org.people[person].values["company"] == "Theirs"


@pytest.mark.parametrize(
    ("rule", "there", "both"),
    [
        (Rule.THEIRS, "Theirs", "Theirs"),
        (Rule.OURS, "Theirs", "Ours"),
        (Rule.THEIRS_UNLESS_BLANK, None, "Ours"),
        (Rule.THEIRS_UNLESS_BLANK, "Theirs", "Theirs"),
    ],
)
def test_the_rule_of_the_field_decides(rule: Rule, there: str | None, both: str) -> None:
    scene = two_way(rule=rule)
    contact = linked(scene)
    person = scene.link(contact).remote_id or ""
    scene.edit(contact, company="Ours")
    scene.org.edit(person, {"company": there})
    receive(scene)
    assert values(contact)["company"] == both
    assert scene.org.people[person].values["company"] == both
    assert scene.items() == 0


def test_ask_me_leaves_both_as_they_are_and_in_sight() -> None:
    scene = two_way(rule=Rule.ASK)
    contact = linked(scene)
    person = scene.link(contact).remote_id or ""
    scene.edit(contact, company="Ours")
    scene.org.edit(person, {"company": "Theirs"})
    receive(scene)
    assert values(contact)["company"] == "Ours"
    assert scene.org.people[person].values["company"] == "Theirs"
    assert scene.item(contact).reason == "raccord.sync.conflict"


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(hours=3), timedelta(hours=-3)])
@pytest.mark.parametrize(("ours_first", "wins"), [(True, "Theirs"), (False, "Ours")])
def test_the_newest_change_wins_where_time_proves_it(
    ours_first: bool, wins: str, ahead: timedelta
) -> None:
    """However wrong the clock over there is: the difference is measured."""
    scene = two_way(rule=Rule.NEWEST)
    true_time = scene.org.clock
    scene.org.clock = lambda: true_time() + ahead
    contact = linked(scene)
    person = scene.link(contact).remote_id or ""
    scene.edit(contact, company="Ours")
    theirs_at = scene.org.clock() + timedelta(minutes=2 if ours_first else -2)
    # Where ours came first, theirs was read once more in between.
    read_at = theirs_at - (timedelta(minutes=1) if ours_first else timedelta(hours=1))
    Reading.objects.update(high=read_at, safe=read_at)
    scene.org.edit(person, {"company": "Theirs"})
    scene.org.people[person].modified_at = theirs_at
    receive(scene)
    assert values(contact)["company"] == wins
    assert scene.org.people[person].values["company"] == wins


def test_changes_of_one_moment_prove_nothing_and_are_asked_about() -> None:
    scene = two_way(rule=Rule.NEWEST)
    contact = linked(scene)
    scene.edit(contact, company="Ours")
    scene.org.edit(scene.link(contact).remote_id or "", {"company": "Theirs"})
    receive(scene)
    assert scene.item(contact).reason == "raccord.sync.conflict"


def test_a_person_known_there_only_is_made_here_where_that_is_wanted() -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    scene.org.create({"email": "new@example.org", "last_name": "New", "company": "Acme"})
    scene.activate()
    receive(scene)
    contact = Contact.objects.get(project=scene.project)
    assert contact.values["email"] == "new@example.org"
    assert contact.values["company"] == "Acme"
    assert scene.link(contact).state == "linked"
    assert scene.items() == InboxItem.objects.count() == 0
    assert len(scene.people()) == 1


def test_and_stays_there_where_it_is_not() -> None:
    scene = two_way()
    scene.org.create({"email": "new@example.org", "last_name": "New"})
    scene.activate()
    receive(scene)
    assert not Contact.objects.filter(project=scene.project).exists()
    assert not InboxItem.objects.exists()


def test_a_person_known_on_both_sides_is_linked_from_either() -> None:
    scene = two_way()
    contact = scene.contact(company=None)
    scene.org.create(
        {"email": contact.values["email"], "last_name": "Smith", "company": "Acme"}, by="colleague"
    )
    scene.activate(load=False)
    receive(scene)
    assert scene.link(contact).remote_id == scene.people()[0].id
    assert values(contact)["company"] == "Acme"
    assert len(scene.people()) == 1


def test_two_records_of_one_person_wait_for_a_decision() -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    contact = scene.contact()
    for number in (1, 2):
        scene.org.create({"email": contact.values["email"], "last_name": f"Smith {number}"})
    scene.activate(load=False)
    receive(scene)
    parked = InboxItem.objects.all()
    assert [item.reason for item in parked] == ["raccord.sync.contact_taken"] * 2
    assert {tuple(item.candidates) for item in parked} == {(contact.pk,)}
    assert Contact.objects.filter(project=scene.project).count() == 1
    assert not Link.objects.filter(transfer=scene.transfer).exists()


def test_somebody_deleted_here_is_not_silently_brought_back() -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    contact = scene.contact()
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    scene.org.create({"email": contact.values["email"], "last_name": "Smith"})
    scene.activate(load=False)
    receive(scene)
    assert Contact.objects.get(pk=contact.pk).deleted_at is not None
    assert InboxItem.objects.get().reason == "raccord.sync.was_deleted"


def test_a_record_that_no_contact_can_hold_says_why() -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    scene.org.create({"last_name": "Nobody"})
    scene.org.create({"email": "next@example.org", "last_name": "Next"})
    scene.activate()
    receive(scene)
    assert InboxItem.objects.get().state == "parked"
    made = Contact.objects.get(project=scene.project)
    assert made.values["email"] == "next@example.org"


def test_a_deletion_there_leaves_the_contact_and_is_said() -> None:
    scene = two_way()
    contact = linked(scene)
    scene.org.delete(scene.link(contact).remote_id or "")
    receive(scene)
    assert scene.link(contact).state == "gone"
    assert values(contact)["email"]
    assert receive(scene).news == 0


def test_one_that_comes_back_from_the_bin_is_a_pair_again() -> None:
    scene = two_way()
    contact = linked(scene)
    person = scene.link(contact).remote_id or ""
    scene.org.delete(person)
    receive(scene)
    scene.org.undelete(person)
    scene.org.edit(person, {"company": "Back"})
    receive(scene)
    assert scene.link(contact).state == "linked"
    assert values(contact)["company"] == "Back"


def test_a_merge_there_moves_the_link_to_the_survivor() -> None:
    scene = two_way()
    contact = linked(scene)
    survivor, _ = scene.org.create({"last_name": "Survivor", "company": "Acme"}, by="colleague")
    scene.org.merge(scene.link(contact).remote_id or "", into=survivor)
    receive(scene)
    scene.make_due()
    scene.deliver()
    assert scene.link(contact).remote_id == survivor
    assert values(contact)["company"] == "Acme"


def test_a_refusal_made_there_arrives_as_a_refusal() -> None:
    scene = two_way(rule=Rule.OURS)
    contact = linked(scene, newsletter="yes")
    scene.org.edit(scene.link(contact).remote_id or "", {"opted_out": True})
    receive(scene)
    assert values(contact)["newsletter"] == "no"


def test_an_inbound_field_is_taken_and_never_sent() -> None:
    scene = a_scene(directions=Direction.INBOUND, operations=())
    scene.transfer.only_there = OnlyThere.CREATE
    scene.transfer.save()
    person, _ = scene.org.create({"email": "a@example.org", "last_name": "A"}, by="colleague")
    scene.activate()
    receive(scene)
    contact = Contact.objects.get(project=scene.project)
    scene.edit(contact, company="Ours")
    scene.deliver()
    assert scene.org.people[person].values.get("company") is None
    scene.org.edit(person, {"company": "Theirs"})
    receive(scene)
    assert values(contact)["company"] == "Theirs"


def test_outbound_fields_only_make_no_call_at_all() -> None:
    scene = a_scene(operations=(Operation.UPDATED,))
    scene.activate()
    scene.deliver_described()
    called = scene.org.calls
    assert receive(scene) == poll.Read()
    assert scene.org.calls == called
