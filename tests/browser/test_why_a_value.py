"""“Why this value?” in the browser: by keyboard, on a phone, and without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from raccord.engine.records import Rule
from tests.browser.conftest import OpenScreens
from tests.integration.sync.scene import Scene
from tests.integration.sync.to_decide import both_change, linked, two_way


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return two_way(rule=Rule.THEIRS)


def test_a_person_finds_out_why(open_screens: OpenScreens, scene: Scene) -> None:
    contact = linked(scene, company="First")
    both_change(scene, contact)
    place = f"/projects/{scene.project.slug}/contacts/{contact.pk}/"
    page = open_screens(width=375)
    page.goto(place)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    button = page.get_by_role("link", name="Why this value? Company")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Why this value? Company")
    expect(dialog).to_contain_text(f"The rule: {scene.connection.name} wins.")
    expect(dialog).to_contain_text("from “Ours” to “Theirs”")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()

    page.get_by_role("link", name="Filter (History)").click()
    page.get_by_label("Field", exact=True).select_option("Company")
    page.get_by_role("button", name="Show").click()
    history = page.get_by_role("region", name="History")
    expect(history.get_by_role("listitem").first).to_contain_text("Theirs")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375

    plain = open_screens(java_script_enabled=False)
    plain.goto(place)
    plain.get_by_role("link", name="Why this value? Company").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("Why this value? Company")
    plain.get_by_role("link", name="Close").click()
    expect(plain).to_have_url(f"{page.url.split('/projects')[0]}{place}")
