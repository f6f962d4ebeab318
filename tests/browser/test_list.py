"""The list of contacts in the browser: search, filters, order, columns, views, selection."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from raccord.accounts.models import User
from raccord.contacts.lists import views
from raccord.contacts.lists.query import Condition, ListQuery, Operator
from raccord.contacts.models import BulkRun, Contact, Project, SavedView
from tests import cast
from tests.browser.conftest import OpenScreens

PLACE = "/projects/cast/contacts/"
CITIES = ("Paris", "Lyon", "Évry")


@pytest.fixture
def crowd(project: Project) -> list[Contact]:
    """60 people, 20 in each city: two pages of them."""
    return [
        cast.a_contact(
            project,
            email=f"p{number:02}@example.org",
            last_name=f"Crowd {number:02}",
            city=CITIES[number % 3],
        )
        for number in range(60)
    ]


def rows(page: Page) -> Locator:
    return page.locator("#contacts tbody tr")


def add_filter(page: Page, field: str, value: str) -> None:
    page.get_by_text("Add a filter").click()
    page.get_by_label("Field").select_option(label=field)
    page.get_by_label("Value").fill(value)
    page.keyboard.press("Enter")


def test_search_while_typing_and_turn_pages(
    open_screens: OpenScreens, crowd: list[Contact], project: Project
) -> None:
    cast.the_cast(project)
    page = open_screens()
    page.goto(PLACE)
    expect(page.locator("#count")).to_have_text("72 contacts")
    page.get_by_role("link", name="Next").click()
    expect(rows(page)).to_have_count(22)
    page.get_by_role("link", name="Previous").click()
    expect(rows(page)).to_have_count(50)
    search = page.get_by_label("Search the contacts")
    search.press_sequentially("lefevre")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("link", name="zoe.lefevre@example.org")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/contacts/\?q=lefevre$"))
    expect(search).to_be_focused()
    search.fill("nobody like this")
    expect(page.get_by_text("Nobody found")).to_be_visible()


def test_filters_combine_are_changed_and_removed_and_back_leads_back(
    open_screens: OpenScreens, crowd: list[Contact]
) -> None:
    page = open_screens()
    page.goto(PLACE)
    add_filter(page, "City", "Paris; Lyon")
    expect(page.locator("#count")).to_have_text("40 contacts")
    expect(page.locator("#add-filter")).to_be_focused()
    add_filter(page, "E-mail", "p00@example.org; p02@example.org")
    expect(rows(page)).to_have_count(1)
    page.get_by_label("Search the contacts").fill("crowd")
    expect(page).to_have_url(re.compile("q=crowd"))
    expect(page.locator(".chip")).to_have_count(2)

    page.get_by_text("City is Paris or Lyon", exact=True).click()
    expect(page.get_by_label("Value")).to_have_value("Paris;Lyon")
    page.get_by_label("Comparison").select_option("is_not")
    page.get_by_role("button", name="Change the filter").click()
    expect(page.get_by_text("City is not Paris or Lyon", exact=True)).to_be_visible()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("link", name="p02@example.org", exact=True)).to_be_visible()

    page.get_by_role("link", name="Remove the filter “City is not").click()
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_role("link", name="Remove the filter “E-mail")).to_be_focused()
    page.go_back()
    expect(rows(page)).to_have_count(1)
    page.get_by_text("Add a filter").click()
    expect(page.get_by_label("Field")).to_be_visible()


def test_a_filter_is_added_with_the_keyboard_alone(
    open_screens: OpenScreens, crowd: list[Contact]
) -> None:
    page = open_screens()
    page.goto(PLACE)
    page.locator("#add-filter").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Field")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Field")).to_be_focused()
    page.keyboard.type("City")
    page.keyboard.press("Tab")
    expect(page.locator("input[name=shown]")).to_have_value("city:lines")
    page.get_by_label("Comparison").focus()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Comparison")).to_have_value("is_not")
    page.get_by_label("Value").focus()
    page.keyboard.type("Paris")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("40 contacts")
    remove = page.get_by_role("link", name="Remove the filter")
    remove.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("60 contacts")
    expect(page.locator("#add-filter")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Field")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Field")).to_be_hidden()


def test_a_wrong_value_is_told_in_the_drop_down(
    open_screens: OpenScreens, project: Project
) -> None:
    cast.a_contact(project)
    page = open_screens()
    page.goto(PLACE)
    page.get_by_text("Add a filter").click()
    page.get_by_label("Field").select_option(label="Date of birth")
    page.get_by_label("Comparison").select_option(label="is in the last days")
    page.get_by_label("Days").fill("many")
    page.get_by_role("button", name="Add the filter").click()
    expect(page.get_by_text("Give a number of days")).to_be_visible()
    expect(page.get_by_label("Days")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Days").fill("30")
    page.get_by_role("button", name="Add the filter").click()
    expect(page.get_by_text("Nobody found")).to_be_visible()
    page.get_by_role("link", name="Without “Date of birth is in the last 30 days”").click()
    expect(rows(page)).to_have_count(1)


def test_headings_sort(open_screens: OpenScreens, crowd: list[Contact]) -> None:
    page = open_screens()
    page.goto(PLACE)
    heading = page.get_by_role("columnheader", name="Last name")
    heading.get_by_role("link").click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect(rows(page).first).to_contain_text("p00@example.org")
    expect(heading.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect(rows(page).first).to_contain_text("p59@example.org")


def test_columns_are_chosen_moved_and_dragged(
    open_screens: OpenScreens, crowd: list[Contact], marketer: User, project: Project
) -> None:
    page = open_screens()
    page.goto(PLACE)
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Salutation", exact=True).uncheck()
    page.get_by_label("City", exact=True).check()
    last_name = page.get_by_role("button", name="Move “Last name” up")
    last_name.focus()
    page.keyboard.press("Enter")
    expect(last_name).to_be_focused()
    choice = page.locator(".column-choice li")
    expect(choice.nth(1)).to_contain_text("Last name")
    handle = choice.filter(has_text="Changed").locator(".column-handle")
    handle.drag_to(choice.first)
    expect(choice.first).to_contain_text("Changed")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#contacts thead")).to_contain_text("City")
    kept = ("@changed", "email", "last_name", "first_name", "newsletter", "city")
    assert views.own_columns(project, marketer) == kept


def test_a_view_is_saved_changed_shared_and_deleted(
    open_screens: OpenScreens, crowd: list[Contact]
) -> None:
    page = open_screens()
    page.goto(f"{PLACE}?f=city:is:Paris")
    page.get_by_text("Save as a view").click()
    page.get_by_label("Name of the view").fill("Parisians")
    page.get_by_role("button", name="Save the view").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Parisians")
    expect(page.get_by_text("Save as a view")).to_be_hidden()
    view = SavedView.objects.get()

    add_filter(page, "Last name", "Crowd 03")
    page.get_by_role("button", name="Save the changes").click()
    expect(page.locator("#count")).to_have_text("1 contact")
    view.refresh_from_db()
    assert len(views.query_of(view).conditions) == 2

    page.locator("#views-menu").click()
    page.get_by_role("link", name="Rename or share this view").click()
    page.get_by_label("Show it to everybody").check()
    page.get_by_role("button", name="Save").click()
    other = open_screens(person=cast.a_marketer("bo@example.org"))
    other.goto(PLACE)
    other.locator("#views-menu").click()
    other.get_by_role("link", name="Parisians").click()
    expect(other.get_by_text("Shared by Ana Marketer")).to_be_visible()
    expect(other.get_by_role("button", name="Save the changes")).to_be_hidden()

    page.locator("#views-menu").click()
    page.get_by_role("link", name="Delete this view").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Everybody who uses this project loses it")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Contacts")
    assert not SavedView.objects.exists()


def test_a_selection_survives_pages_search_and_coming_back(
    open_screens: OpenScreens, crowd: list[Contact]
) -> None:
    page = open_screens()
    page.goto(f"{PLACE}?sort=last_name")
    bar = page.get_by_role("form", name="The selected contacts")
    expect(bar).to_be_hidden()
    page.get_by_label("Select p01@example.org").check()
    expect(bar).to_contain_text("1 contact selected")
    page.get_by_role("link", name="Next").click()
    expect(rows(page)).to_have_count(10)
    page.get_by_label("Select p55@example.org").check()
    expect(bar).to_contain_text("2 contacts selected (1 of them not on this page)")
    page.get_by_label("Search the contacts").fill("p01")
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_label("Select p01@example.org")).to_be_checked()
    page.get_by_role("link", name="p01@example.org").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Crowd 01")
    page.go_back()
    expect(bar).to_contain_text("2 contacts selected")
    bar.get_by_role("button", name="Edit fields").click()
    expect(page).to_have_url(re.compile("/bulk/"))
    run = BulkRun.objects.get()
    assert set(run.items.values_list("contact", flat=True)) == {crowd[1].pk, crowd[55].pk}
    page.goto(PLACE)
    expect(bar).to_be_hidden()


def test_the_whole_list_is_selected_across_pages(
    open_screens: OpenScreens, crowd: list[Contact], project: Project
) -> None:
    cast.a_contact(project, city="Nice")
    page = open_screens()
    page.goto(f"{PLACE}?f=city:is:Paris|Lyon|Évry")
    bar = page.get_by_role("form", name="The selected contacts")
    page.get_by_label("Select all contacts of this page").check()
    expect(bar).to_contain_text("50 contacts selected")
    bar.get_by_role("button", name="Select all 60 contacts of this list").click()
    expect(bar).to_contain_text("All 60 contacts of this list are selected")
    page.get_by_role("link", name="Next").click()
    expect(rows(page)).to_have_count(10)
    expect(page.locator("#contacts [data-select]:checked")).to_have_count(10)
    bar.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(re.compile("/bulk/"))
    assert BulkRun.objects.get().items.count() == 60


def test_selecting_the_whole_list_ends_with_another_list(
    open_screens: OpenScreens, crowd: list[Contact]
) -> None:
    page = open_screens()
    page.goto(PLACE)
    bar = page.get_by_role("form", name="The selected contacts")
    page.get_by_label("Select all contacts of this page").check()
    bar.get_by_role("button", name="Select all 60").click()
    rows(page).first.get_by_role("checkbox").uncheck()
    expect(bar).to_contain_text("49 contacts selected")
    page.get_by_label("Select all contacts of this page").check()
    bar.get_by_role("button", name="Select all 60").click()
    add_filter(page, "City", "Paris")
    expect(rows(page)).to_have_count(20)
    expect(bar).to_contain_text("50 contacts selected")
    bar.get_by_role("button", name="Clear the selection").click()
    expect(bar).to_be_hidden()


def test_all_of_it_works_without_javascript(
    open_screens: OpenScreens, crowd: list[Contact]
) -> None:
    page = open_screens(java_script_enabled=False)
    page.goto(PLACE)
    page.get_by_text("Add a filter").click()
    page.get_by_role("link", name="Choose a filter").click()
    page.get_by_label("Field").select_option(label="City")
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Value").fill("Paris")
    page.get_by_role("button", name="Add the filter").click()
    expect(rows(page)).to_have_count(20)
    page.get_by_role("link", name="Last name").click()
    expect(rows(page).first).to_contain_text("p00@example.org")
    page.get_by_text("Columns", exact=True).click()
    page.get_by_role("link", name="Choose the columns").click()
    page.get_by_label("City", exact=True).check()
    page.get_by_role("button", name="Move “City” up").click()
    page.get_by_role("button", name="Apply").first.click()
    expect(page.locator("#contacts thead")).to_contain_text("City")
    expect(rows(page)).to_have_count(20)
    page.get_by_label("Select p00@example.org").check()
    page.get_by_role("button", name="Edit fields").click()
    assert BulkRun.objects.get().items.count() == 1


def test_a_phone_shows_cards_and_a_drop_up(
    open_screens: OpenScreens, crowd: list[Contact], project: Project, marketer: User
) -> None:
    views.save(
        project,
        marketer,
        name="A view with quite a long name, as people give them",
        query=ListQuery(conditions=(Condition("city", Operator.IS, ("Paris", "L" * 100)),)),
        columns=["email", "city"],
    )
    page = open_screens(width=375)
    page.goto(f"{PLACE}?view={SavedView.objects.get().pk}")
    page.get_by_label("Select p00@example.org").check()
    page.get_by_text("Add a filter").click()
    page.get_by_label("Field").select_option(label="City")
    panel = page.get_by_role("button", name="Add the filter").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= 375
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.keyboard.press("Escape")
    for opener in (page.get_by_label("More", exact=True), page.locator("#sort-menu")):
        opener.click()
        menu = page.locator("details.menu[open] > .dropdown-menu").bounding_box()
        assert menu is not None
        assert menu["x"] >= 0
        assert menu["x"] + menu["width"] <= 375
    page.get_by_role("link", name="City", exact=True).click()
    expect(page).to_have_url(re.compile("sort=city"))
