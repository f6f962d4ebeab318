"""Both sides changed a field and a person decides: what is written where, and when nothing is."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection

from raccord.connections import mappings
from raccord.contacts import changes
from raccord.contacts.models import ChangeLogEntry, Contact
from raccord.engine.records import Direction, FirstLinkRule, OnlyThere, OriginKind, Rule
from raccord.sync import answers
from raccord.sync.models import Link, Reading
from raccord.sync.questions import Choice
from tests import cast
from tests.integration.sync.scene import Scene, a_scene
from tests.integration.sync.to_decide import (
    answer,
    asked,
    both_change,
    company,
    company_there,
    decide,
    items,
    linked,
    receive,
    remote_id,
    two_way,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return two_way()


@pytest.fixture
def contact(scene: Scene) -> Contact:
    """Changed on both sides."""
    contact = linked(scene)
    both_change(scene, contact)
    return contact


def test_both_values_are_shown_as_they_are_now(scene: Scene, contact: Contact) -> None:
    (question,) = asked(scene)
    assert (question.ours, question.theirs, question.taken) == ("Ours", "Theirs", "Theirs")
    assert question.choices == tuple(Choice)
    assert question.record.modified_by == "colleague"


@pytest.mark.parametrize(
    ("choice", "value", "both"),
    [
        (Choice.OURS, None, "Ours"),
        (Choice.THEIRS, None, "Theirs"),
        (Choice.OTHER, "Third", "Third"),
        (Choice.OTHER, "  Theirs ", "Theirs"),
        (Choice.OTHER, "Ours", "Ours"),
        (Choice.OTHER, "", None),
    ],
)
def test_what_was_chosen_holds_on_both_sides(
    scene: Scene, contact: Contact, choice: Choice, value: object, both: str | None
) -> None:
    (question,) = asked(scene)
    assert decide(scene, answer(question, choice, value)) == []
    scene.deliver()
    assert company(contact) == company_there(scene, contact) == both
    assert scene.items() == 0
    receive(scene)
    assert scene.items() == 0


def test_going_back_to_what_both_held_before_is_a_choice_like_any_other(
    scene: Scene,
) -> None:
    contact = linked(scene, company="Before")
    both_change(scene, contact)
    (question,) = asked(scene)
    decide(scene, answer(question, Choice.OTHER, "Before"))
    scene.deliver()
    assert company(contact) == company_there(scene, contact) == "Before"


def test_what_waits_for_a_person_makes_nobody_ask_the_other_side_more_often(
    scene: Scene, contact: Contact
) -> None:
    before = Reading.objects.get().idle
    for _each in range(3):
        receive(scene)
    assert Reading.objects.get().idle >= before + 3
    assert len(items(scene)) == 1


def test_the_history_says_who_decided(scene: Scene, contact: Contact) -> None:
    (question,) = asked(scene)
    decide(scene, answer(question, Choice.THEIRS))
    entry = ChangeLogEntry.objects.filter(contact=contact.pk).order_by("-id")[0]
    assert (entry.origin, entry.actor) == (OriginKind.PERSON, cast.MARKETER)
    assert entry.changes["company"] == ["Ours", "Theirs"]


def test_other_fields_of_the_contact_stay_in_question(scene: Scene) -> None:
    contact = linked(scene)
    scene.edit(contact, first_name="Ours")
    both_change(scene, contact, first_name="Theirs")
    by_key = {question.key: question for question in asked(scene)}
    assert by_key.keys() == {"company", "first_name"}
    decide(scene, answer(by_key["company"], Choice.OURS))
    scene.deliver()
    assert company_there(scene, contact) == "Ours"
    assert [question.key for question in asked(scene)] == ["first_name"]


@pytest.mark.parametrize("choice", Choice)
def test_a_value_of_ours_that_moved_is_not_overwritten(
    scene: Scene, contact: Contact, choice: Choice
) -> None:
    (question,) = asked(scene)
    scene.edit(contact, company="Ours again")
    receive(scene)
    assert decide(scene, answer(question, choice, "Third")) == [answers.MOVED]
    assert (company(contact), company_there(scene, contact)) == ("Ours again", "Theirs")
    assert [each.ours for each in asked(scene)] == ["Ours again"]


@pytest.mark.parametrize("choice", Choice)
def test_nor_is_one_of_theirs(scene: Scene, contact: Contact, choice: Choice) -> None:
    (question,) = asked(scene)
    base = scene.link(contact).base
    scene.org.edit(remote_id(scene, contact), {"company": "Theirs again"})
    assert decide(scene, answer(question, choice, "Third")) == [answers.MOVED]
    assert (company(contact), company_there(scene, contact)) == ("Ours", "Theirs again")
    assert scene.link(contact).base == base
    assert len(items(scene)) == 1


def test_a_link_that_is_being_moved_is_left_alone(scene: Scene, contact: Contact) -> None:
    (question,) = asked(scene)
    Link.objects.filter(contact=contact.pk).update(in_flight=uuid4())
    assert decide(scene, answer(question, Choice.THEIRS)) == [answers.MOVED]
    assert company(contact) == "Ours"


def test_the_second_click_changes_nothing(scene: Scene, contact: Contact) -> None:
    (question,) = asked(scene)
    assert decide(scene, answer(question, Choice.THEIRS)) == []
    assert decide(scene, answer(question, Choice.OURS)) == [answers.CLOSED]
    scene.deliver()
    assert company(contact) == company_there(scene, contact) == "Theirs"


def test_of_two_people_at_once_one_decides(scene: Scene, contact: Contact) -> None:
    (question,) = asked(scene)
    given = [answer(question, Choice.OTHER, value) for value in ("Ana's", "Ben's")]

    def one(mine: answers.Answer) -> list[str]:
        try:
            return decide(scene, mine)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as people:
        refused = list(people.map(one, given))
    assert sorted(map(len, refused)) == [0, 1]
    assert {code for codes in refused for code in codes} <= {answers.CLOSED, answers.MOVED}
    scene.deliver()
    winner = given[refused.index([])].value
    assert company(contact) == company_there(scene, contact) == winner


def test_a_record_that_has_gone_meanwhile_leaves_ours_as_it_is(
    scene: Scene, contact: Contact
) -> None:
    (question,) = asked(scene)
    scene.org.delete(remote_id(scene, contact))
    assert decide(scene, answer(question, Choice.THEIRS)) == [answers.NOT_READABLE]
    assert company(contact) == "Ours"
    assert asked(scene) == []


def test_a_contact_that_was_deleted_meanwhile_is_not_written(
    scene: Scene, contact: Contact
) -> None:
    (question,) = asked(scene)
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    assert decide(scene, answer(question, Choice.THEIRS)) == [answers.CLOSED]
    assert company(contact) == "Ours"


@pytest.mark.parametrize(
    ("key", "value"), [("birthdate", "yesterday"), ("company", "x" * 20_000), ("company", "a\0b")]
)
def test_a_typed_value_that_the_field_cannot_hold_is_refused(
    scene: Scene, key: str, value: str
) -> None:
    contact = linked(scene)
    scene.edit(contact, birthdate="2000-01-01")
    both_change(scene, contact, birthdate=date(2001, 1, 1))
    question = next(each for each in asked(scene) if each.key == key)
    (code,) = decide(scene, answer(question, Choice.OTHER, value))
    assert code.startswith("raccord.value.")
    assert company(contact) == "Ours"
    assert len(items(scene)) == 1


def test_taking_a_key_that_another_contact_has_is_refused(scene: Scene) -> None:
    contact = linked(scene)
    other = scene.contact("accents")
    scene.deliver()
    scene.edit(contact, email="new@example.org")
    scene.org.edit(remote_id(scene, contact), {"email": other.values["email"]})
    receive(scene)
    question = next(each for each in asked(scene) if each.contact == contact.pk)
    assert decide(scene, answer(question, Choice.THEIRS)) == ["raccord.contact.key_taken"]
    assert Contact.objects.get(pk=contact.pk).values["email"] == "new@example.org"


def test_answers_about_something_else_are_refused(scene: Scene, contact: Contact) -> None:
    (question,) = asked(scene)
    strangers = [
        answers.Answer(question.item + 1000, question.key, question.seen, Choice.THEIRS),
        answers.Answer(question.item, "notes", question.seen, Choice.THEIRS),
        answers.Answer(question.item, "nothing", question.seen, Choice.THEIRS),
        answers.Answer(question.item, question.key, "", Choice.THEIRS),
    ]
    for stranger in strangers:
        assert decide(scene, stranger) in ([answers.CLOSED], [answers.MOVED])
    assert company(contact) == "Ours"
    assert len(items(scene)) == 1


def test_values_that_became_equal_leave_nothing_to_choose(scene: Scene, contact: Contact) -> None:
    scene.org.edit(remote_id(scene, contact), {"company": "Ours"})
    (question,) = asked(scene)
    assert question.choices == ()
    assert decide(scene, answer(question, Choice.OURS)) == [answers.NOT_ON_OFFER]


@pytest.mark.parametrize(
    ("choice", "both"), [(Choice.OURS, "Ours"), (Choice.THEIRS, "Theirs"), (Choice.OTHER, "Third")]
)
def test_two_who_meet_for_the_first_time_are_asked_about_too(
    choice: Choice, both: str, scene: Scene
) -> None:
    scene.transfer.first_link_rule = FirstLinkRule.ASK
    scene.transfer.save()
    contact = scene.contact(company="Ours")
    scene.org.create(
        {"email": contact.values["email"], "last_name": "Smith", "company": "Theirs"}, by="x"
    )
    scene.activate()
    scene.deliver()
    question = next(each for each in asked(scene) if each.key == "company")
    assert question.base is None
    assert not question.may_become_a_rule
    assert decide(scene, answer(question, choice, "Third")) == []
    scene.deliver()
    assert company(contact) == company_there(scene, contact) == both


def test_ours_is_kept_where_the_field_comes_from_there_only() -> None:
    scene = a_scene(directions=Direction.INBOUND)
    scene.transfer.first_link_rule = FirstLinkRule.ASK
    scene.transfer.only_there = OnlyThere.LINK
    scene.transfer.save()
    contact = scene.contact(company="Ours")
    scene.org.create(
        {"email": contact.values["email"], "last_name": "Smith", "company": "Theirs"}, by="x"
    )
    scene.activate()
    scene.deliver()
    question = next(each for each in asked(scene) if each.key == "company")
    assert decide(scene, answer(question, Choice.OURS)) == []
    scene.deliver()
    assert (company(contact), company_there(scene, contact)) == ("Ours", "Theirs")
    assert items(scene) == []


def refused_there(scene: Scene) -> Contact:
    """Opted in here by a person before anybody saw that they opted out over there."""
    contact = linked(scene, newsletter="yes")
    scene.org.edit(remote_id(scene, contact), {"opted_out": True})
    receive(scene)
    return contact


def test_a_consent_that_was_taken_back_asks_for_proof_of_the_yes(scene: Scene) -> None:
    contact = refused_there(scene)
    (question,) = asked(scene)
    assert (question.ours, question.choices) == ("no", (Choice.OURS, Choice.OTHER))
    assert decide(scene, answer(question, Choice.OTHER)) == [answers.GROUNDS_MISSING]
    long = answer(question, Choice.OTHER, grounds="x" * 501)
    assert decide(scene, long) == [answers.GROUNDS_LONG]
    assert decide(scene, answer(question, Choice.THEIRS)) == [answers.NOT_ON_OFFER]
    assert Contact.objects.get(pk=contact.pk).values["newsletter"] == "no"
    assert decide(scene, answer(question, Choice.OTHER, grounds="Form of the fair")) == []
    scene.deliver()
    now = Contact.objects.get(pk=contact.pk)
    assert now.values["newsletter"] == "yes"
    assert now.evidence["newsletter"]["source"] == "decision:Form of the fair"
    assert scene.org.people[remote_id(scene, contact)].values["opted_out"] is False


def test_or_the_no_stays(scene: Scene) -> None:
    contact = refused_there(scene)
    (question,) = asked(scene)
    assert decide(scene, answer(question, Choice.OURS)) == []
    scene.deliver()
    assert Contact.objects.get(pk=contact.pk).values["newsletter"] == "no"
    assert scene.org.people[remote_id(scene, contact)].values["opted_out"] is True
    assert scene.items() == 0


@pytest.mark.parametrize(("choice", "here"), [(Choice.OURS, "no"), (Choice.OTHER, "yes")])
def test_a_no_that_was_lifted_there_is_decided_here(
    scene: Scene, choice: Choice, here: str
) -> None:
    contact = linked(scene, "opted_out")
    scene.org.edit(remote_id(scene, contact), {"opted_out": False})
    receive(scene)
    (question,) = asked(scene)
    assert decide(scene, answer(question, choice, grounds="She wrote to us")) == []
    scene.deliver()
    assert Contact.objects.get(pk=contact.pk).values["newsletter"] == here
    there = scene.org.people[remote_id(scene, contact)].values["opted_out"]
    assert there is (here == "no")
    assert scene.items() == 0


def test_a_choice_can_become_the_rule_for_what_comes_later(scene: Scene, contact: Contact) -> None:
    assert mappings.always(scene.transfer, "company", rule=Rule.OURS)
    assert not mappings.always(scene.transfer, "newsletter", rule=Rule.OURS)
    assert not mappings.always(scene.transfer, "nothing", rule=Rule.OURS)
    (question,) = asked(scene)
    decide(scene, answer(question, Choice.THEIRS))
    scene.deliver()
    both_change(scene, contact, "Ours once more")
    assert company_there(scene, contact) == "Ours once more"
    assert items(scene) == []


@pytest.mark.parametrize(("choice", "ours"), [(Choice.THEIRS, "Theirs"), (Choice.OURS, "Ours")])
def test_a_field_that_only_flows_here_can_be_decided_though_nobody_writes_it_here(
    choice: Choice, ours: str
) -> None:
    """Two values met for the first time; the field is kept by the other side."""
    scene = two_way()
    scene.transfer.first_link_rule = FirstLinkRule.ASK
    scene.transfer.save()
    scene.transfer.mappings.filter(remote_field="company").update(direction=Direction.INBOUND)
    contact = scene.contact(company="Ours")
    scene.org.create(
        {"email": contact.values["email"], "last_name": "Smith", "company": "Theirs"},
        by="colleague",
    )
    scene.activate()
    scene.deliver()
    (question,) = [each for each in asked(scene) if each.key == "company"]
    assert question.choices == (Choice.OURS, Choice.THEIRS)
    assert decide(scene, answer(question, choice, None)) == []
    scene.make_due()
    scene.deliver()
    assert (company(contact), company_there(scene, contact)) == (ours, "Theirs")
    assert not any(each.key == "company" for each in asked(scene))
