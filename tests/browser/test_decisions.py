"""Deciding in the browser what both sides changed, on a wide screen, on a phone, by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from raccord.contacts.models import Contact
from tests.browser.conftest import OpenScreens
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


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return two_way()


def test_a_person_decides_what_both_sides_changed(open_screens: OpenScreens, scene: Scene) -> None:
    contact = linked(scene)
    both_change(scene, contact)
    page = open_screens()
    page.goto(f"/projects/{scene.project.slug}/contacts/{contact.pk}/")
    page.get_by_role("alert").or_(page.locator(".alert")).get_by_role("link", name="Decide").click()
    field = page.get_by_role("group", name="Company")
    expect(field).to_contain_text("Ours")
    expect(field).to_contain_text("Theirs")

    # Somebody over there was faster: nothing is written, and both are shown anew.
    scene.org.edit(remote_id(scene, contact), {"company": "Theirs again"})
    field.get_by_label("Take what").check()
    page.get_by_role("button", name="Decide").click()
    expect(page.get_by_text("Something changed since you looked").first).to_be_visible()
    expect(field).to_contain_text("Theirs again")
    expect(field.get_by_label("Take what")).not_to_be_checked()

    # By keyboard: the first of the choices, the next one, send.
    field.get_by_label("Keep what").focus()
    page.keyboard.press("ArrowDown")
    expect(field.get_by_label("Take what")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.get_by_text("1 field was decided.")).to_be_visible()
    expect(page.get_by_text("Nothing of this kind waits")).to_be_visible()
    scene.deliver()
    assert company(contact) == company_there(scene, contact) == "Theirs again"


def test_one_choice_for_all_on_a_phone(open_screens: OpenScreens, scene: Scene) -> None:
    contacts = [linked(scene), scene.contact("accents")]
    scene.deliver()
    receive(scene)
    for contact in contacts:
        both_change(scene, contact)
    receive(scene)
    page = open_screens(width=375)
    page.goto(f"/projects/{scene.project.slug}/decisions/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="Raccord’s value for all 2").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("of 2 contacts")
    dialog.get_by_role("button", name="Decide for 2 contacts").click()
    expect(page.get_by_text("2 fields were decided.")).to_be_visible()
    scene.deliver()
    assert {company_there(scene, each) for each in Contact.objects.all()} == {"Ours"}
