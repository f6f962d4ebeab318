"""The list of what waits for a decision, and the answers given there."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from raccord.connectors.memory.organization import Fault
from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.records import Rule
from raccord.sync.models import InboxItem
from tests import cast
from tests.integration.sync.scene import Scene
from tests.integration.sync.to_decide import (
    both_change,
    company,
    company_there,
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
    contact = linked(scene)
    both_change(scene, contact)
    return contact


def home(scene: Scene) -> str:
    return f"/projects/{scene.project.slug}"


def address(scene: Scene, act: str = "") -> str:
    return f"{home(scene)}/decisions/{act}"


def shown(client: Client, scene: Scene, query: str = "") -> str:
    return client.get(address(scene) + query).text


def seen(text: str, item: OutboxItem, key: str = "company") -> str:
    """What the page's form for this contact carries for a field."""
    form = text[text.index(f'data-item="{item.pk}"') :]
    found = re.search(rf'name="seen-{key}" value="(\w+)"', form)
    assert found is not None
    return found[1]


def post(client: Client, scene: Scene, contact: Contact, **given: str) -> Any:
    """Send the contact's form as the page shows it now, with these controls filled."""
    item = scene.item(contact)
    about = {"item": str(item.pk), "seen-company": seen(shown(client, scene), item)}
    named = {name.replace("_", "-"): value for name, value in given.items()}
    return client.post(address(scene, "answer/"), {**about, **named}, follow=True)


def test_an_empty_list_says_what_would_stand_there(scene: Scene, signed_in: Client) -> None:
    assert "Nothing waits for a decision" in shown(signed_in, scene)


def test_both_values_stand_there_with_who_changed_them(
    scene: Scene, contact: Contact, signed_in: Client
) -> None:
    calls = scene.org.calls
    page = shown(signed_in, scene)
    assert scene.org.calls == calls + 1
    assert "Ours" in page and "Theirs" in page
    assert f"Changed by {cast.MARKETER}" in page or "Changed by Ana Marketer" in page
    assert "Record last changed by somebody there" in page


def test_the_ways_there(scene: Scene, contact: Contact, signed_in: Client) -> None:
    page = signed_in.get(f"{home(scene)}/contacts/{contact.pk}/").text
    assert f'href="{address(scene)}?contact={contact.pk}"' in page
    assert "1 field of this contact was changed on both sides" in page
    assert "nobody may decide for you: Company." in page
    status = signed_in.get(f"{home(scene)}/integrations/{scene.integration.pk}/").text
    assert f'href="{address(scene)}?transfer={scene.transfer.pk}"' in status
    figures = signed_in.get(f"{home(scene)}/home/figures/").text
    assert "1 decision waits for you" in figures
    assert " refused 1 contact" not in figures


@pytest.mark.parametrize(
    ("given", "both"),
    [
        ({"choice_company": "ours"}, "Ours"),
        ({"choice_company": "theirs"}, "Theirs"),
        ({"choice_company": "other", "value_company": "Third"}, "Third"),
        ({"value_company": "Typed", "initial_value_company": "Ours"}, "Typed"),
    ],
)
def test_a_choice_is_carried_out(
    scene: Scene, contact: Contact, signed_in: Client, given: dict[str, str], both: str
) -> None:
    answer = post(signed_in, scene, contact, **given)
    assert "1 field was decided." in answer.text
    scene.deliver()
    assert company(contact) == company_there(scene, contact) == both
    assert "Nothing waits for a decision" in shown(signed_in, scene)


@pytest.mark.parametrize("choice", ["", "both", "x" * 5000, "\0"])
def test_without_a_choice_nothing_happens(
    scene: Scene, contact: Contact, signed_in: Client, choice: str
) -> None:
    answer = post(signed_in, scene, contact, choice_company=choice)
    assert "Nothing was chosen" in answer.text
    assert scene.item(contact).state == "parked"


def test_what_moved_meanwhile_is_shown_anew(
    scene: Scene, contact: Contact, signed_in: Client
) -> None:
    item = scene.item(contact)
    was = seen(shown(signed_in, scene), item)
    scene.org.edit(remote_id(scene, contact), {"company": "Theirs again"})
    form = {"item": item.pk, "seen-company": was, "choice-company": "theirs"}
    answer = signed_in.post(address(scene, "answer/"), form)
    assert answer.status_code == 422
    assert "Something changed since you looked" in answer.text
    assert "Theirs again" in answer.text
    assert "checked" not in answer.text[answer.text.index('data-item="') :]
    assert company(contact) == "Ours"
    assert seen(answer.text, item) != was


