"""Direction and rule of a field, chosen by keyboard in the pop-up."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from raccord.connections import describing, mappings
from raccord.connections.mappings import MappingLine
from raccord.connections.models import DataTransfer
from raccord.contacts.models import Project
from raccord.engine.records import Direction, Rule
from salesforce_simulator.server import Simulator
from tests.browser.conftest import OpenScreens
from tests.browser.five_steps import Walk
from tests.integration.connections.scene import a_transfer, an_application_grant


@pytest.fixture
def transfer(project: Project, simulator: Simulator) -> DataTransfer:
    transfer = a_transfer(project, an_application_grant())
    lines = [MappingLine("last_name", "LastName"), MappingLine("city", "MailingCity")]
    mappings.save_mappings(transfer, lines, remote=describing.described(transfer))
    return transfer


@pytest.mark.parametrize("width", [1280, 375])
def test_a_field_is_made_to_flow_both_ways_by_keyboard(
    open_screens: OpenScreens, transfer: DataTransfer, width: int
) -> None:
    page = open_screens(width=width)
    project = transfer.connection.project
    page.goto(f"/projects/{project.slug}/connections/{transfer.connection_id}/")
    Walk(page, project, "en").from_gear_menu("Contact", "Field mapping")
    direction = page.get_by_label("Direction of City")
    direction.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#direction-1[autofocus]")).to_have_value("inbound")
    expect(direction).to_be_focused()
    page.keyboard.press("ArrowDown")
    rule = page.get_by_label("Rule of City")
    expect(rule).to_have_value("newest")
    expect(direction).to_be_focused()
    rule.focus()
    page.keyboard.type("Ask")
    example = page.locator("[data-pair^='city'] [data-example]")
    expect(example).to_have_text(
        "“City” is changed here and in Salesforce: both stay as they are until you choose."
    )
    expect(rule).to_be_focused()
    expect(page.locator("#unsaved")).to_be_visible()
    page.get_by_role("button", name="Save").locator("visible=true").last.click()
    expect(page.locator("dialog#dialog[open]")).to_have_count(0)
    expect(page.locator("#data-transfer")).to_contain_text("Who is only in Salesforce stays there.")
    stored = {line.field: line for line in mappings.stored_lines(transfer)}
    assert stored["city"].direction == Direction.BOTH
    assert stored["city"].rule == Rule.ASK
    assert stored["last_name"].direction == Direction.OUTBOUND


def test_without_javascript_the_rule_follows_the_stored_direction(
    open_screens: OpenScreens, transfer: DataTransfer
) -> None:
    page = open_screens(java_script_enabled=False)
    project = transfer.connection.project
    page.goto(f"/projects/{project.slug}/transfers/{transfer.pk}/mapping/")
    page.get_by_label("Direction of City").select_option("both")
    page.get_by_role("button", name="Show what follows from the directions").click()
    page.get_by_label("Rule of City").select_option("ours")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#data-transfer")).to_be_visible()
    (city,) = [line for line in mappings.stored_lines(transfer) if line.field == "city"]
    assert (city.direction, city.rule) == (Direction.BOTH, Rule.OURS)
