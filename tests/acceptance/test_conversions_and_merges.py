"""As a sales representative I convert leads and merge records; the contacts go on with them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.errors import BadInput
from raccord.engine.records import OnlyThere
from raccord.engine.rules import DeletionRule
from raccord.sync import one_person
from raccord.sync.models import Link, LinkState
from salesforce_simulator.server import Simulator
from tests import cast
from tests.acceptance.outbound_scene import a_simulator
from tests.acceptance.parting_scene import Parting, a_parting

pytestmark = pytest.mark.django_db(transaction=True)

LEAD_FIRST = ("Lead", "Contact")
EMAIL = "jane.smith@example.org"


@pytest.fixture
def simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    yield from a_simulator(settings, monkeypatch)


def living(contact: Contact) -> bool:
    return Contact.objects.get(pk=contact.pk).deleted_at is None


def the_question(parting: Parting) -> OutboxItem:
    (item,) = one_person.waiting([each.pk for each in parting.transfers.values()])
    return item


def answer(parting: Parting, *, keep: Contact | None) -> None:
    item = the_question(parting)
    transfer = next(
        each for each in parting.transfers.values() if each.pk == item.subscription.transfer
    )
    if keep is None:
        one_person.leave(transfer, item)
    else:
        one_person.keep(transfer, item, contact=keep.pk, origin=cast.BY_MARKETER)
    parting.settle()


def merged(
    simulator: Simulator, *, theirs: DeletionRule = DeletionRule.NOTHING
) -> tuple[Parting, Contact, Contact]:
    """The record of the first contact was merged into that of the second."""
    parting = a_parting(simulator, theirs=theirs)
    first, second = parting.contact(), parting.contact("accents")
    parting.jo.merge("Contact", parting.record(second), parting.record(first))
    parting.settle()
    return parting, first, second


# Conversions ------------------------------------------------------------------------------


def test_a_converted_lead_goes_on_as_a_contact(simulator: Simulator) -> None:
    parting = a_parting(simulator, objects=LEAD_FIRST)
    contact = parting.contact(company="Acme", newsletter="no")
    lead = parting.record(contact, "Lead")
    made = parting.jo.convert_lead(lead)
    parting.settle()
    gone = parting.link(contact, "Lead")
    assert (gone.state, gone.remote_id) == (LinkState.LET_GO, None)
    told = {key: gone.parted[key] for key in ("why", "record", "object", "into")}
    assert told == {
        "why": "converted",
        "record": lead,
        "object": "Contact",
        "into": made.contact_id,
    }
    assert parting.record(contact) == made.contact_id
    parting.scene.edit(contact, city="Laval")
    parting.settle()
    record = parting.jo.record("Contact", made.contact_id)
    assert (record["MailingCity"], record["HasOptedOutOfEmail"]) == ("Laval", True)
    assert Contact.objects.filter(deleted_at=None).count() == 1
    assert len(parting.living("Lead")) == 1
    assert parting.question(contact) is None


def test_a_converted_lead_without_such_a_transfer_is_said_to_have_become_one(
    simulator: Simulator,
) -> None:
    parting = a_parting(simulator, objects=("Lead",))
    contact = parting.contact(company="Acme")
    parting.jo.convert_lead(parting.record(contact, "Lead"))
    parting.settle()
    parting.scene.edit(contact, city="Laval")
    parting.settle()
    assert parting.link(contact, "Lead").parted["why"] == "converted"
    assert len(parting.living("Lead")) == 1  # no second lead is made of the same person
    assert parting.question(contact) is None


def test_what_a_lead_became_is_no_new_contact_even_if_it_is_heard_of_first(
    simulator: Simulator,
) -> None:
    """The contact over there has another address, and became one of ours before the lead moved."""
    parting = a_parting(simulator, objects=LEAD_FIRST, only_there=OnlyThere.CREATE)
    contact = parting.contact(company="Acme")
    target = parting.jo.create("Contact", {"LastName": "Smith", "Email": "j.smith@example.net"})
    parting.jo.convert_lead(parting.record(contact, "Lead"), contact_id=target)
    parting.settle()
    assert Contact.objects.count() == 1
    assert parting.record(contact) == target


def test_nobody_is_found_in_a_lead_that_was_converted(simulator: Simulator) -> None:
    """The lead with the address was taken for the person, so nobody was ever created."""
    parting = a_parting(simulator, objects=("Contact", "Lead"))
    lead = parting.jo.create("Lead", {"LastName": "Smith", "Company": "Acme", "Email": EMAIL})
    made = parting.jo.convert_lead(lead)
    parting.jo.delete("Contact", made.contact_id)
    contact = parting.contact()
    assert parting.record(contact)
    assert not Link.objects.filter(transfer=parting.transfers["Lead"]).exists()


def test_a_lead_converted_into_somebody_elses_record_waits_for_a_person(
    simulator: Simulator,
) -> None:
    parting = a_parting(simulator, objects=LEAD_FIRST)
    first = parting.contact(company="Acme", newsletter="no")
    target = parting.jo.create("Contact", {"LastName": "Lee", "Email": "lea@example.org"})
    second = parting.contact("accents", email="lea@example.org")
    assert parting.record(second) == target
    parting.jo.convert_lead(parting.record(first, "Lead"), contact_id=target)
    parting.settle()
    assert the_question(parting).contact == first.pk
    answer(parting, keep=first)
    assert (living(first), living(second)) == (True, False)
    assert parting.record(first) == target
    assert parting.link(first, "Lead").parted["why"] == "converted"
    assert len(parting.living()) == 1
    assert parting.jo.record("Contact", target)["HasOptedOutOfEmail"] is True


def test_two_contacts_of_a_converted_lead_may_both_stay(simulator: Simulator) -> None:
    parting = a_parting(simulator, objects=LEAD_FIRST)
    first = parting.contact(company="Acme")
    target = parting.jo.create("Contact", {"LastName": "Lee", "Email": "lea@example.org"})
    second = parting.contact("accents", email="lea@example.org")
    parting.jo.convert_lead(parting.record(first, "Lead"), contact_id=target)
    parting.settle()
    answer(parting, keep=None)
    assert (living(first), living(second)) == (True, True)
    assert parting.link(first, "Lead").parted["into"] == target
    assert (parting.record(second), parting.question(first)) == (target, None)


# Merges -----------------------------------------------------------------------------------


def test_a_chain_of_merges_is_followed_to_its_end(simulator: Simulator) -> None:
    parting = a_parting(simulator)
    contact = parting.contact()
    names = [parting.jo.create("Contact", {"LastName": name}) for name in ("B", "C")]
    parting.jo.merge("Contact", names[0], parting.record(contact))
    parting.jo.merge("Contact", names[1], names[0])
    parting.settle()
    link = parting.link(contact)
    assert (link.remote_id, link.state) == (names[1], "linked")
    assert (link.parted["why"], link.parted["into"]) == ("merged", names[1])


@pytest.mark.parametrize("rule", list(DeletionRule))
def test_a_merge_is_no_deletion_whatever_the_rule(simulator: Simulator, rule: DeletionRule) -> None:
    parting = a_parting(simulator, theirs=rule)
    contact = parting.contact()
    survivor = parting.jo.create("Contact", {"LastName": "Smythe"})
    parting.jo.merge("Contact", survivor, parting.record(contact))
    parting.settle()
    assert (parting.record(contact), living(contact)) == (survivor, True)


def test_of_two_contacts_merged_there_a_person_keeps_the_winners(simulator: Simulator) -> None:
    parting, first, second = merged(simulator)
    assert the_question(parting).parameters["other"] == str(second.pk)
    record = parting.record(second)
    answer(parting, keep=second)
    assert (living(first), living(second)) == (False, True)
    assert (parting.record(second), parting.link(second).state) == (record, "linked")
    assert parting.deletions_sent() == []


def test_of_two_contacts_merged_there_a_person_keeps_the_losers(simulator: Simulator) -> None:
    parting, first, second = merged(simulator)
    record = parting.record(second)
    answer(parting, keep=first)
    assert (living(first), living(second)) == (True, False)
    assert (parting.record(first), parting.link(first).state) == (record, "linked")
    assert len(parting.living()) == 1
    assert parting.deletions_sent() == []


def test_a_no_of_the_contact_that_goes_holds_for_the_one_that_stays(simulator: Simulator) -> None:
    parting = a_parting(simulator)
    first = parting.contact(newsletter="no")
    second = parting.contact("accents", newsletter="yes")
    parting.jo.merge("Contact", parting.record(second), parting.record(first))
    parting.settle()
    answer(parting, keep=second)
    assert Contact.objects.get(pk=second.pk).values["newsletter"] == "no"
    assert parting.jo.record("Contact", parting.record(second))["HasOptedOutOfEmail"] is True


def test_both_contacts_may_stay_and_nobody_is_asked_again(simulator: Simulator) -> None:
    parting, first, second = merged(simulator, theirs=DeletionRule.ASK)
    answer(parting, keep=None)
    parting.scene.edit(first, city="Laval")
    parting.settle()
    assert (living(first), living(second)) == (True, True)
    assert (parting.link(first).state, parting.question(first)) == ("gone", None)
    assert parting.link(first).parted["why"] == "merged"


def test_an_answer_to_what_is_no_longer_so_changes_nothing(simulator: Simulator) -> None:
    parting, first, second = merged(simulator)
    item = the_question(parting)
    transfer = parting.scene.transfer
    with pytest.raises(BadInput):
        one_person.keep(transfer, item, contact=first.pk + 1000, origin=cast.BY_MARKETER)
    parting.delete(second)
    with pytest.raises(BadInput):
        one_person.keep(transfer, item, contact=first.pk, origin=cast.BY_MARKETER)
    assert living(first)
