"""Signing in and out as a person does it, in both languages."""

from playwright.sync_api import expect

from raccord.accounts import set_up_links
from raccord.accounts.models import User
from tests import cast
from tests.browser.conftest import OpenScreens


def test_sign_in_then_out(open_screens: OpenScreens, transactional_db: None) -> None:
    cast.a_project("Readers")
    page = open_screens(person=None)
    page.goto("/")
    page.get_by_label("E-mail").fill(cast.MARKETER)
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not belong together")
    page.get_by_label("Password", exact=True).fill(cast.PASSWORD)
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
    expect(page.get_by_role("status")).to_contain_text("Welcome to Raccord, Noor.")


def test_the_administrators_language_is_chosen_first_and_kept(
    open_screens: OpenScreens, transactional_db: None
) -> None:
    page = open_screens("en", person=None)
    page.goto(f"/set-up/{set_up_links.make()}")
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bienvenue dans Raccord")
    page.locator("#id_name").fill("Noor")
    page.locator("#id_email").fill("noor@example.org")
    page.locator("#id_password").fill("un secret assez long")
    page.locator("#id_password_again").fill("un secret assez long")
    page.get_by_role("button", name="Créer le compte").click()
    expect(page.locator("aside")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert User.objects.get(email="noor@example.org").language == "fr"


def test_a_used_link_says_how_to_go_on(open_screens: OpenScreens, transactional_db: None) -> None:
    page = open_screens(person=None)
    page.goto("/set-up/used-before")
    expect(page.get_by_text("raccord create-admin")).to_be_visible()
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_password_can_be_looked_at_while_it_is_typed(open_screens: OpenScreens) -> None:
    page = open_screens(person=None)
    page.goto("/sign-in/")
    password = page.get_by_label("Password", exact=True)
    password.fill("correct")
    show = page.get_by_role("button", name="Show the password")
    show.click()
    expect(password).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    show.press("Enter")
    expect(password).to_have_attribute("type", "password")


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
