"""As a marketer I say what a deletion on one side does on the other; nothing else is deleted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from raccord.connections.transfers import TransferSettings
from raccord.contacts.models import Contact
from raccord.engine.errors import BadInput
from raccord.engine.records import OnlyThere, Operation
from raccord.engine.rules import DeletionRule
from raccord.sync import activate, deletions
from raccord.sync.models import InboxItem, LinkState
from salesforce_simulator.server import Simulator
from tests import cast
from tests.acceptance.outbound_scene import a_simulator
from tests.acceptance.parting_scene import Parting, a_parting

pytestmark = pytest.mark.django_db(transaction=True)

NOTHING, UNLINK, ASK = DeletionRule


@pytest.fixture
def simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    yield from a_simulator(settings, monkeypatch)


def is_deleted(contact: Contact) -> bool:
    return Contact.objects.get(pk=contact.pk).deleted_at is not None


def waits(parting: Parting, contact: Contact, reason: str) -> bool:
    item = parting.question(contact)
    return item is not None and item.reason == f"raccord.plan.{reason}"


# Deleted over there ------------------------------------------------------------------------


def test_deleted_there_the_contact_stays_and_says_so_and_undeleted_both_go_on(
    simulator: Simulator,
) -> None:
    parting = a_parting(simulator)
    contact = parting.contact()
    record = parting.record(contact)
    parting.jo.delete("Contact", record)
    parting.settle()
    link = parting.link(contact)
    assert (link.state, link.parted["why"], is_deleted(contact)) == ("gone", "deleted", False)
    assert link.base  # what both agreed on is kept for when it comes back
    assert parting.question(contact) is None
    parting.scene.edit(contact, city="Laval")
    parting.jo.undelete("Contact", record)
    parting.jo.update("Contact", record, {"Title": "Back"})
    parting.settle()
    assert (parting.link(contact).state, parting.link(contact).parted) == ("linked", {})
    assert Contact.objects.get(pk=contact.pk).values["title"] == "Back"
    assert parting.scene.record(contact)["MailingCity"] == "Laval"


def test_deleted_there_and_unlinked_a_new_record_of_the_person_is_linked_anew(
    simulator: Simulator,
) -> None:
    parting = a_parting(simulator, theirs=UNLINK)
    contact = parting.contact()
    parting.jo.delete("Contact", parting.record(contact))
    parting.settle()
    assert parting.link(contact).state == LinkState.LET_GO
    parting.scene.edit(contact, city="Laval")
    parting.settle()
    assert parting.living() == []  # nobody is made again by an edit
    again = parting.jo.create(
        "Contact", {"LastName": "Smith", "Email": contact.values["email"].upper()}
    )
    parting.settle()
    assert (parting.record(contact), parting.living()) == (again, [contact.values["email"]])
    assert Contact.objects.filter(deleted_at=None).count() == 1


def test_deleted_there_and_made_again_is_neither_linked_silently_nor_doubled(
    simulator: Simulator,
) -> None:
    parting = a_parting(simulator, only_there=OnlyThere.CREATE)
    contact = parting.contact()
    parting.jo.delete("Contact", parting.record(contact))
    parting.settle()
    parting.jo.create("Contact", {"LastName": "Smith", "Email": contact.values["email"]})
    parting.settle()
    assert Contact.objects.count() == 1
    assert parting.link(contact).state == LinkState.GONE
    assert InboxItem.objects.get(state="parked").reason == "raccord.sync.contact_bereft"


def test_deleted_there_a_person_is_asked_and_deletes_the_contact(simulator: Simulator) -> None:
    parting = a_parting(simulator, theirs=ASK)
    contact, other = parting.contact(), parting.contact("accents")
    for each in (contact, other):
        parting.jo.delete("Contact", parting.record(each))
    parting.settle()
    assert waits(parting, contact, "deleted_there")
    items = list(deletions.waiting([parting.scene.transfer.pk]))
    mine = [item for item in items if item.contact == contact.pk]
    answered = deletions.delete_here(parting.scene.transfer, mine, origin=cast.BY_MARKETER)
    parting.settle()
    assert (answered.decided, is_deleted(contact), is_deleted(other)) == (1, True, False)
    assert waits(parting, other, "deleted_there")


def test_who_was_asked_and_keeps_the_contact_is_not_asked_again(simulator: Simulator) -> None:
    parting = a_parting(simulator, theirs=ASK)
    contact = parting.contact()
    record = parting.record(contact)
    parting.jo.delete("Contact", record)
    parting.settle()
    deletions.keep_here(
        parting.scene.transfer, list(deletions.waiting([parting.scene.transfer.pk]))
    )
    parting.settle()
    parting.scene.edit(contact, city="Laval")
    parting.settle()
    assert (parting.question(contact), is_deleted(contact)) == (None, False)
    parting.jo.undelete("Contact", record)
    parting.settle()
    assert parting.scene.record(contact)["MailingCity"] == "Laval"
    parting.jo.delete("Contact", record)
    parting.settle()
    assert waits(parting, contact, "deleted_there")  # a new deletion is a new question


def test_a_record_that_is_there_again_takes_no_contact_with_it(simulator: Simulator) -> None:
    """The undeletion has not been heard of yet when somebody answers."""
    parting = a_parting(simulator, theirs=ASK)
    contact = parting.contact()
    record = parting.record(contact)
    parting.jo.delete("Contact", record)
    parting.settle()
    items = list(deletions.waiting([parting.scene.transfer.pk]))
    parting.jo.undelete("Contact", record)
    answered = deletions.delete_here(parting.scene.transfer, items, origin=cast.BY_MARKETER)
    parting.settle()
    assert [each.code for each in answered.problems] == ["raccord.deletion.there_again"]
    assert (is_deleted(contact), parting.link(contact).state) == (False, "linked")


# Deleted here ------------------------------------------------------------------------------


def test_deleted_here_the_record_stays_and_restored_both_go_on(simulator: Simulator) -> None:
    parting = a_parting(simulator)
    contact = parting.contact()
    record = parting.record(contact)
    parting.delete(contact)
    parting.jo.update("Contact", record, {"Title": "Meanwhile"})
    parting.settle()
    assert (is_deleted(contact), parting.living()) == (True, [contact.values["email"]])
    parting.restore(contact)
    assert Contact.objects.get(pk=contact.pk).values["title"] == "Meanwhile"
    assert parting.record(contact) == record
    assert parting.deletions_sent() == []


def test_deleted_here_and_made_again_has_its_own_record(simulator: Simulator) -> None:
    parting = a_parting(simulator, ours=UNLINK)
    contact = parting.contact()
    record = parting.record(contact)
    parting.delete(contact)
    assert parting.link(contact).state == LinkState.LET_GO
    again = parting.contact()
    assert (again.pk, parting.record(again)) == (contact.pk, record)
    assert len(parting.living()) == 1


def test_deleted_here_a_person_is_asked_and_the_record_goes(simulator: Simulator) -> None:
    parting = a_parting(simulator, ours=ASK)
    contact, other = parting.contact(), parting.contact("accents")
    parting.delete(contact, other)
    assert waits(parting, contact, "deleted_here")
    assert len(parting.living()) == 2
    transfer = parting.scene.transfer
    mine = [item for item in deletions.waiting([transfer.pk]) if item.contact == contact.pk]
    assert deletions.delete_there(transfer, mine).decided == 1
    parting.settle()
    assert parting.living() == [other.values["email"]]
    assert parting.link(contact).state == LinkState.ENDED
    late = deletions.delete_there(transfer, mine)
    assert [each.code for each in late.problems] == ["raccord.deletion.not_waiting"]


def test_who_keeps_the_record_is_asked_about_the_next_deletion_only(simulator: Simulator) -> None:
    parting = a_parting(simulator, ours=ASK)
    contact = parting.contact()
    parting.delete(contact)
    transfer = parting.scene.transfer
    deletions.keep_there(transfer, list(deletions.waiting([transfer.pk])))
    parting.jo.update("Contact", parting.record(contact), {"Title": "x"})
    parting.settle()
    assert parting.question(contact) is None
    parting.restore(contact)
    parting.delete(contact)
    assert waits(parting, contact, "deleted_here")
    parting.restore(contact)
    assert parting.question(contact) is None
    assert parting.deletions_sent() == []


def test_asking_goes_before_the_tick_and_the_tick_deletes_at_once_otherwise(
    simulator: Simulator,
) -> None:
    parting = a_parting(simulator, ours=ASK, operations=tuple(Operation))
    contact = parting.contact()
    parting.delete(contact)
    assert len(parting.living()) == 1
    activate.change_settings(parting.scene.transfer, TransferSettings())
    parting.settle()
    assert parting.living() == []  # the question goes by the new rule


def test_a_rule_that_is_changed_touches_nothing_that_was_deleted_before(
    simulator: Simulator,
) -> None:
    parting = a_parting(simulator)
    here, there = parting.contact(), parting.contact("accents")
    parting.delete(here)
    parting.jo.delete("Contact", parting.record(there))
    parting.settle()
    rules = TransferSettings(our_deletion=ASK, their_deletion=ASK)
    activate.change_settings(parting.scene.transfer, rules)
    parting.jo.update("Contact", parting.record(here), {"Title": "x"})
    parting.settle()
    assert parting.question(here) is None
    assert parting.question(there) is None


def test_ticking_deleted_later_does_not_delete_what_an_edit_reminds_of(
    simulator: Simulator,
) -> None:
    """The record was deleted by the next look, long after the contact, which nobody had asked."""
    parting = a_parting(simulator)
    contact = parting.contact()
    parting.delete(contact)
    ticked = {parting.scene.transfer.pk: tuple(Operation)}
    activate.change_operations(parting.scene.integration, ticked)
    parting.jo.update("Contact", parting.record(contact), {"Title": "x"})
    parting.settle()
    assert (len(parting.living()), parting.deletions_sent()) == (1, [])


# Both ---------------------------------------------------------------------------------------


def test_undeleted_there_while_it_is_deleted_here_too_stays_there(simulator: Simulator) -> None:
    parting = a_parting(simulator, operations=tuple(Operation))
    contact = parting.contact()
    record = parting.record(contact)
    parting.jo.delete("Contact", record)
    parting.settle()
    parting.delete(contact)
    parting.jo.undelete("Contact", record)
    parting.settle()
    assert (is_deleted(contact), len(parting.living())) == (True, 1)
    assert parting.deletions_sent() == []
    parting.restore(contact)
    assert (parting.record(contact), parting.link(contact).state) == (record, "linked")


def test_a_contact_that_lost_its_record_gets_another_at_a_persons_word(
    simulator: Simulator,
) -> None:
    parting = a_parting(simulator, theirs=UNLINK)
    contact = parting.contact()
    with pytest.raises(BadInput):
        deletions.make_anew(parting.scene.transfer, contact.pk)
    parting.jo.delete("Contact", parting.record(contact))
    parting.settle()
    deletions.make_anew(parting.scene.transfer, contact.pk)
    parting.settle()
    assert parting.living() == [contact.values["email"]]
    assert parting.link(contact).state == LinkState.LINKED


def test_a_record_deleted_before_the_answer_to_its_creation_is_not_taken_for_alive(
    simulator: Simulator,
) -> None:
    """The hint named a record that nobody knew, and meant nothing; the link then said: linked."""
    parting = a_parting(simulator)
    simulator.faults.add("reset_after", path="sobjects/Contact", times=1)
    contact = parting.scene.contact()
    parting.scene.time_passes()
    parting.scene.deliver()
    assert parting.link(contact).state == LinkState.CREATING
    (record,) = parting.scene.records()
    parting.jo.delete("Contact", record["Id"])
    InboxItem.objects.create(transfer=parting.scene.transfer, remote_id=record["Id"])
    parting.take_in(parting.scene.transfer)
    assert InboxItem.objects.filter(remote_id=record["Id"], state="due").exists()
