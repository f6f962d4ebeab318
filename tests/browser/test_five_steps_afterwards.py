"""After the five steps: what is refused, what stops, and how a person gets it going again."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from raccord.connections import editing
from raccord.connections.models import Authorization, AuthorizationState, Integration
from raccord.contacts import changes
from raccord.contacts.models import Project
from raccord.engine.records import Operation
from raccord.sync import activate, failure_limit
from salesforce_simulator.server import Simulator
from tests import cast
from tests.browser.conftest import OpenScreens
from tests.browser.five_steps import Walk, do_the_work
from tests.integration.connections import scene


@pytest.fixture
def integration(project: Project, simulator: Simulator) -> Integration:
    """All that the five steps set up, running."""
    transfer = scene.an_active_transfer(project, scene.an_application_grant())
    integration = editing.create_integration(transfer.connection)
    activate.change_operations(integration, {transfer.pk: set(Operation)})
    return activate.activate(integration)


def test_a_refused_contact_is_shown_with_its_reason_and_replayed(
    open_screens: OpenScreens, project: Project, simulator: Simulator, integration: Integration
) -> None:
    cher = cast.a_contact(project, "no_last_name")
    walk = Walk(open_screens(), project, "en")
    walk.page.goto(f"/projects/{project.slug}/integrations/{integration.pk}/")
    do_the_work()
    refusals = walk.page.locator("#refusals li")
    expect(refusals).to_contain_text("is required there")  # by itself, without a reload
    expect(refusals.get_by_role("link")).to_have_text("cher@example.org")
    changes.edit(project, cher.pk, {"last_name": "Sarkisian"}, origin=cast.BY_MARKETER)
    do_the_work()
    expect(refusals).to_have_count(0)
    expect(walk.page.locator("[data-count=linked]")).to_have_text("1")


def test_a_refusal_that_was_mended_over_there_is_replayed(
    open_screens: OpenScreens, project: Project, simulator: Simulator, integration: Integration
) -> None:
    simulator.faults.add("row_error", path="composite/sobjects", code="FIELD_INTEGRITY_EXCEPTION")
    cast.a_contact(project)
    do_the_work()
    walk = Walk(open_screens(), project, "en")
    walk.page.goto(f"/projects/{project.slug}/integrations/{integration.pk}/")
    expect(walk.page.locator("[data-count=refused]")).to_have_text("1")
    walk.button("Replay").click()
    expect(walk.page.get_by_role("status").first).to_contain_text("1 contact is tried again.")
    do_the_work()
    expect(walk.page.locator("[data-count=linked]")).to_have_text("1")
    assert len(list(simulator.org.store("Contact").rows(deleted=False))) == 1


def test_a_suspended_integration_says_so_at_once_and_is_resumed(
    open_screens: OpenScreens, project: Project, integration: Integration
) -> None:
    walk = Walk(open_screens(), project, "en")
    walk.page.goto(f"/projects/{project.slug}/integrations/{integration.pk}/")
    expect(walk.page.locator("#activation")).to_contain_text("The integration is active.")
    Integration.objects.update(
        state="suspended", state_reason=failure_limit.TOO_MANY_FAILURES, failures=200
    )
    expect(walk.page.locator("#integration-status").get_by_role("alert")).to_contain_text(
        "Too many records were refused"
    )
    expect(walk.page.locator("#activation")).to_contain_text("Errors suspended the integration.")
    walk.page.locator("#activation").get_by_role("button", name="Resume").click()
    expect(walk.page.locator("#activation")).to_contain_text("The integration is active.")


def test_deactivating_asks_first_and_stops_collecting(
    open_screens: OpenScreens, project: Project, integration: Integration
) -> None:
    walk = Walk(open_screens(), project, "en")
    walk.page.goto(f"/projects/{project.slug}/integrations/{integration.pk}/")
    walk.button("Deactivate").click()
    question = walk.page.locator("dialog#question[open]")
    expect(question).to_contain_text("no longer collected")
    question.get_by_role("button", name="Cancel").click()
    expect(walk.page.locator("#activation")).to_contain_text("The integration is active.")
    walk.button("Deactivate").click()
    question.get_by_role("button", name="Deactivate").click()
    expect(walk.page.locator("#activation")).to_contain_text("The integration is disabled.")


def test_a_lost_authorization_is_mended_from_the_connection(
    open_screens: OpenScreens, project: Project, simulator: Simulator, integration: Integration
) -> None:
    Authorization.objects.update(
        state=AuthorizationState.LOST, reason="oauth.invalid_grant", grant="authorization_code"
    )
    walk = Walk(open_screens(), project, "en")
    walk.page.goto(f"/projects/{project.slug}/connections/{integration.connection_id}/")
    expect(walk.page.get_by_role("alert")).to_contain_text("no longer accepts")
    walk.link("Authorize access").click()
    walk.button("Continue").click()
    walk.signs_in_over_there()
    # An application had signed in so far; now a person did.
    expect(walk.page.get_by_role("heading", level=1)).to_have_text("Another user signed in")
    assert Authorization.objects.get().state == AuthorizationState.LOST
    walk.page.get_by_role("button", name="from now on").click()
    expect(walk.page.locator("#picked-authorization")).to_contain_text("Authorized")
    assert Authorization.objects.get().state == AuthorizationState.ACTIVE
