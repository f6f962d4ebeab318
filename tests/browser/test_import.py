"""The import wizard in the browser: from a file to its contacts, by mouse, keyboard and phone."""

import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect
from xlsxwriter import Workbook

from raccord.contacts import imports
from raccord.contacts.models import Contact, ImportRun, Project, RunState
from tests import cast
from tests.browser.conftest import OpenScreens

CSV = (
    "Courriel;Last name;City;Shoe size\n"
    "zoe@example.org;Lefèvre;Évry;38\n"
    "jane.smith@example.org;Smythe;;41\n"
    "broken;Nobody;;\n"
)


def a_file(content: bytes, name: str = "people.csv") -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def a_workbook() -> bytes:
    content = io.BytesIO()
    with Workbook(content) as workbook:
        workbook.add_worksheet("Notes").write_row(0, 0, ["Made in spring"])
        sheet = workbook.add_worksheet("People")
        sheet.write_row(0, 0, ["E-mail", "Company"])
        sheet.write_row(1, 0, ["excel@example.org", "Sheets Ltd"])
    return content.getvalue()


def a_worker_passes() -> None:
    imports.work(ImportRun.objects.latest("pk").pk)


def next_step(page: Page, heading: str, *, button: str = "Next") -> None:
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)


def begin(page: Page, file: FilePayload) -> None:
    page.goto("/projects/cast/imports/")
    page.get_by_role("link", name="Import a file").first.click()
    page.get_by_label("CSV or Excel file").set_input_files(file)
    next_step(page, "How the file is read")


def walk_from_reading(page: Page) -> None:
    """Take what is proposed in every step, up to the preview."""
    next_step(page, "What the columns mean")
    next_step(page, "What the import may do")
    next_step(page, "What would happen", button="Check the file")
    a_worker_passes()


