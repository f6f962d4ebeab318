"""Contacts in the browser: add, search, edit, clash, delete; keyboard and phone."""

import pytest
from playwright.sync_api import Page, expect

from raccord.contacts import changes, projects
from raccord.contacts.models import ChangeLogEntry, Contact, Project
from tests import cast
from tests.browser.conftest import OpenScreens


@pytest.fixture
def project(transactional_db: None) -> Project:
    return cast.a_project()


def test_add_edit_and_delete_a_contact(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens()
    page.goto("/projects/cast/contacts/")
    expect(page.get_by_text("No contacts yet")).to_be_visible()
    page.get_by_role("link", name="Add a contact").click()
    page.get_by_label("E-mail").fill("not an address")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("E-mail")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("E-mail").fill("zoe@example.org")
    page.get_by_label("Last name").fill("Lefèvre")
    page.get_by_label("Newsletter").select_option("yes")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lefèvre")
    expect(page.get_by_text("Entered by Ana Marketer on")).to_be_visible()

    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Last name").fill("Martin")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("The contact was saved.")
    history = page.locator("#history")
    expect(history).to_contain_text("Lefèvre")
    expect(history).to_contain_text("Martin")

    page.get_by_role("link", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("nothing happens elsewhere")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.get_by_role("link", name="Delete")).to_be_focused()
    page.get_by_role("link", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This contact was deleted on")).to_be_visible()
    page.get_by_role("link", name="Contacts").first.click()
    expect(page.get_by_text("No contacts yet")).to_be_visible()


def test_two_people_edit_the_same_field(open_screens: OpenScreens, project: Project) -> None:
    contact = cast.a_contact(project, company="Old")
    page = open_screens()
    page.goto(f"/projects/cast/contacts/{contact.pk}/edit/")
    page.get_by_label("Company").fill("Mine")
    page.get_by_label("Title").fill("Dr")
    changes.edit(project, contact.pk, {"company": "Theirs"}, origin=cast.BY_MARKETER)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else changed this too")
    group = page.get_by_role("group", name="Company")
    expect(group).to_contain_text("Theirs")
    group.get_by_text("Mine").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jane Smith")
    contact.refresh_from_db()
    assert (contact.values["company"], contact.values["title"]) == ("Mine", "Dr")


def test_saving_a_form_as_it_was_opened_changes_nobody(
    open_screens: OpenScreens, project: Project
) -> None:
    """Browsers trim, join and rewrite what some controls show; none of it may be saved."""
    odd = {
        "email": "zoë@exämple.org",
        "first_name": "two\nlines",
        "company": "tab\tand  spaces",
        "street": "\n first line empty",
        "phone": "+33 1\u00a023",
        "birthdate": "0999-01-02",
    }
    contacts = [*cast.the_cast(project).values(), cast.a_contact(project, **odd)]
    written = ChangeLogEntry.objects.filter(contact__in=contacts).count()
    page = open_screens()
    for contact in contacts:
        page.goto(f"/projects/cast/contacts/{contact.pk}/edit/")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("status")).to_have_text("Nothing was changed.")
    assert ChangeLogEntry.objects.filter(contact__in=contacts).count() == written


def test_everything_saves_without_javascript(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens(java_script_enabled=False)
    page.goto("/projects/cast/contacts/new/")
    page.get_by_label("E-mail").fill("plain@example.org")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("plain@example.org")
    page.goto("/projects/cast/contacts/?q=plain")
    expect(page.locator("#contacts tbody tr")).to_have_count(1)
    page.goto("/projects/cast/configuration/")
    page.get_by_role("link", name="Add a group").click()
    page.get_by_label("Name (English)").fill("Work")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Work")).to_be_visible()


def test_going_back_shows_the_whole_page_again(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens()
    with page.expect_response(lambda answer: answer.request.headers.get("hx-request") == "true"):
        page.goto("/projects/cast/")
    page.get_by_role("link", name="Imports").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imports")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")


def test_a_contact_is_added_with_the_keyboard_alone(
    open_screens: OpenScreens, project: Project
) -> None:
    page = open_screens()
    page.goto("/projects/cast/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    _tab_to(page, "Contacts")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Contacts")
    _tab_to(page, "Add a contact")
    page.keyboard.press("Enter")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type("keys@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("Kay")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kay")
    assert Contact.objects.get().values["first_name"] == "Kay"


def test_a_pop_up_keeps_the_focus_and_shows_what_is_wrong(
    open_screens: OpenScreens, project: Project
) -> None:
    page = open_screens()
    page.goto("/projects/cast/configuration/")
    page.get_by_role("link", name="Add a group").click()
    dialog = page.get_by_role("dialog", name="Add a group")
    expect(dialog.get_by_label("Name (English)")).to_be_focused()
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement === document.body"
            " || document.getElementById('dialog').contains(document.activeElement)"
        )
    projects.add_group(project, label="Work")
    dialog.get_by_label("Name (English)").fill("work")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog.get_by_label("Name (English)")).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_label("Name (English)")).to_be_focused()
    dialog.get_by_label("Name (English)").fill("Home")
    dialog.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Home")).to_be_visible()
    assert [str(group) for group in project.groups.all()] == ["Work", "Home"]


def test_a_request_that_cannot_be_sent_is_told(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens()
    page.goto("/projects/cast/configuration/")
    page.route("**/configuration/edit/", lambda route: route.abort())
    page.get_by_role("link", name="Change").last.click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_screen_scrolls_sideways_on_a_phone(
    open_screens: OpenScreens, project: Project, language: str
) -> None:
    contact = cast.the_cast(project)["long_name"]
    page = open_screens(language, width=390)
    for address in (
        "/projects/cast/",
        "/projects/cast/contacts/",
        f"/projects/cast/contacts/{contact.pk}/",
        f"/projects/cast/contacts/{contact.pk}/edit/",
        f"/projects/cast/contacts/{contact.pk}/delete/",
        "/projects/cast/configuration/",
        "/projects/cast/imports/",
        "/projects/cast/imports/new/",
        "/projects/new/",
        "/account/",
        "/account/password/",
    ):
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, f"{address} is {width} pixels wide"


def test_the_menu_unfolds_on_a_phone(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens(width=390)
    page.goto("/projects/cast/")
    expect(page.get_by_role("link", name="Contacts", exact=True)).to_be_hidden()
    page.get_by_label("Menu", exact=True).click()
    page.locator("#configuration-menu").click()
    page.get_by_role("link", name="Project and fields").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Project and fields")


def _tab_to(page: Page, name: str) -> None:
    """Press Tab until the link of that name has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"Tab never reached {name}")
