"""What is set up can be written down, without secrets, and the file leads back to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pytest_django import Settings

from raccord.alerts import recipients
from raccord.blueprint.exporting import export
from raccord.connections import editing, transfers
from raccord.connections.models import Authorization, Connection
from raccord.contacts.models import Project
from raccord.demo import scenery
from raccord.engine.records import Operation
from raccord.sync import activate
from salesforce_simulator.server import Simulator
from tests.integration.blueprint.files import applied, refused
from tests.integration.connections import scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def made_by_hand(settings: Settings) -> Iterator[Project]:
    """The five steps, as on screens: a person's grant, one data type mapped and one not yet."""
    with Simulator(seed=scene.SEED) as simulator:
        settings.SIMULATOR_URL = simulator.url
        settings.PUBLIC_URL = "http://127.0.0.1:8000"
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        project = scene.a_project()
        pending = scene.a_pending_authorization("Zoé's grant")
        grant = scene.granted(simulator, pending, person=scene.a_person())
        transfer = scene.an_active_transfer(project, grant)
        transfers.add_transfer(transfer.connection, object_name="Lead")
        integration = editing.create_integration(transfer.connection)
        recipients.set_recipients(integration, [("ops@example.org", "fr")])
        activate.change_operations(integration, {transfer.pk: [Operation.CREATED]})
        activate.activate(integration)
        yield project


def test_an_export_of_the_demo_applied_again_changes_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    applied(scenery.BLUEPRINT.read_text(), environment=environment, tmp_path=tmp_path)
    text = export(Project.objects.get(slug="demo"))
    assert "raccord-demo-secret" not in text
    environment["SIMULATED_ORGANIZATION_SECRET"] = "raccord-demo-secret"
    again = applied(text, environment=environment, tmp_path=tmp_path)
    assert {one.result for one in again} == {"unchanged"}


def test_an_export_of_what_people_made_names_their_grant_and_changes_nothing(
    made_by_hand: Project, tmp_path: Path
) -> None:
    text = export(made_by_hand)
    written = yaml.safe_load(text)
    assert text.startswith("# “Zoé's grant” was authorized by a person.")
    assert "authorizations" not in written
    (connection,) = written["connections"]
    assert connection["authorization"] == "Zoé's grant"
    assert [each["object"] for each in connection["transfers"]] == ["Contact", "Lead"]
    assert connection["transfers"][1] == {"object": "Lead", "active": False}
    assert connection["integration"] == {
        "active": True,
        "operations": {"Contact": ["created"]},
        "alerts": [{"email": "ops@example.org", "language": "fr"}],
    }
    again = applied(text, environment={}, tmp_path=tmp_path)
    assert {one.result for one in again} == {"unchanged"}
    assert export(made_by_hand) == text


def test_an_export_makes_the_same_again_where_the_grant_is_there(
    made_by_hand: Project, tmp_path: Path
) -> None:
    text = export(made_by_hand)
    copy = text.replace("name: Cast", "name: Copy").replace("slug: cast", "slug: copy")
    again = applied(copy, environment={}, tmp_path=tmp_path)
    assert {one.result for one in again} == {"created", "activated"}
    assert Connection.objects.count() == 2
    assert Authorization.objects.count() == 1
    Connection.objects.all().delete()
    Authorization.objects.all().delete()
    assert any(
        "connections.0.authorization: raccord.blueprint.no_such_authorization" in each
        for each in refused(copy, environment={}, tmp_path=tmp_path)
    )


def test_two_secrets_never_share_a_variable(environment: dict[str, str], tmp_path: Path) -> None:
    text = scenery.BLUEPRINT.read_text()
    start, end = text.index("  - name: Simulated"), text.index("connections:")
    grant = text[start:end].rstrip() + "\n"
    connection = text[end:].removeprefix("connections:\n")
    second_grant = grant.replace("Simulated organization", "1 simulated - organization")
    first_grant = grant.replace("Simulated organization", "1 Simulated organization")
    first = connection.replace("Simulated organization", "1 Simulated organization")
    second = connection.replace("Simulated organization", "1 simulated - organization")
    second = second.replace("name: Salesforce (simulated)", "name: Second")
    text = f"{text[:start]}{first_grant}{second_grant}connections:\n{first}{second}"
    applied(text, environment=environment, tmp_path=tmp_path)

    exported = export(Project.objects.get(slug="demo"))

    environment["_1_SIMULATED_ORGANIZATION_SECRET"] = "raccord-demo-secret"
    environment["_1_SIMULATED_ORGANIZATION2_SECRET"] = "raccord-demo-secret"
    again = applied(exported, environment=environment, tmp_path=tmp_path)
    assert {one.result for one in again} == {"unchanged"}
    assert exported.count("SIMULATED_ORGANIZATION_SECRET}") == 1
