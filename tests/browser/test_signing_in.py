"""Signing in and out as a person does it, in both languages."""

from playwright.sync_api import expect

from raccord.accounts import set_up_links
from tests import cast
from tests.browser.conftest import OpenScreens


def test_sign_in_then_out(open_screens: OpenScreens, transactional_db: None) -> None:
    cast.a_project("Readers")
    page = open_screens(person=None)
    page.goto("/")
    page.get_by_label("E-mail").fill(cast.MARKETER)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Password").fill(cast.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    page.locator("summary", has_text="Account of Ana Marketer").locator("visible=true").click()
    page.get_by_role("button", name="Sign out").locator("visible=true").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    page.goto("/projects/readers/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_first_administrator_gets_from_the_link_to_the_first_project(
    open_screens: OpenScreens, transactional_db: None
) -> None:
    page = open_screens(person=None)
    page.goto(f"/set-up/{set_up_links.make()}")
    page.get_by_role("textbox", name="Name").fill("Noor")
    page.get_by_label("E-mail").fill("noor@example.org")
    page.get_by_label("Password", exact=True).fill("a long enough secret")
    page.get_by_label("Password again").fill("a long enough secret")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Create a project")
    page.get_by_role("textbox", name="Name").fill("Spring campaign")
    page.get_by_role("button", name="Create the project").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Home")
    expect(page.get_by_text("1 of 7 steps done")).to_be_visible()
    page.get_by_role("link", name="Do this now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Import a file")


def test_the_language_follows_the_browser_until_it_is_chosen(open_screens: OpenScreens) -> None:
    page = open_screens("fr", person=None)
    page.goto("/sign-in/")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_the_look_is_chosen_and_kept(open_screens: OpenScreens) -> None:
    page = open_screens(color_scheme="dark")
    page.goto("/account/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.get_by_label("Look").select_option("light")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
