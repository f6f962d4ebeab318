"""The plug-in is installed and removed by keyboard alone, and the page tells how far it is."""

from __future__ import annotations

import pytest
from django.db.models.functions import Now
from playwright.sync_api import Page, expect

from raccord.connections.models import DataTransfer
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from raccord.contacts.models import Project
from salesforce_simulator.server import Simulator
from tests.browser.conftest import OpenScreens
from tests.browser.five_steps import do_the_work
from tests.integration.connections.plug_in_runs import turn
from tests.integration.connections.scene import an_active_transfer, an_application_grant
from tests.waiting import wait_until


@pytest.fixture
def transfer(project: Project, simulator: Simulator) -> DataTransfer:
    return an_active_transfer(project, an_application_grant())


def test_installed_watched_and_removed_without_a_mouse(
    open_screens: OpenScreens, transfer: DataTransfer, simulator: Simulator
) -> None:
    page = open_screens()
    connection = transfer.connection
    page.goto(f"/projects/{connection.project.slug}/connections/{connection.pk}/plug-in/")
    page.get_by_role("button", name="Install the plug-in in my org").press("Enter")
    expect(page.get_by_role("heading", name="The plug-in is being installed")).to_be_visible()
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    carried_on(page)
    expect(page.get_by_role("heading", name="Last installation")).to_be_visible()
    expect(page.get_by_text("8 steps, all done")).to_be_visible()

    # The page asks for the plug-in's health by itself, until a worker has found it out.
    InstalledPlugIn.objects.update(health={}, health_at=None, due_at=Now())
    page.reload()
    health = page.locator("#plug-in-health")
    expect(health).to_contain_text("The plug-in is being asked")
    do_the_work()
    expect(health).to_contain_text("At work")
    health.get_by_role("button", name="Send a test").press("Enter")
    expect(page.get_by_text("The test message arrived.")).to_be_visible()

    page.get_by_role("link", name="Remove the plug-in from my org").press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The field “Raccord Id” stays with its values")
    reach(page, "Remove the plug-in from my org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The plug-in is being removed")).to_be_visible()
    carried_on(page)
    expect(page.get_by_role("heading", name="Last removal")).to_be_visible()
    expect(page.get_by_role("button", name="Install the plug-in in my org")).to_be_visible()
    assert not simulator.org.plug_in.is_installed


def carried_on(page: Page) -> None:
    """A worker carries the run on to its end; the page notices by itself."""
    run = Installation.objects.order_by("-pk")[0]
    wait_until(lambda: turn(run), seconds=90)
    expect(page.locator("#plug-in-run[hx-get]")).to_have_count(0)


def reach(page: Page, button: str) -> None:
    """Go on from control to control of the pop-up by the tabulator key, to that button."""
    for _ in range(20):
        inside = page.evaluate("document.activeElement.closest('dialog') !== null")
        if inside and button in page.evaluate("document.activeElement.textContent"):
            return
        page.keyboard.press("Tab")
    raise AssertionError("the tabulator key does not lead there")
