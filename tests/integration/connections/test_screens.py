"""The five steps' screens as plain pages: without JavaScript, with wrong input, from outside."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from raccord.alerts.models import AlertRecipient
from raccord.connections import editing
from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    Connection,
    DataTransfer,
    Integration,
    SigningIn,
)
from raccord.contacts.models import Project
from raccord.engine.records import Direction
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene

pytestmark = pytest.mark.django_db(transaction=True)

ALLOWED_HOST = "127.0.0.1"


@pytest.fixture
def browser(simulator: Simulator) -> Client:
    client = Client(headers={"host": ALLOWED_HOST}, raise_request_exception=True)
    client.force_login(scene.a_person())
    return client


@pytest.fixture
def project() -> Project:
    return scene.a_project()


@pytest.fixture
def transfer(simulator: Simulator, project: Project) -> DataTransfer:
    return scene.an_active_transfer(project, scene.an_application_grant())


def at(name: str, project: Project, *args: object) -> str:
    return reverse(name, args=[project.slug, *args])


def test_an_empty_installation_says_what_to_do(browser: Client, project: Project) -> None:
    for name in ("connections", "integrations"):
        page = browser.get(at(name, project))
        assert "Add a third-party connection" in page.text


def test_a_pop_up_is_a_page_of_its_own_without_javascript(
    browser: Client, transfer: DataTransfer, project: Project
) -> None:
    integration = editing.create_integration(transfer.connection)
    for address in (
        at("authorizations", project),
        at("authorization-new", project),
        at("transfer-add", project, transfer.connection_id),
        at("mapping", project, transfer.pk),
        at("integration-new", project),
        at("recipient-add", project, integration.pk),
        at("integration-activate", project, integration.pk),
    ):
        page = browser.get(address)
        assert page.status_code == 200, address
        assert "<html" in page.text and "<form" in page.text, address
        part = browser.get(address, headers={"HX-Request": "true"})
        assert "<html" not in part.text and "<form" in part.text, address


def test_the_whole_grant_without_javascript(browser: Client, project: Project) -> None:
    form = {
        "name": "Org",
        "environment": "simulator",
        "client_id": scene.CLIENT_ID,
        "client_secret": scene.CLIENT_SECRET,
    }
    created = browser.post(at("authorization-new", project) + "?name=Ventes", form)
    away = browser.post(created["location"])
    assert scene.CLIENT_SECRET not in away["location"]
    query = scene.sign_in(away["location"])
    back = browser.get(reverse("authorization-return"), query)
    authorization = Authorization.objects.get()
    assert authorization.state == AuthorizationState.ACTIVE
    page = browser.get(back["location"])
    assert 'value="Ventes"' in page.text
    again = browser.get(reverse("authorization-return"), query)
    assert again.status_code == 422
    assert "does not belong to the authorization" in again.text
    saved = browser.post(
        at("connection-new", project),
        {"source": "salesforce", "name": "Ventes", "authorization": str(authorization.pk)},
    )
    assert saved["location"] == at("connection", project, Connection.objects.get().pk)


def test_a_secret_is_never_shown_again(browser: Client, project: Project) -> None:
    authorization = scene.a_pending_authorization()
    page = browser.get(at("authorization-change", project, authorization.pk))
    assert scene.CLIENT_ID in page.text
    assert scene.CLIENT_SECRET not in page.text
    browser.post(
        at("authorization-change", project, authorization.pk),
        {"name": "Other name", "client_id": scene.CLIENT_ID, "client_secret": ""},
    )
    authorization.refresh_from_db()
    assert authorization.name == "Other name"
    assert authorization.client_secret_sealed  # an empty secret keeps the stored one


def test_an_application_is_authorized_again_without_leaving(
    browser: Client, project: Project
) -> None:
    authorization = scene.an_application_grant()
    Authorization.objects.update(state=AuthorizationState.LOST, reason="oauth.invalid_grant")
    address = at("authorization-access", project, authorization.pk)
    assert "by itself" in browser.get(address).text
    browser.post(address)
    authorization.refresh_from_db()
    assert authorization.state == AuthorizationState.ACTIVE
    assert not SigningIn.objects.exists()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "This field is required."),
        ({"authorization": ""}, "No authorization is chosen."),
        ({"authorization": "999"}, "No authorization is chosen."),
        ({"source": "nobody"}, "Select a valid choice."),
    ],
)
def test_a_wrong_connection_is_refused_in_words(
    browser: Client, project: Project, given: dict[str, str], said: str
) -> None:
    authorization = scene.an_application_grant()
    right = {"source": "salesforce", "name": "Ventes", "authorization": str(authorization.pk)}
    page = browser.post(at("connection-new", project), {**right, **given})
    assert page.status_code == 422
    assert said in page.text
    assert not Connection.objects.exists()


def test_names_are_shown_and_never_run(browser: Client, project: Project) -> None:
    name = '"><script>alert(1)</script>'
    scene.a_connection(project, scene.an_application_grant())
    Connection.objects.update(name=name)
    for address in (at("connections", project), at("connection", project, 1)):
        page = browser.get(address.replace("/1/", f"/{Connection.objects.get().pk}/"))
        assert "<script>alert" not in page.text
        assert "&lt;script&gt;alert" in page.text


def test_what_is_in_another_project_is_not_found(browser: Client, transfer: DataTransfer) -> None:
    other = scene.a_project("Other")
    integration = editing.create_integration(transfer.connection)
    for address in (
        at("connection", other, transfer.connection_id),
        at("mapping", other, transfer.pk),
        at("integration", other, integration.pk),
        at("integration-activate", other, integration.pk),
    ):
        assert browser.get(address).status_code == 404, address


def test_nothing_is_done_by_following_a_link(
    browser: Client, transfer: DataTransfer, project: Project
) -> None:
    integration = editing.create_integration(transfer.connection)
    for address in (
        at("connection-remove", project, transfer.connection_id),
        at("transfer-deactivate", project, transfer.pk),
        at("transfer-remove", project, transfer.pk),
        at("integration-resume", project, integration.pk),
        at("integration-replay", project, integration.pk),
    ):
        assert browser.get(address).status_code == 405, address
    assert DataTransfer.objects.get().active


def test_an_integration_without_ticks_cannot_be_activated(
    browser: Client, transfer: DataTransfer, project: Project
) -> None:
    transfer.mappings.update(direction=Direction.OUTBOUND)
    integration = editing.create_integration(transfer.connection)
    page = browser.get(at("integration-activate", project, integration.pk))
    assert "No operation is ticked" in page.text
    assert "disabled" in page.text
    told = browser.post(at("integration-activate", project, integration.pk), follow=True)
    assert "No operation is ticked" in told.text
    assert Integration.objects.get().state == "disabled"


def test_ticks_and_addresses_are_saved_without_javascript(
    browser: Client, transfer: DataTransfer, project: Project
) -> None:
    integration = editing.create_integration(transfer.connection)
    ticks = {f"operations-{transfer.pk}": ["created", "deleted", "nonsense"]}
    browser.post(at("operations", project, integration.pk), ticks)
    assert set(integration.update_types.get().operations) == {"created", "deleted"}
    address = at("recipient-add", project, integration.pk)
    wrong = browser.post(address, {"email": "nobody", "language": "fr"})
    assert wrong.status_code == 422
    assert "is not an e-mail address" in wrong.text
    browser.post(address, {"email": "zoe@example.org", "language": "fr"})
    assert AlertRecipient.objects.get().language == "fr"
    browser.post(at("recipients", project, integration.pk), {})
    assert not AlertRecipient.objects.exists()


def test_a_connection_whose_integration_runs_is_not_removed(
    browser: Client, transfer: DataTransfer, project: Project
) -> None:
    integration = editing.create_integration(transfer.connection)
    Integration.objects.update(state="active")
    address = at("connection-remove", project, transfer.connection_id)
    assert "still switched on" in browser.post(address, follow=True).text
    gone = browser.post(at("transfer-remove", project, transfer.pk), follow=True)
    assert "in use by an active data integration" in gone.text
    Integration.objects.filter(pk=integration.pk).update(state="disabled")
    browser.post(address)
    assert not Connection.objects.exists()


def test_an_empty_form_is_told_all_that_is_missing_at_once(
    browser: Client, project: Project
) -> None:
    page = browser.post(at("connection-new", project), {"source": "salesforce", "name": ""})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"name", "authorization"}


def test_what_was_begun_and_never_authorized_is_replaced(browser: Client, project: Project) -> None:
    form = {
        "name": "Salesforce",
        "environment": "simulator",
        "client_id": scene.CLIENT_ID,
        "client_secret": scene.CLIENT_SECRET,
    }
    authorized = scene.an_application_grant("Kept")
    of_another = scene.a_pending_authorization("Of another person")
    new = at("authorization-new", project) + "?source=salesforce"
    browser.post(new, form)
    assert browser.get(new).context["form"]["name"].value() == "Salesforce"
    browser.post(new, form)
    kept = set(Authorization.objects.values_list("name", flat=True))
    assert kept == {authorized.name, of_another.name, "Salesforce"}


def test_no_authorization_is_picked_before_somebody_picks_one(
    browser: Client, transfer: DataTransfer, project: Project
) -> None:
    grant = transfer.connection.authorization
    address = at("authorizations", project) + "?source=salesforce"
    assert " checked" not in browser.get(address).text
    assert browser.post(address, {}).status_code == 422
    assert " checked" in browser.get(f"{address}&authorization={grant.pk}").text


def test_a_connection_without_its_connector_still_has_its_pages(
    browser: Client, transfer: DataTransfer, project: Project
) -> None:
    integration = editing.create_integration(transfer.connection)
    Connection.objects.update(source="gone")
    Authorization.objects.update(source="gone")
    page = browser.get(at("connection", project, transfer.connection_id))
    assert "no longer installed" in page.text
    for address in (
        at("connections", project),
        at("integrations", project),
        at("integration", project, integration.pk),
        at("integration-activate", project, integration.pk),
        at("mapping", project, transfer.pk),
        at("transfer-settings", project, transfer.pk),
        at("transfer-add", project, transfer.connection_id),
        at("authorization-access", project, transfer.connection.authorization_id),
    ):
        assert browser.get(address).status_code == 200, address
    sign_in = at("authorization-access", project, transfer.connection.authorization_id)
    assert browser.post(sign_in).status_code in (302, 422)


def test_the_first_link_rule_is_one_of_those_on_offer(
    browser: Client, transfer: DataTransfer, project: Project
) -> None:
    address = at("transfer-settings", project, transfer.pk)
    refused = browser.post(address, {"first_link_rule": "ask", "only_here": "create"})
    assert refused.status_code == 422
    given = {"first_link_rule": "ours", "only_here": "link"}
    assert browser.post(address, given).status_code == 302
    transfer.refresh_from_db()
    assert (transfer.first_link_rule, transfer.create_missing) == ("ours", False)


def test_what_the_other_side_requires_must_be_mapped_before_it_may_create(
    browser: Client, transfer: DataTransfer, project: Project
) -> None:
    address = at("transfer-settings", project, transfer.pk)
    browser.post(address, {"first_link_rule": "theirs", "only_here": "link"})
    transfer.mappings.filter(remote_field="LastName").delete()
    refused = browser.post(address, {"first_link_rule": "theirs", "only_here": "create"})
    assert refused.status_code == 422
    assert "Last Name" in refused.text
    transfer.refresh_from_db()
    assert not transfer.create_missing


def test_a_very_long_name_survives_the_sign_in(browser: Client, project: Project) -> None:
    grant = scene.a_pending_authorization()
    address = at("authorization-access", project, grant.pk) + "?name=" + "%C3%A9" * 120
    assert browser.post(address).status_code == 302
    assert SigningIn.objects.get().return_to.count("%C3%A9") == 120
