"""The five steps, walked in both languages: from nothing to a person in the organization."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import expect

from raccord.alerts.models import AlertRecipient
from raccord.connections.models import Authorization, Connection, FieldMapping
from raccord.contacts.models import Project
from salesforce_simulator.server import Simulator
from tests import cast
from tests.browser.conftest import OpenScreens
from tests.browser.five_steps import (
    FRENCH,
    FRENCH_IN_CONTEXT,
    Walk,
    do_the_work,
)


def test_from_nothing_to_a_person_in_the_organization(
    open_screens: OpenScreens, project: Project, simulator: Simulator, language: str
) -> None:
    cast.a_contact(project, "accents")
    walk = Walk(open_screens(language), project, language)
    page = walk.page

    # 1. Third-party connection, with a real grant, a data type and its mapping
    walk.opens_new_connection("Ventes")
    walk.goes_to_sign_in()
    walk.signs_in_over_there()
    expect(page.locator("#picked-authorization")).to_contain_text("admin@simulated.example")
    expect(page.get_by_label(walk.say("Name"))).to_have_value("Ventes")
    walk.button("Save").click()
    walk.adds_data_type("Contact")
    walk.from_gear_menu("Contact", "Field mapping")
    walk.maps("last_name", "LastName")
    walk.in_dialog("Propose").click()
    expect(page.locator("[data-pair='email:Email']")).to_be_visible()
    walk.in_dialog("Save").click()
    walk.from_gear_menu("Contact", "Activate")
    expect(walk.row("Contact").locator(".badge")).to_have_text(walk.say("Active"))

    # 2. Data integration
    page.locator("#configuration-menu").wait_for()
    page.get_by_role("navigation").get_by_role("link", name=walk.say("Data integrations")).click()
    walk.link("Create a data integration").click()
    walk.in_dialog("Create").click()

    # 3. Update types: unfold by a click on the name, tick, Save
    types = page.locator("#update-types")
    types.get_by_text("Contact", exact=True).click()
    for operation in ("Created", "Updated", "Consent changed", "Deleted"):
        types.get_by_text(walk.say(operation), exact=True).click()
    types.get_by_role("button", name=walk.say("Save")).click()

    # 4. E-mail alert: Add, choose an address, Add, Save
    alert = page.locator("#email-alert")
    alert.get_by_role("link", name=walk.say("Add"), exact=True).click()
    page.locator("#id_colleague").select_option(cast.MARKETER)
    walk.in_dialog("Add").click()
    expect(alert).to_contain_text(walk.say("not saved yet"))
    assert not AlertRecipient.objects.exists()
    alert.get_by_role("button", name=walk.say("Save")).click()
    expect(alert).not_to_contain_text(walk.say("not saved yet"))
    assert AlertRecipient.objects.get().email == cast.MARKETER

    # 5. Activate, after the pre-flight
    walk.link("Activate").click()
    expect(page.locator("[data-code='raccord.preflight.signed_in']")).to_be_visible()
    assert page.locator("[data-level=blocking]").count() == 0
    walk.in_dialog("Activate").click()
    expect(page.locator("#activation")).to_contain_text(walk.say("The integration is active."))

    do_the_work()
    expect(page.locator("[data-count=linked]")).to_have_text("1")  # by itself, without a reload
    (record,) = simulator.org.store("Contact").rows(deleted=False)
    assert record["LastName"] == "Lefèvre-Núñez"
    assert record["Email"] == "zoe.lefevre@example.org"


def test_the_terms_are_those_that_users_know() -> None:
    with translation.override("fr"):
        said = {english: gettext(english) for english in FRENCH}
        in_context = {key: pgettext(*key) for key in FRENCH_IN_CONTEXT}
    assert said == FRENCH
    assert in_context == FRENCH_IN_CONTEXT


def test_denied_consent_stores_nothing_and_says_what_to_do(
    open_screens: OpenScreens, project: Project, simulator: Simulator
) -> None:
    walk = Walk(open_screens(), project, "en")
    walk.opens_new_connection("Sales")
    walk.goes_to_sign_in()
    walk.signs_in_over_there(answer="deny")
    expect(walk.page.get_by_role("alert")).to_contain_text("Access was not granted.")
    expect(walk.page.get_by_text("Nothing was stored")).to_be_visible()
    authorization = Authorization.objects.get()
    assert authorization.state == "pending"
    assert not authorization.access_token_sealed
    walk.link("Back").click()
    expect(walk.page.get_by_label("Name")).to_have_value("Sales")  # nothing typed is lost
    walk.button("Save").click()
    expect(walk.page.locator("[data-field=authorization]")).to_contain_text(
        "Nobody has authorized access yet."
    )
    assert not Connection.objects.exists()


def test_a_field_that_does_not_fit_is_listed_with_the_reason(
    open_screens: OpenScreens, project: Project, simulator: Simulator
) -> None:
    walk = Walk(open_screens(), project, "en")
    walk.opens_new_connection("Sales")
    walk.goes_to_sign_in()
    walk.signs_in_over_there()
    walk.button("Save").click()
    walk.adds_data_type("Contact")
    walk.from_gear_menu("Contact", "Activate")
    expect(walk.page.get_by_role("alert").first).to_contain_text("No fields are mapped yet.")
    walk.from_gear_menu("Contact", "Field mapping")
    walk.page.locator("#new_field").select_option("newsletter")
    refused = walk.page.locator("#new_remote option[value=LastName]")
    expect(refused).to_be_disabled()
    expect(refused).to_contain_text("consent", ignore_case=True)
    walk.page.locator("#new_remote:enabled").select_option("HasOptedOutOfEmail")
    walk.in_dialog("Add").click()
    expect(walk.page.locator("[data-pair='newsletter:HasOptedOutOfEmail']")).to_be_visible()
    expect(walk.page.get_by_role("dialog").get_by_role("status")).to_contain_text("LastName")
    walk.in_dialog("Save").click()
    expect(walk.row("Contact")).to_contain_text("1 pair of fields mapped.")
    assert FieldMapping.objects.count() == 1
    walk.from_gear_menu("Contact", "Activate")
    expect(walk.page.get_by_role("alert").first).to_contain_text("Last Name")


def test_the_pages_fit_a_phone_and_need_no_mouse(
    open_screens: OpenScreens, project: Project, simulator: Simulator
) -> None:
    walk = Walk(open_screens(width=390), project, "en")
    page = walk.page
    page.goto(f"/projects/{project.slug}/connections/new/")
    page.get_by_label("Name").focus()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the help beside “Authorization”
    expect(page.get_by_text("Somebody's permission for Raccord")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_text("Somebody's permission for Raccord")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that opens the pop-up
    expect(page.locator("dialog#dialog[open]")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.keyboard.press("Escape")
    expect(page.locator("dialog#dialog[open]")).to_have_count(0)
    assert "See third-party" in page.evaluate("document.activeElement.textContent")