def test_a_file_from_its_choice_to_its_rejected_lines(
    open_screens: OpenScreens, project: Project
) -> None:
    cast.a_contact(project)
    page = open_screens()
    begin(page, a_file(CSV.encode("cp1252")))
    expect(page.get_by_label("Between two cells")).to_have_value("semicolon")
    expect(page.get_by_role("cell", name="Lefèvre")).to_be_visible()
    page.get_by_label("Between two cells").focus()
    page.get_by_label("Between two cells").select_option("comma")
    expect(page.get_by_role("cell", name="zoe@example.org;Lefèvre;Évry;38")).to_be_visible()
    expect(page.get_by_label("Between two cells")).to_be_focused()
    page.get_by_label("Between two cells").select_option("semicolon")
    expect(page.get_by_role("cell", name="Lefèvre", exact=True)).to_be_visible()

    next_step(page, "What the columns mean")
    email = page.get_by_label("Field for the column “Courriel”")
    expect(email).to_have_value("email")
    email.select_option("Do not import")
    expect(page.get_by_role("status")).to_contain_text("E-mail")
    email.select_option("email")
    expect(page.locator("#columns").get_by_role("status")).to_have_count(0)
    expect(page.get_by_label("Field for the column “Shoe size”")).to_have_value("")

    next_step(page, "What the import may do")
    expect(page.get_by_label("Never overwrite with blanks")).to_be_checked()
    next_step(page, "What would happen", button="Check the file")
    page.goto("/projects/cast/imports/")
    expect(page.get_by_text("Being checked")).to_be_visible()
    page.get_by_role("link", name="people.csv", exact=True).click()
    expect(page.get_by_text("The file is being checked")).to_be_visible()
    a_worker_passes()
    expect(page.get_by_text("The file has 3 lines")).to_be_visible()
    expect(page.locator("del")).to_contain_text("Smith")
    expect(page.get_by_text("Nothing is sent anywhere")).to_be_visible()

    page.get_by_role("button", name="Import 2 contacts").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    page.goto("/projects/cast/")
    page.get_by_role("link", name="people.csv is being imported").click()
    a_worker_passes()
    expect(page.get_by_text("Done, with rejected lines")).to_be_visible()
    expect(page.locator("#rejects tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    assert "broken" in download.value.path().read_text("utf-8-sig")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as Excel").click()
    assert download.value.path().read_bytes().startswith(b"PK")
    assert Contact.objects.get(key="zoe@example.org").values["city"] == "Évry"


def test_rejected_lines_are_corrected_and_imported_again(
    open_screens: OpenScreens, project: Project
) -> None:
    page = open_screens()
    begin(page, a_file(b"email,last_name\nok@example.org,Fine\nbroken,Late\n"))
    walk_from_reading(page)
    page.get_by_role("button", name="Import 1 contact").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    a_worker_passes()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download as CSV").click()
    rejected = download.value.path().read_text("utf-8-sig")
    page.get_by_role("link", name="Import the corrected file").click()
    corrected = rejected.replace("broken", "late@example.org")
    page.get_by_label("CSV or Excel file").set_input_files(a_file(corrected.encode(), "again.csv"))
    next_step(page, "How the file is read")
    walk_from_reading(page)
    page.get_by_role("button", name="Import 1 contact").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    a_worker_passes()
    expect(page.get_by_text("Every line of the file was taken.")).to_be_visible()
    assert Contact.objects.get(key="late@example.org").values["last_name"] == "Late"


def test_a_file_that_is_too_big_is_told_before_it_is_sent(
    open_screens: OpenScreens, project: Project
) -> None:
    page = open_screens()
    page.goto("/projects/cast/imports/new/")
    file = page.get_by_label("CSV or Excel file")
    file.evaluate("input => { input.dataset.maxBytes = 4; }")
    file.set_input_files(a_file(b"email\n"))
    page.get_by_role("button", name="Next").click()
    assert "larger than" in file.evaluate("input => input.validationMessage")
    assert not ImportRun.objects.exists()


def test_a_workbook_dropped_on_the_page(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens()
    page.goto("/projects/cast/imports/new/")
    dropped = page.evaluate_handle(
        """bytes => {
            const transfer = new DataTransfer();
            transfer.items.add(new File([new Uint8Array(bytes)], "people.xlsx"));
            return transfer;
        }""",
        list(a_workbook()),
    )
    page.dispatch_event("[data-drop]", "drop", {"dataTransfer": dropped})
    next_step(page, "How the file is read")
    page.get_by_label("Sheet").select_option("Notes")
    expect(page.get_by_role("columnheader", name="Made in spring")).to_be_visible()
    page.get_by_label("Sheet").select_option("People")
    expect(page.get_by_role("cell", name="Sheets Ltd")).to_be_visible()
    next_step(page, "What the columns mean")
    next_step(page, "What the import may do")
    page.get_by_role("radio", name="Only add new contacts").check(force=True)
    next_step(page, "What would happen", button="Check the file")
    a_worker_passes()
    page.get_by_role("button", name="Import 1 contact").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    a_worker_passes()
    expect(page.get_by_text("Every line of the file was taken.")).to_be_visible()
    assert Contact.objects.get().values["company"] == "Sheets Ltd"


def test_the_wizard_with_the_keyboard_alone(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens()
    begin(page, a_file(b"email,City\nkeys@example.org,Rome\n"))
    _press(page, "Next")
    expect(page.get_by_role("heading", level=1)).to_have_text("What the columns mean")
    _tab_until(page, lambda: _label(page) == "Field for the column “City”")
    page.keyboard.press("Home")
    expect(page.get_by_label("Field for the column “City”")).to_have_value("")
    page.keyboard.type("Comp")
    expect(page.get_by_label("Field for the column “City”")).to_have_value("company")
    _press(page, "Next")
    expect(page.get_by_role("heading", level=1)).to_have_text("What the import may do")
    _tab_until(page, lambda: page.evaluate("document.activeElement.name") == "mode")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Only add new contacts")).to_be_checked()
    _press(page, "Check the file")
    expect(page.get_by_text("The file is being checked")).to_be_visible()
    a_worker_passes()
    expect(page.get_by_role("button", name="Import 1 contact")).to_be_visible()
    _press(page, "Import 1 contact")
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    a_worker_passes()
    expect(page.get_by_text("Every line of the file was taken.")).to_be_visible()
    assert Contact.objects.get().values["company"] == "Rome"


def test_back_reload_and_another_tab(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens()
    begin(page, a_file(b"email,City\nback@example.org,Rome\n"))
    next_step(page, "What the columns mean")
    page.get_by_label("Field for the column “City”").select_option("Company")
    expect(page.get_by_label("Field for the column “City”")).to_have_value("company")
    next_step(page, "What the import may do")
    page.go_back()
    expect(page.get_by_label("Field for the column “City”")).to_have_value("company")
    page.reload()
    expect(page.get_by_label("Field for the column “City”")).to_have_value("company")
    next_step(page, "What the import may do")
    next_step(page, "What would happen", button="Check the file")
    a_worker_passes()
    expect(page.get_by_role("button", name="Import 1 contact")).to_be_visible()

    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Import 1 contact").click()
    expect(other.get_by_text("You can leave this page")).to_be_visible()
    page.get_by_role("button", name="Import 1 contact").click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    a_worker_passes()
    assert ImportRun.objects.get().created == 1


def test_a_draft_is_discarded_from_the_list(open_screens: OpenScreens, project: Project) -> None:
    page = open_screens()
    begin(page, a_file(b"email\na@example.org\n"))
    page.goto("/projects/cast/imports/")
    page.get_by_role("link", name="Discard people.csv").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("No contact is changed.")
    dialog.get_by_role("button", name="Discard").click()
    expect(page.locator("#imports").get_by_text("Stopped")).to_be_visible()
    assert ImportRun.objects.get().state == RunState.CANCELLED


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_step_scrolls_sideways_on_a_phone(
    open_screens: OpenScreens, project: Project, language: str
) -> None:
    heading = ",".join(f"A rather long name of column {number}" for number in range(8))
    content = f"email,{heading}\nlong@example.org,{','.join(['x' * 90] * 8)}\nbroken{',' * 8}\n"
    page = open_screens(language, width=375)
    page.goto("/projects/cast/imports/new/")
    _fits(page)
    page.locator("input[type=file]").set_input_files(a_file(content.encode(), f"{'x' * 90}.csv"))
    for _ in range(3):
        at = page.url
        page.locator("main form .btn-primary").click()
        page.wait_for_url(lambda url, at=at: url != at)  # type: ignore[misc]
        _fits(page)
    page.locator("main form .btn-primary").click()
    page.wait_for_url(re.compile("/preview/"))
    _fits(page)
    a_worker_passes()
    page.locator("main form .btn-primary").click()
    page.wait_for_url(re.compile(r"/imports/\d+/$"))
    a_worker_passes()
    expect(page.locator("#rejects")).to_be_visible()
    _fits(page)
    page.goto("/projects/cast/imports/")
    _fits(page)


def _fits(page: Page) -> None:
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 375, f"{page.url} is {width} pixels wide"


def _press(page: Page, name: str) -> None:
    """Go to a button by the tab key and press it."""
    button = page.get_by_role("button", name=name, exact=True)
    _tab_until(page, lambda: bool(button.evaluate("it => it === document.activeElement")))
    page.keyboard.press("Enter")


def _tab_until(page: Page, arrived: Callable[[], bool]) -> None:
    for _ in range(80):
        page.keyboard.press("Tab")
        if arrived():
            return
    pytest.fail("it cannot be reached by the tab key")


def _label(page: Page) -> str:
    return str(page.evaluate("document.activeElement.labels?.[0]?.textContent.trim() ?? ''"))
