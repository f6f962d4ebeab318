"""The address at which the other side tells of its changes, made in a pop-up on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from raccord.connections.models import DataTransfer, ReceivingAddress
from raccord.contacts.models import Project
from salesforce_simulator.server import Simulator
from tests.browser.conftest import OpenScreens
from tests.integration.connections.scene import a_transfer, an_application_grant
from tests.integration.posting import Sender, said


@pytest.fixture
def transfer(project: Project, simulator: Simulator) -> DataTransfer:
    return a_transfer(project, an_application_grant())


def test_a_secret_is_made_copied_and_not_lost_by_a_slip(
    open_screens: OpenScreens, transfer: DataTransfer
) -> None:
    page = open_screens(width=375)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    project = transfer.connection.project
    page.goto(f"/projects/{project.slug}/connections/{transfer.connection_id}/")
    page.get_by_role("link", name="Create the address").press("Enter")
    page.get_by_role("button", name="Create the address").press("Enter")
    secret = page.get_by_label("Signing secret")
    expect(secret).to_be_visible()
    page.get_by_role("button", name="Copy the secret").press("Enter")
    expect(page.get_by_text("The secret is copied.")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    expect(secret).to_have_value(copied)
    page.keyboard.press("Escape")
    question = page.locator("dialog#question[open]")
    expect(question).to_contain_text("The secret is not shown again.")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    page.get_by_role("link", name="I have copied the secret").press("Enter")
    card = page.locator("#push")
    expect(card).to_contain_text("Nothing has been received yet.")
    assert Sender(ReceivingAddress.objects.get(), copied).post(said()).status_code == 202
    page.reload()
    expect(card).to_contain_text("Last received:")
    expect(card).not_to_contain_text(copied)
