"""A contact's page in the browser: sections, clashes, undo, restore, history; the home page."""

import re

import pytest
from playwright.sync_api import Page, expect

from raccord.connections.models import Connection
from raccord.contacts import changes, projects
from raccord.contacts.models import Contact, FieldGroup, Project
from raccord.engine.records import FieldType, Origin, OriginKind
from raccord.sync.models import DeliveryCount
from tests import cast
from tests.browser.conftest import OpenScreens
from tests.integration.sync.scene import a_scene

BY_ELSEWHERE = Origin(OriginKind.SYNC)


@pytest.fixture
def project(transactional_db: None) -> Project:
    return cast.a_project()


def page_of(contact: Contact) -> str:
    return f"/projects/cast/contacts/{contact.pk}/"


def test_sections_show_what_is_known_and_tuck_away_what_is_not(
    open_screens: OpenScreens, project: Project
) -> None:
    group = FieldGroup.objects.create(project=project, label="Where to find them")
    project.fields.filter(key__in=["city", "country"]).update(group=group)
    projects.add_field(project, key="size", type=FieldType.CHOICE, choices=["s", "l"])
    project.fields.filter(key="size").update(choice_labels={"l": {"": "Large", "fr": "Grand"}})
    contact = cast.a_contact(project, "accents", size="l")
    page = open_screens()
    page.goto(page_of(contact))
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoé Lefèvre-Núñez")
    place = page.get_by_role("region", name="Where to find them")
    expect(place).to_contain_text("Évry")
    expect(place.get_by_text("Country")).to_be_hidden()
    place.get_by_text("1 empty field").click()
    expect(place.get_by_text("Country")).to_be_visible()
    expect(page.get_by_role("region", name="Details")).to_contain_text("Large")

    page.get_by_role("link", name="Edit").click()
    expect(page.get_by_role("group", name="Where to find them").get_by_label("City")).to_have_value(
        "Évry"
    )
    french = open_screens("fr")
    french.goto(page_of(contact))
    expect(french.get_by_role("definition").filter(has_text="Grand")).to_be_visible()


def test_a_form_that_is_open_is_told_that_somebody_was_faster(
    open_screens: OpenScreens, project: Project
) -> None:
    contact = cast.a_contact(project, company="Old")
    page = open_screens()
    page.goto(f"{page_of(contact)}edit/")
    page.get_by_label("Company").fill("Mine")
    changes.edit(project, contact.pk, {"company": "Theirs"}, origin=BY_ELSEWHERE)
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(page.get_by_text("changed this contact while you were editing it")).to_be_visible()
    expect(page.get_by_label("Company")).to_have_value("Mine")
    page.get_by_role("button", name="Save").click()
    group = page.get_by_role("group", name="Company")
    expect(group).to_contain_text("Theirs")
    group.get_by_text("Mine").click()
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#history")).to_contain_text("from “Theirs” to “Mine”")


def test_an_edit_is_undone_and_the_undo_as_well(
    open_screens: OpenScreens, project: Project
) -> None:
    contact = cast.a_contact(project, city="Lyon")
    changes.edit(project, contact.pk, {"city": "Nice"}, origin=cast.BY_MARKETER)
    page = open_screens()
    page.goto(page_of(contact))
    entry = page.locator("#history li").first
    entry.get_by_role("link", name="Undo").click()
    dialog = page.get_by_role("dialog", name="Undo this change?")
    expect(dialog.get_by_role("group", name="City")).to_contain_text("Nice")
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(entry.get_by_role("link", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The change was undone.")).to_be_visible()
    expect(page.locator("#history li").first).to_contain_text("undid the change of")
    expect(page.locator("#history li").first).to_contain_text("from “Nice” to “Lyon”")
    page.locator("#history li").first.get_by_role("link", name="Undo").click()
    dialog.get_by_role("button", name="Undo").click()
    expect(page.locator("#history li").first).to_contain_text("from “Lyon” to “Nice”")
    contact.refresh_from_db()
    assert contact.values["city"] == "Nice"


def test_an_undo_asks_about_what_came_later(open_screens: OpenScreens, project: Project) -> None:
    contact = cast.a_contact(project, city="Lyon", company="Old")
    changes.edit(project, contact.pk, {"city": "Nice", "company": "New"}, origin=cast.BY_MARKETER)
    changes.edit(project, contact.pk, {"city": "Paris"}, origin=BY_ELSEWHERE)
    page = open_screens()
    page.goto(page_of(contact))
    page.locator("#history li[id^=entry]").nth(1).get_by_role("link", name="Undo").click()
    dialog = page.get_by_role("dialog")
    city = dialog.get_by_role("group", name="City")
    expect(city).to_contain_text("It was changed again since")
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog).to_be_visible()
    assert city.get_by_label("Paris").evaluate("control => control.validity.valueMissing")
    city.get_by_label("Lyon").check()
    changes.edit(project, contact.pk, {"city": "Metz"}, origin=BY_ELSEWHERE)
    dialog.get_by_role("button", name="Undo").click()
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing was changed yet")
    city.get_by_label("Metz").check()
    dialog.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The change was undone.")).to_be_visible()
    contact.refresh_from_db()
    assert (contact.values["city"], contact.values["company"]) == ("Metz", "Old")


def test_taking_a_no_back_has_to_be_confirmed(open_screens: OpenScreens, project: Project) -> None:
    contact = cast.a_contact(project, newsletter="yes")
    changes.edit(project, contact.pk, {"newsletter": "no"}, origin=cast.BY_MARKETER)
    page = open_screens(java_script_enabled=False)
    page.goto(page_of(contact))
    page.locator("#history li").first.get_by_role("link", name="Undo").click()
    box = page.get_by_role("checkbox", name="This person had said no")
    box.evaluate("control => control.removeAttribute('required')")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("alert")).to_contain_text("Nothing was changed yet")
    contact.refresh_from_db()
    assert contact.values["newsletter"] == "no"
    page.get_by_role("checkbox", name="This person had said no").check()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Jane Smith")
    contact.refresh_from_db()
    assert contact.values["newsletter"] == "yes"


