"""From the list to a file, in the browser."""

from __future__ import annotations

import io
from pathlib import Path

from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from raccord.contacts import exports
from raccord.contacts.models import ExportRun, Project
from tests import cast
from tests.browser.conftest import OpenScreens


def work() -> None:
    """What a worker does."""
    run = ExportRun.objects.latest("pk")
    while exports.work(run.pk):
        pass


def download(page: Page) -> Path:
    with page.expect_download() as file:
        page.get_by_role("link", name="Download").click()
    assert file.value.suggested_filename.startswith("Clients d’été")
    return file.value.path()


def test_a_filtered_list_becomes_a_csv_file_and_a_workbook(
    open_screens: OpenScreens, project: Project
) -> None:
    cast.the_cast(project)
    page = open_screens()
    page.goto("/projects/cast/contacts/?f=last_name:not_empty&columns=email,last_name")
    page.locator("#select-page").check()
    page.get_by_role("button", name="Export…").click()
    expect(page.get_by_role("heading", name="11 contacts")).to_be_visible()
    page.get_by_label("Name of the file").fill("")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_label("Name of the file")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Name of the file").fill("Clients d’été")
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    work()
    lines = download(page).read_text("utf-8-sig").splitlines()
    assert lines[0] == '"E-mail","Last name"'
    assert '"sum@example.org","\'=SUM(A1:A9)"' in lines
    assert len(lines) == 12

    page.go_back()
    page.get_by_label("Name of the file").fill("Clients d’été")
    page.get_by_label("Excel workbook").check()
    expect(page.get_by_label("Between two columns")).to_be_hidden()
    page.get_by_label("All fields").check()
    page.get_by_label("Raccord id").check()
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_text("You can leave this page")).to_be_visible()
    work()
    book = CalamineWorkbook.from_filelike(io.BytesIO(download(page).read_bytes()))
    rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == 12
    assert rows[0][-1] == "Raccord id"

    page.get_by_role("button", name="Delete the file").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete the file").click()
    expect(page.get_by_role("status").filter(has_text="The file was deleted.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="File deleted")).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text="Ready")).to_have_count(1)


def test_an_export_is_asked_for_on_a_phone(open_screens: OpenScreens, project: Project) -> None:
    cast.the_cast(project)
    page = open_screens(width=375)
    page.goto("/projects/cast/exports/")
    page.get_by_role("link", name="Export all contacts").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.get_by_role("button", name="Export", exact=True).click()
    work()
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
