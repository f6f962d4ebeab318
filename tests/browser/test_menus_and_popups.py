"""Menus and pop-ups: without JavaScript, by keyboard, and with something in them unsaved."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Route, expect

from raccord.connections import editing
from raccord.connections.models import DataTransfer, FieldMapping
from raccord.contacts.models import Field, Project
from salesforce_simulator.server import Simulator
from tests.browser.conftest import OpenScreens
from tests.browser.five_steps import Walk
from tests.integration.connections.scene import a_transfer, an_application_grant

DIALOG = "dialog#dialog[open]"
QUESTION = "dialog#question[open]"


@pytest.fixture
def transfer(project: Project, simulator: Simulator) -> DataTransfer:
    return a_transfer(project, an_application_grant())


def _at_the_connection(page: Page, transfer: DataTransfer) -> Walk:
    project = transfer.connection.project
    page.goto(f"/projects/{project.slug}/connections/{transfer.connection_id}/")
    return Walk(page, project, "en")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_step_needs_no_javascript(
    open_screens: OpenScreens, project: Project, simulator: Simulator, width: int
) -> None:
    page = open_screens(width=width, java_script_enabled=False)
    walk = Walk(page, project, "en")
    page.goto(f"/projects/{project.slug}/")
    if width == 390:
        page.get_by_label("Menu", exact=True).click()
    page.locator("#configuration-menu").click()
    walk.link("Third-party connections list").click()
    walk.link("Add a third-party connection").click()
    # No grant yet: the form is left for the sign-in, and its name is typed afterwards.
    walk.link("See third-party service authorizations").click()
    walk.link("Create an authorization").click()
    walk.button("Authorize access").click()
    walk.button("Continue").click()
    walk.signs_in_over_there()
    page.get_by_label("Name").fill("Sales")
    walk.button("Save").click()
    page.locator("#data-transfer").get_by_role("link", name="Add", exact=True).click()
    page.locator("#id_object").select_option(label="Contact")
    walk.button("Add").click()
    walk.from_gear_menu("Contact", "Field mapping")
    page.locator("#new_field").select_option("last_name")
    walk.button("Show fitting fields").click()
    page.locator("#new_remote").select_option("LastName")
    walk.button("Add").click()
    expect(page.locator("[data-pair='last_name:LastName']")).to_be_visible()
    walk.button("Save").click()
    walk.from_gear_menu("Contact", "Activate")
    expect(walk.row("Contact").locator(".badge")).to_have_text("Active")
    page.locator("summary", has_text="Account of").locator("visible=true").click()
    expect(walk.link("My account").locator("visible=true")).to_be_visible()


def test_a_menu_works_by_keyboard_and_closes_like_a_menu(
    open_screens: OpenScreens, transfer: DataTransfer
) -> None:
    page = open_screens()
    walk = _at_the_connection(page, transfer)
    gear = walk.row("Contact").locator("summary")
    entry = walk.row("Contact").locator(".dropdown-item", has_text="Field mapping")
    gear.focus()
    page.keyboard.press("ArrowDown")
    expect(entry).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(walk.link("Settings")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(walk.row("Contact").get_by_role("button", name="Delete")).to_be_focused()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(gear).to_be_focused()
    gear.click()
    expect(entry).to_be_visible()
    page.get_by_role("heading", name="Data transfer").click()
    expect(entry).to_be_hidden()


def test_the_focus_returns_to_the_gear_that_opened_the_pop_up(
    open_screens: OpenScreens, transfer: DataTransfer
) -> None:
    page = open_screens()
    walk = _at_the_connection(page, transfer)
    walk.from_gear_menu("Contact", "Field mapping")
    expect(page.locator(DIALOG)).to_contain_text("Field mapping: Contact")
    page.keyboard.press("Escape")
    expect(page.locator(DIALOG)).to_have_count(0)
    expect(walk.row("Contact").locator("summary")).to_be_focused()


def test_unsaved_pairs_are_not_dropped_without_a_question(
    open_screens: OpenScreens, transfer: DataTransfer
) -> None:
    page = open_screens()
    walk = _at_the_connection(page, transfer)
    walk.from_gear_menu("Contact", "Field mapping")
    walk.maps("last_name", "LastName")
    expect(page.locator("#unsaved")).to_be_visible()
    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.keyboard.press("Escape"),
        lambda: walk.in_dialog("Close").click(),
        lambda: page.locator(DIALOG).get_by_role("link", name="Cancel").click(),
    ):
        leave()
        expect(page.locator(QUESTION)).to_contain_text("Discard the pairs you have not saved?")
        page.keyboard.press("Escape")
        expect(page.locator(QUESTION)).to_have_count(0)
        expect(page.locator("[data-pair='last_name:LastName']")).to_be_visible()
    page.keyboard.press("Escape")
    page.locator(QUESTION).get_by_role("button", name="Discard").click()
    expect(page.locator(DIALOG)).to_have_count(0)
    assert not FieldMapping.objects.exists()
    walk.from_gear_menu("Contact", "Field mapping")
    expect(page.locator(DIALOG)).to_contain_text("Field mapping: Contact")
    page.keyboard.press("Escape")  # nothing in it is unsaved now
    expect(page.locator(DIALOG)).to_have_count(0)


def test_the_rule_for_the_first_meeting_is_shown_and_can_be_changed(
    open_screens: OpenScreens, transfer: DataTransfer
) -> None:
    last_name = Field.objects.get(project=transfer.connection.project, key="last_name")
    FieldMapping.objects.create(transfer=transfer, field=last_name, remote_field="LastName")
    page = open_screens()
    walk = _at_the_connection(page, transfer)
    expect(walk.row("Contact")).to_contain_text("The value in Salesforce stays")
    walk.from_gear_menu("Contact", "Settings")
    page.get_by_label("Raccord's value replaces it").check()
    page.get_by_label("and let the others wait until they are").check()
    walk.in_dialog("Save").click()
    expect(walk.row("Contact")).to_contain_text("Raccord's value replaces it")
    expect(walk.row("Contact")).to_contain_text("Nobody is created there.")
    transfer.refresh_from_db()
    assert (transfer.first_link_rule, transfer.create_missing) == ("ours", False)


def test_a_server_that_is_away_is_told_once(
    open_screens: OpenScreens, transfer: DataTransfer
) -> None:
    integration = editing.create_integration(transfer.connection)
    page = open_screens()
    asked: list[str] = []
    page.goto(f"/projects/{transfer.connection.project.slug}/integrations/{integration.pk}/")

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route("**/status/*", refuse)
    toast = page.locator("#toasts .toast")
    expect(toast).to_contain_text("cannot be reached")
    toast.get_by_label("Close").click()
    expect(toast).to_have_count(0)
    before = len(asked)
    with page.expect_event("requestfailed"):
        pass
    assert len(asked) > before
    expect(toast).to_have_count(0)