def test_a_deleted_contact_is_restored_by_keyboard(
    open_screens: OpenScreens, project: Project
) -> None:
    contact = cast.a_contact(project)
    page = open_screens()
    page.goto(page_of(contact))
    page.get_by_role("link", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_text("This contact was deleted on")).to_be_visible()
    page.get_by_role("link", name="Restore").focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Restore this contact?")
    expect(dialog).to_contain_text("No connected system is told of it.")
    dialog.get_by_role("button", name="Restore").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The contact was restored.")).to_be_visible()
    expect(page.locator("#history li").first).to_contain_text("brought the contact back")
    expect(page.get_by_role("link", name="Edit")).to_be_visible()


def test_older_entries_follow_on_demand(open_screens: OpenScreens, project: Project) -> None:
    contact = cast.a_contact(project)
    for number in range(30):
        changes.edit(project, contact.pk, {"city": f"Town {number}"}, origin=cast.BY_MARKETER)
    page = open_screens()
    page.goto(page_of(contact))
    entries = page.locator("#history li[id^=entry]")
    expect(entries).to_have_count(25)
    page.get_by_role("link", name="Show older entries").click()
    expect(entries).to_have_count(31)
    expect(entries.nth(25)).to_be_focused()
    expect(page.get_by_role("link", name="Show older entries")).to_have_count(0)

    plain = open_screens(java_script_enabled=False)
    plain.goto(page_of(contact))
    plain.get_by_role("link", name="Show older entries").click()
    expect(plain.get_by_text("added the contact")).to_be_visible()
    plain.get_by_role("link", name="Jane Smith").click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Jane Smith")


def test_the_home_page_draws_its_charts_and_says_the_same_in_tables(
    open_screens: OpenScreens,
) -> None:
    scene = a_scene()
    scene.activate()
    scene.contact()
    scene.deliver()
    home = f"/projects/{scene.project.slug}/"
    page = open_screens()
    page.goto(home)
    charts = page.locator("#days .apexcharts-svg")
    expect(charts).to_have_count(2)
    bars = page.locator("#days .apexcharts-bar-area")
    assert bars.count() >= 28
    page.get_by_text("Show as a table").first.click()
    expect(page.get_by_role("table").locator("tbody tr").first).to_contain_text("1")
    page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    expect(page.locator("#days .apexcharts-canvas.apexcharts-theme-dark")).to_have_count(2)
    page.get_by_role("link", name=re.compile("In agreement")).click()
    expect(page).to_have_url(re.compile(r"f=(@|%40)sync(:|%3A)is(:|%3A)agreed"))
    expect(page.locator("#contacts tbody tr")).to_have_count(1)

    plain = open_screens(java_script_enabled=False)
    plain.goto(home)
    plain.get_by_role("link", name="Show the figures").click()
    expect(plain.get_by_role("table")).to_have_count(2)
    assert DeliveryCount.objects.get().delivered == 1
    assert Connection.objects.get().name in plain.content()


def test_the_steps_unfold_on_a_phone(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens(width=390)
    page.goto("/projects/cast/")
    steps = page.get_by_role("region", name="Getting started")
    expect(steps.locator("[aria-current=step]")).to_contain_text("Bring in your contacts")
    steps.get_by_text("It consists of 5 small steps").click()
    expect(steps.get_by_role("link", name="Third-party connection")).to_be_visible()
    _not_wider(page, 390)


def _not_wider(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