def test_a_value_that_cannot_be_is_refused_beside_its_field_and_kept(
    scene: Scene, contact: Contact, signed_in: Client
) -> None:
    long = "x" * 6000
    answer = post(signed_in, scene, contact, choice_company="other", value_company=long)
    assert answer.status_code == 422
    assert long in answer.text
    assert 'id="wrong-' in answer.text
    assert company(contact) == "Ours"


def test_the_second_click_says_that_it_is_decided(
    scene: Scene, contact: Contact, signed_in: Client
) -> None:
    item = scene.item(contact)
    form = {
        "item": item.pk,
        "seen-company": seen(shown(signed_in, scene), item),
        "choice-company": "theirs",
    }
    signed_in.post(address(scene, "answer/"), form)
    answer = signed_in.post(
        address(scene, "answer/"), form | {"choice-company": "ours"}, follow=True
    )
    assert "decided already" in answer.text
    scene.deliver()
    assert company(contact) == "Theirs"


def test_always_makes_the_choice_the_rule(
    scene: Scene, contact: Contact, signed_in: Client
) -> None:
    answer = post(signed_in, scene, contact, choice_company="theirs", always_company="1")
    assert "From now on" in answer.text
    rules = dict(scene.transfer.mappings.values_list("field__key", "rule"))
    assert rules.pop("company") == Rule.THEIRS
    assert set(rules.values()) == {Rule.ASK}


def test_always_means_nothing_with_a_value_of_ones_own(
    scene: Scene, contact: Contact, signed_in: Client
) -> None:
    post(signed_in, scene, contact, choice_company="other", value_company="X", always_company="1")
    assert set(scene.transfer.mappings.values_list("rule", flat=True)) == {Rule.ASK}


def test_the_other_side_out_of_reach_is_said_and_nothing_is_lost(
    scene: Scene, contact: Contact, signed_in: Client
) -> None:
    form = {
        "item": scene.item(contact).pk,
        "seen-company": seen(shown(signed_in, scene), scene.item(contact)),
        "choice-company": "theirs",
    }
    scene.org.fail_next(Fault.UNREACHABLE)
    page = shown(signed_in, scene)
    assert "cannot be read at the moment" in page
    assert 'name="choice-company"' not in page
    scene.org.fail_next(Fault.UNREACHABLE)
    answer = signed_in.post(address(scene, "answer/"), form, follow=True)
    assert "Nothing was changed." in answer.text
    assert company(contact) == "Ours"
    assert scene.item(contact).state == "parked"


def test_a_record_that_has_gone_leaves_only_a_look(
    scene: Scene, contact: Contact, signed_in: Client
) -> None:
    scene.org.delete(remote_id(scene, contact))
    page = shown(signed_in, scene)
    assert 'name="choice-company"' not in page
    assert "nothing to compare any more" in page
    item = scene.item(contact)
    signed_in.post(address(scene, "again/"), {"item": item.pk})
    assert scene.item(contact).state == "due"


def test_a_yes_needs_grounds_which_are_kept_where_they_are_typed(
    scene: Scene, signed_in: Client
) -> None:
    contact = linked(scene, newsletter="yes")
    scene.org.edit(remote_id(scene, contact), {"opted_out": True})
    receive(scene)
    item = scene.item(contact)
    form = {
        "item": item.pk,
        "seen-newsletter": seen(shown(signed_in, scene), item, "newsletter"),
        "choice-newsletter": "other",
        "grounds-newsletter": " ",
    }
    answer = signed_in.post(address(scene, "answer/"), form)
    assert answer.status_code == 422
    assert "A “yes” needs grounds" in answer.text
    form["grounds-newsletter"] = "Paper form <of the fair>"
    signed_in.post(address(scene, "answer/"), form)
    scene.deliver()
    page = signed_in.get(f"{home(scene)}/contacts/{contact.pk}/").text
    assert "Reason given: Paper form &lt;of the fair&gt;" in page
    assert scene.org.people[remote_id(scene, contact)].values["opted_out"] is False


