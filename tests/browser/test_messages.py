"""What a person is told: what succeeded, what failed, and that a form is sent once."""

from __future__ import annotations

from playwright.sync_api import Page, Route, expect

from raccord.accounts.models import User
from raccord.contacts.models import Project
from tests import cast
from tests.browser.conftest import OpenScreens


def _save(page: Page) -> None:
    page.goto("/account/")
    page.get_by_role("button", name="Save").click()


def test_success_is_said_in_a_toast_that_can_be_closed(open_screens: OpenScreens) -> None:
    page = open_screens()
    _save(page)
    toast = page.locator("#toasts").get_by_role("status")
    expect(toast).to_have_text("Saved.")
    expect(page.locator("#messages .alert")).to_have_count(0)
    toast.get_by_label("Close").click()
    expect(toast).to_have_count(0)


def test_a_toast_leaves_by_itself_but_not_while_it_is_being_read(open_screens: OpenScreens) -> None:
    page = open_screens()
    page.clock.install()
    _save(page)
    toast = page.locator("#toasts").get_by_role("status")
    expect(toast).to_have_text("Saved.")
    toast.get_by_label("Close").focus()
    page.clock.run_for(60_000)
    expect(toast).to_be_visible()
    page.get_by_label("Name").focus()
    page.clock.run_for(60_000)
    expect(toast).to_have_count(0)


def test_without_scripts_the_same_is_said_on_the_page(open_screens: OpenScreens) -> None:
    page = open_screens(java_script_enabled=False)
    _save(page)
    expect(page.locator("#messages").get_by_role("status")).to_contain_text("Saved.")


def test_a_failed_request_of_a_pop_up_is_told_inside_it_and_stays(
    open_screens: OpenScreens, project: Project
) -> None:
    contact = cast.a_contact(project)
    page = open_screens()
    page.goto(f"/projects/cast/contacts/{contact.pk}/")
    page.get_by_role("link", name="Delete").click()
    dialog = page.locator("dialog#dialog[open]")
    expect(dialog.get_by_role("button", name="Delete")).to_be_visible()
    page.route("**/delete/", lambda route: route.abort())
    dialog.get_by_role("button", name="Delete").click()
    toast = dialog.get_by_role("alert")
    expect(toast).to_contain_text("cannot be reached")
    toast.get_by_label("Close").click()
    expect(toast).to_have_count(0)
    page.unroute("**/delete/")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_have_count(0)
    contact.refresh_from_db()
    assert contact.deleted_at


def test_two_clicks_send_a_pop_up_once(
    open_screens: OpenScreens, project: Project, marketer: User
) -> None:
    contact = cast.a_contact(project)
    page = open_screens()
    page.goto(f"/projects/cast/contacts/{contact.pk}/")
    page.get_by_role("link", name="Delete").click()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/delete/", hold)
    button = page.locator("dialog#dialog[open]").get_by_role("button", name="Delete")
    with page.expect_request("**/delete/"):
        button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    button.focus()
    page.keyboard.press("Enter")
    button.dispatch_event("click")
    assert len(held) == 1
    held[0].continue_()
    expect(page.locator("dialog#dialog[open]")).to_have_count(0)
    assert len(held) == 1
