"""From a saved contact to a record over there: what is sent, how often, and at what price."""

from __future__ import annotations

from raccord.contacts import changes
from raccord.contacts.models import OutboxState
from raccord.sync.models import LinkState
from tests import cast
from tests.integration.sync.scene import Scene


def test_new_contact_is_created_with_our_identity_and_linked(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact("accents")
    assert scene.deliver() == 1
    person = scene.person("zoe.lefevre@example.org")
    assert person.values["first_name"] == "Zoé"
    assert person.values["raccord_id"] == str(contact.uid)
    link = scene.link(contact)
    assert (link.state, link.remote_id, link.in_flight) == (LinkState.LINKED, person.id, None)
    assert link.answer["status"] == "created"
    assert scene.items() == 0


def test_update_sends_only_the_changed_field(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    person = scene.person("jane.smith@example.org")
    scene.org.edit(person.id, {"company": "Typed over there"})
    scene.edit(contact, first_name="Janet")
    scene.deliver()
    assert person.values["first_name"] == "Janet"
    assert person.values["company"] == "Typed over there"
    assert scene.items() == 0


def test_contact_that_both_sides_hold_alike_costs_no_write_call(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    scene.edit(contact, first_name="Janet")
    scene.edit(contact, first_name="Jane")
    before, stamp = scene.org.calls, scene.person("jane.smith@example.org").modified_at
    assert scene.deliver() == 1
    assert scene.org.calls - before == 1  # the look
    assert scene.person("jane.smith@example.org").modified_at == stamp
    assert scene.items() == 0


def test_person_who_is_there_already_is_linked_and_not_doubled(scene: Scene) -> None:
    there, _ = scene.org.create({"email": "JANE.SMITH@example.org", "last_name": "Smith"}, by="x")
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    assert [person.id for person in scene.people()] == [there]
    assert scene.link(contact).remote_id == there
    assert scene.people()[0].values["first_name"] == "Jane"


def test_two_records_with_the_address_are_refused_and_shown(scene: Scene) -> None:
    for name in ("Smith", "Smythe"):
        scene.org.create({"email": "jane.smith@example.org", "last_name": name}, by="x")
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    item = scene.item(contact)
    assert (item.state, item.reason) == (OutboxState.PARKED, "raccord.plan.match_ambiguous")
    assert len(scene.people()) == 2


def test_deleted_contact_is_deleted_there(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    scene.deliver()
    assert scene.people() == []
    assert scene.link(contact).state == LinkState.ENDED
    assert scene.items() == 0


def test_contact_that_comes_back_after_its_deletion_gets_a_record_again(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    scene.deliver()
    again = scene.contact()
    assert again.pk == contact.pk
    scene.deliver()
    assert len(scene.people()) == 1
    assert scene.link(contact).remote_id == scene.people()[0].id
    assert scene.link(contact).state == LinkState.LINKED


def test_contact_deleted_before_it_was_sent_is_never_sent(scene: Scene) -> None:
    scene.activate()
    scene.deliver()  # has the schema described
    contact = scene.contact()
    changes.delete(scene.project, [contact.pk], origin=cast.BY_MARKETER)
    before = scene.org.calls
    scene.deliver()
    assert scene.org.people == {}
    assert scene.org.calls == before
    assert scene.items() == 0


def test_the_whole_cast_arrives_or_says_why(scene: Scene) -> None:
    scene.activate()
    contacts = cast.the_cast(scene.project)
    scene.deliver()
    refused = {"no_last_name", "long_name"}
    for who, contact in contacts.items():
        if who in refused:
            assert scene.item(contact).state == OutboxState.PARKED, who
        else:
            assert scene.link(contact).state == LinkState.LINKED, who
    assert scene.items() == len(refused)
    assert scene.person("leave.me@example.org").values["opted_out"] is True


def test_contacts_that_were_there_before_are_brought_by_the_activation(scene: Scene) -> None:
    contact = scene.contact()
    assert scene.items() == 0
    scene.activate()
    scene.deliver()
    assert scene.link(contact).state == LinkState.LINKED


def test_switching_off_and_on_sends_nothing_twice(scene: Scene) -> None:
    from raccord.sync import activate

    scene.activate()
    contact = scene.contact()
    scene.deliver()
    activate.deactivate(scene.integration)
    scene.edit(contact, first_name="Janet")
    assert scene.items() == 0  # switched off by a person: nothing is collected
    assert scene.deliver() == 0
    scene.activate()
    before = scene.org.calls
    scene.deliver()
    assert scene.person("jane.smith@example.org").values["first_name"] == "Janet"
    assert scene.org.calls - before == 2  # one look, one write