def several(scene: Scene) -> list[Contact]:
    """Three contacts whose company both sides changed."""
    contacts = [linked(scene)]
    contacts += [scene.contact(who) for who in ("accents", "apostrophe")]
    scene.deliver()
    receive(scene)
    for contact in contacts:
        both_change(scene, contact)
    receive(scene)
    return contacts


def test_one_choice_for_all_is_counted_first_and_leaves_out_what_moved(
    scene: Scene, signed_in: Client
) -> None:
    contacts = several(scene)
    page = shown(signed_in, scene)
    pairs = re.findall(r'name="pair" value="(\d+:\w+)"', page)
    assert len(pairs) == 3
    form = {"transfer": scene.transfer.pk, "field": "company", "choice": "theirs", "pair": pairs}
    asked = signed_in.post(address(scene, "answer-all/"), form)
    assert "of 3 contacts is replaced in Raccord" in asked.text
    assert company(contacts[0]) == "Ours"
    scene.org.edit(remote_id(scene, contacts[2]), {"company": "Moved"})
    done = signed_in.post(address(scene, "answer-all/"), form | {"confirmed": "1"}, follow=True)
    assert "2 fields were decided." in done.text
    assert "1 contact was left out" in done.text
    scene.deliver()
    assert [company(contact) for contact in contacts] == ["Theirs", "Theirs", "Ours"]


def test_hostile_forms_change_nothing(scene: Scene, contact: Contact, signed_in: Client) -> None:
    other = two_way()
    number = scene.item(contact).pk
    forms: list[tuple[str, dict[str, Any]]] = [
        ("answer/", {}),
        ("answer/", {"item": "x"}),
        ("answer/", {"item": "9" * 40}),
        ("answer/", {"item": str(2**63)}),
        ("answer/", {"item": "\0"}),
        ("answer/", {"item": number, "choice-company": "theirs", "seen-company": "\0"}),
        ("answer/", {"item": number, "choice-company": "theirs", "back": "page=%00&kind=x" * 90}),
        ("again/", {"item": "-1"}),
        ("answer-all/", {}),
        ("answer-all/", {"transfer": scene.transfer.pk, "field": "company", "choice": "other"}),
        ("answer-all/", {"transfer": scene.transfer.pk, "field": "\0", "choice": "ours"}),
        (
            "answer-all/",
            {
                "transfer": scene.transfer.pk,
                "field": "company",
                "choice": "theirs",
                "pair": ["x", "1", f"{number}:", ":", f"{number}:y"] * 100,
                "confirmed": "1",
            },
        ),
        ("record/", {}),
        ("record/", {"item": "9" * 19}),
        ("record/", {"item": "1", "contact": "\0"}),
    ]
    for act, form in forms:
        for place in (scene, other):
            answer = signed_in.post(address(place, act), form, follow=True)
            assert answer.status_code in (200, 422), (act, form)
    stolen = {
        "item": number,
        "seen-company": seen(shown(signed_in, scene), scene.item(contact)),
        "choice-company": "theirs",
    }
    signed_in.post(address(other, "answer/"), stolen)
    assert company(contact) == "Ours"
    assert scene.item(contact).state == "parked"


@pytest.mark.parametrize(
    "query",
    ["?kind=x", "?transfer=x&contact=%00", "?page=99999", "?page=x", "?transfer=9" + "9" * 30],
)
def test_an_address_that_makes_no_sense_shows_a_page(
    scene: Scene, contact: Contact, signed_in: Client, query: str
) -> None:
    assert signed_in.get(address(scene) + query).status_code == 200


def test_the_list_comes_in_pages_and_can_be_narrowed(scene: Scene, signed_in: Client) -> None:
    scene.activate()
    InboxItem.objects.bulk_create(
        InboxItem(transfer=scene.transfer, remote_id=f"gone-{number}", state="parked")
        for number in range(51)
    )
    first = shown(signed_in, scene)
    assert first.count("data-record=") == 50
    assert shown(signed_in, scene, "?page=2").count("data-record=") == 1
    assert "Nothing of this kind waits" in shown(signed_in, scene, "?kind=conflict")
    other = two_way()
    assert "Nothing of this kind" in shown(signed_in, scene, f"?transfer={other.transfer.pk}")


def test_it_answers_to_a_person_only(scene: Scene, client: Client) -> None:
    assert client.get(address(scene)).status_code == 302
    assert client.post(address(scene, "answer/")).status_code in (302, 403)
