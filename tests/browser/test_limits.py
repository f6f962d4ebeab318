"""The limits of an integration, in a pop-up out of a part of the page that renews itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenScreens
from tests.integration.sync.scene import Scene, a_scene


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()


def test_the_pop_up_opens_again_and_again_and_saves(
    open_screens: OpenScreens, scene: Scene
) -> None:
    page = open_screens()
    page.goto(f"/projects/{scene.project.slug}/integrations/{scene.integration.pk}/")
    dialog = page.locator("dialog#dialog[open]")
    for _ in range(2):
        page.get_by_role("link", name="Change the limits").press("Enter")
        expect(dialog.get_by_label("Refusals in a row")).to_have_value("1000")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    page.get_by_role("link", name="Change the limits").press("Enter")
    dialog.get_by_label("Refusals in a row").fill("0")
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(dialog).to_contain_text("from 1 to 100,000")
    dialog.get_by_label("Refusals in a row").fill("250")
    dialog.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("[data-count=failures]")).to_have_text("0 / 250")
