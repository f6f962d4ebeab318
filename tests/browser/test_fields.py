"""Shaping a project by hand: a new one, its fields dragged and moved, choices, another key."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from raccord.contacts import projects
from raccord.contacts.models import Project
from tests import cast
from tests.browser.conftest import OpenScreens


def keys(project: Project) -> list[str]:
    return [spec.key for spec in project.specs()]


def shown(page: Page) -> list[str]:
    """The keys of the fields, in the order of the page."""
    rows = page.locator("[data-field-key]")
    return [str(rows.nth(place).get_attribute("data-field-key")) for place in range(rows.count())]


def test_a_new_project_proposes_the_time_zone_of_the_browser(open_screens: OpenScreens) -> None:
    page = open_screens(timezone_id="America/Toronto")
    page.goto("/projects/new/")
    expect(page.get_by_label("Time zone")).to_have_value("America/Toronto")
    page.get_by_role("textbox", name="Name").fill("Salon 2027")
    page.get_by_label("French").check()
    page.get_by_role("radio", name="Events").check(force=True)
    page.get_by_text("Contacts are told apart by their e-mail address").locator(
        "visible=true"
    ).click()
    page.get_by_role("checkbox", name="Phone").check()
    page.get_by_role("button", name="Create the project").click()
    page.wait_for_url("**/projects/salon-2027/")
    project = Project.objects.get()
    assert project.time_zone == "America/Toronto"
    assert [spec.key for spec in project.key_specs()] == ["email", "phone"]


def test_fields_are_dragged_into_a_group_and_moved_by_the_keyboard(
    open_screens: OpenScreens, project: Project
) -> None:
    projects.add_group(project, label="Work")
    page = open_screens()
    page.goto("/projects/cast/configuration/")
    row = page.locator("[data-field-key=email]")
    handle = row.locator("[data-drag-field]")
    target = page.locator("[data-field-key=last_name]")
    with page.expect_response("**/configuration/order/"):
        handle.drag_to(target)
    expect(page.locator("[data-field-key]").first).to_have_attribute("data-field-key", "first_name")
    assert shown(page) == keys(project)
    with page.expect_response("**/configuration/order/"):
        page.locator("[data-field-key=notes] [data-drag-field]").drag_to(
            page.locator("[data-group] [data-fields]")
        )
    expect(page.locator("[data-group] [data-field-key=notes]")).to_be_visible()
    assert str(project.fields.get(key="notes").group) == "Work"

    up = page.get_by_role("button", name="Move Salutation up")
    up.focus()
    before = keys(project).index("salutation")
    page.keyboard.press("Enter")
    expect(page.locator("#order-status")).to_contain_text("Salutation: place")
    assert keys(project).index("salutation") == before - 1
    expect(up).to_be_focused()
    for place in reversed(range(before - 1)):
        page.keyboard.press("Enter")
        expect(page.locator("[data-field-key]").nth(place)).to_have_attribute(
            "data-field-key", "salutation"
        )
    expect(page.get_by_role("button", name="Move Salutation down")).to_be_focused()
    assert keys(project)[0] == "salutation"


def test_a_choice_is_made_of_rows(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens()
    page.goto("/projects/cast/configuration/")
    page.get_by_role("link", name="Add a field").click()
    expect(page.get_by_label("Name (English)")).to_be_focused()
    page.keyboard.type("Size")
    choices = page.get_by_role("group", name="Choices")
    expect(choices).to_be_hidden()
    page.get_by_label("Type").select_option("choice")
    expect(page.get_by_text("One out of a list that you make below.")).to_be_visible()
    codes = choices.get_by_label("Code")
    labels = choices.get_by_label("Label (French)")
    codes.nth(0).fill("S")
    codes.nth(1).fill("L")
    labels.nth(1).fill("Grand")
    choices.get_by_role("button", name="Move this choice up").nth(1).click()
    expect(codes.nth(0)).to_have_value("L")
    choices.get_by_role("button", name="Add rows").click()
    expect(codes).to_have_count(6)
    expect(codes.nth(3)).to_be_focused()
    codes.nth(3).evaluate(
        """cell => {
          const data = new DataTransfer();
          data.setData("text", "XL\\tHuge\\r\\nXXL\\r\\n");
          cell.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
        }"""
    )
    expect(codes.nth(4)).to_have_value("XXL")
    choices.get_by_role("button", name="Remove this choice").nth(1).click()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Project and fields")
    field = project.fields.get(key="size")
    assert field.choices == ["L", "XL", "XXL"]
    assert field.choice_labels == {"L": {"fr": "Grand"}, "XL": {"": "Huge"}}


def test_another_unique_key_is_looked_at_and_used(
    open_screens: OpenScreens, project: Project
) -> None:
    cast.a_contact(project, "plain", phone="1")
    cast.a_contact(project, "accents", phone="2")
    page = open_screens(width=375)
    page.goto("/projects/cast/configuration/")
    page.get_by_role("link", name="Change the unique key").click()
    page.get_by_label("E-mail").uncheck()
    page.get_by_label("City").check()
    page.get_by_role("button", name="See what this means").click()
    expect(page.get_by_role("heading", name="1 contact lacks a value")).to_be_visible()
    page.get_by_label("City").uncheck()
    page.get_by_label("Phone").check()
    page.get_by_role("button", name="See what this means").click()
    page.get_by_role("button", name="Use this key").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Project and fields")
    assert [spec.key for spec in project.key_specs()] == ["phone"]
