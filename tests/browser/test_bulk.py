"""Many contacts at once, in the browser: select, decide, read what will happen, confirm, follow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from raccord.contacts import bulk
from raccord.contacts.models import BulkRun, Contact, Project
from raccord.web.bulk import confirming
from tests import cast
from tests.browser.conftest import OpenScreens


def work() -> BulkRun:
    """What a worker does."""
    run = BulkRun.objects.latest("pk")
    while bulk.work(run.pk):
        pass
    return run


def select_everybody(page: Page) -> None:
    page.goto("/projects/cast/contacts/")
    page.locator("#select-page").check()


def test_edit_many_contacts_and_see_who_was_left_out(
    open_screens: OpenScreens, project: Project
) -> None:
    cast.the_cast(project)
    page = open_screens()
    select_everybody(page)
    page.get_by_role("button", name="Edit fields").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Edit 12 contacts")

    expect(page.get_by_label("City: new value")).to_be_hidden()
    page.get_by_label("City", exact=True).select_option("set")
    page.get_by_label("City: new value").fill("Lyon")
    expect(page.get_by_label("Grounds for the change")).to_be_hidden()
    page.get_by_label("Newsletter", exact=True).select_option("set")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Newsletter: new value")).to_be_focused()
    expect(page.get_by_label("Newsletter: new value")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("City: new value")).to_have_value("Lyon")
    page.get_by_label("Newsletter: new value").select_option("yes")
    page.get_by_label("Grounds for the change").fill("Paper forms of the fair")
    page.get_by_role("button", name="Continue").click()

    expect(page.get_by_role("region", name="What changes")).to_contain_text("City becomes “Lyon”")
    expect(page.get_by_text("1 contact has opted out and stays so.")).to_be_visible()
    expect(page.get_by_text("Nothing happens elsewhere")).to_be_visible()
    assert not Contact.objects.filter(values__city="Lyon").exists()
    page.get_by_role("button", name="Edit 12 contacts").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    work()
    expect(page.get_by_role("region", name="What was not changed")).to_contain_text(
        "leave.me@example.org"
    )
    assert Contact.objects.filter(values__city="Lyon").count() == 12
    page.get_by_role("link", name="Recent bulk changes").click()
    expect(page.get_by_role("link", name="Edit 12 contacts")).to_be_visible()


def test_delete_many_contacts_by_typing_their_number_on_a_phone(
    open_screens: OpenScreens, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirming, "TYPED_FROM", 10)
    cast.the_cast(project)
    page = open_screens(width=375)
    page.goto("/projects/cast/contacts/")
    for box in page.locator("[data-select]").all():
        box.check()
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Delete 12 contacts")
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="Delete 12 contacts").click()
    expect(page.get_by_label("Number of contacts to delete")).to_have_attribute(
        "aria-invalid", "true"
    )
    page.get_by_label("Number of contacts to delete").fill("12")
    page.get_by_label("Number of contacts to delete").press("Enter")
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    work()
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    page.get_by_role("link", name="See the contacts").click()
    expect(page.get_by_text("No contacts yet")).to_be_visible()


def test_stopping_half_way_says_how_far_it_came(
    open_screens: OpenScreens, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raccord.contacts.bulk.working.CHUNK", 5)
    cast.the_cast(project)
    page = open_screens()
    select_everybody(page)
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Delete 12 contacts").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    bulk.work(BulkRun.objects.get().pk, seconds=-1)
    page.get_by_role("button", name="Stop").click()
    page.get_by_role("dialog").get_by_role("button", name="Stop here").click()
    expect(page.get_by_text("Cancelled after 5 of 12 contacts were deleted.")).to_be_visible()
    assert Contact.objects.filter(deleted_at=None).count() == 7


def test_without_javascript_one_page_of_contacts_is_edited(
    open_screens: OpenScreens, project: Project
) -> None:
    cast.the_cast(project)
    page = open_screens(java_script_enabled=False)
    page.goto("/projects/cast/contacts/?q=smith")
    page.locator("[data-select]").check()
    page.get_by_role("button", name="Edit fields").click()
    page.get_by_label("Company", exact=True).select_option("set")
    page.get_by_label("Company: new value").fill("Meridian")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Edit 1 contact").click()
    work()
    page.reload()
    expect(page.get_by_text("Done", exact=True)).to_be_visible()
    assert Contact.objects.get(values__company="Meridian").key == "jane.smith@example.org"
