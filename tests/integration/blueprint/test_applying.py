"""A set-up file makes an installation, makes it once, and leads back to itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pytest_django import Settings

from raccord.blueprint.applying import Applied, apply
from raccord.blueprint.exporting import export
from raccord.blueprint.reading import InvalidBlueprint, read
from raccord.blueprint.sentences import sentence_for
from raccord.connections.models import Authorization, Connection, Integration, IntegrationState
from raccord.contacts.models import Field, Project, Subscription
from raccord.demo import scenery
from salesforce_simulator.server import Simulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def environment(settings: Settings, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The demo's organization, and the variables that the demo's file asks for."""
    seed = scenery.write_organization(
        tmp_path / "seed.json", public_url=settings.PUBLIC_URL, with_records=False
    )
    with Simulator(seed=yaml.safe_load(seed.read_text())) as simulator:
        settings.SIMULATOR_URL = simulator.url
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        yield {
            "RACCORD_SIMULATOR_URL": simulator.url,
            "RACCORD_OAUTH_CLIENT_ID": "raccord-demo",
            "RACCORD_OAUTH_CLIENT_SECRET": "raccord-demo-secret",
        }


def applied(text: str, *, environment: dict[str, str], tmp_path: Path) -> list[Applied]:
    path = tmp_path / "setup.yaml"
    path.write_text(text)
    return apply(read(path, environment=environment))


def refused(text: str, *, environment: dict[str, str], tmp_path: Path) -> list[str]:
    """Each finding as its place without the folder, and its code."""
    with pytest.raises(InvalidBlueprint) as caught:
        applied(text, environment=environment, tmp_path=tmp_path)
    for problem in caught.value.problems:
        assert problem.code not in sentence_for(problem), "every finding has a sentence"
    return [
        f"{problem.at.partition('setup.yaml:')[2]}: {problem.code}"
        for problem in caught.value.problems
    ]


def test_the_demo_file_sets_everything_up_and_a_second_time_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    text = scenery.BLUEPRINT.read_text()
    first = applied(text, environment=environment, tmp_path=tmp_path)
    assert {one.result for one in first} == {"created", "activated"}
    integration = Integration.objects.get()
    assert integration.state == IntegrationState.ACTIVE
    assert Subscription.objects.get(active=True).project == Project.objects.get(slug="demo")
    second = applied(text, environment=environment, tmp_path=tmp_path)
    assert {one.result for one in second} == {"unchanged"}


def test_an_export_applied_again_changes_nothing(
    environment: dict[str, str], tmp_path: Path
) -> None:
    applied(scenery.BLUEPRINT.read_text(), environment=environment, tmp_path=tmp_path)
    text = export(Project.objects.get(slug="demo"))
    assert "raccord-demo-secret" not in text
    environment["SIMULATED_ORGANIZATION_SECRET"] = "raccord-demo-secret"
    again = applied(text, environment=environment, tmp_path=tmp_path)
    assert {one.result for one in again} == {"unchanged"}


def test_a_changed_file_changes_only_what_differs(
    environment: dict[str, str], tmp_path: Path
) -> None:
    text = scenery.BLUEPRINT.read_text()
    applied(text, environment=environment, tmp_path=tmp_path)
    text = text.replace("label: City", "label: Town").replace("consent_changed, deleted]", "]")
    again = applied(text, environment=environment, tmp_path=tmp_path)
    changed = [(one.kind, one.name) for one in again if one.result != "unchanged"]
    assert changed == [("field", "city"), ("data integration", "Salesforce (simulated)")]
    assert Field.objects.get(key="city").label == "Town"


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (
            ("to: FirstName", "to: NoSuchField"),
            "connections.0.transfers.0.mappings.1: raccord.mapping.remote_field_unknown",
        ),
        (
            ("to: FirstName", "to: LastName"),
            "connections.0.transfers.0.mappings.1: raccord.mapping.remote_field_twice",
        ),
        (
            ("to: FirstName", "to: SystemModstamp"),
            "connections.0.transfers.0.mappings.1: raccord.mapping.",
        ),
        (
            ("{field: last_name, to: LastName}", "{field: last_name, to: Fax}"),
            "connections.0.transfers.0: raccord.transfer.required_missing",
        ),
        (
            ("${RACCORD_OAUTH_CLIENT_SECRET}", "wrong"),
            "authorizations.0: oauth.",
        ),
        (
            ("${RACCORD_SIMULATOR_URL}", "https://elsewhere.example"),
            "authorizations.0.own_address: raccord.authorization.wrong_address",
        ),
        (("type: date}", "type: choice}"), "raccord.field.choices_missing"),
    ],
)
def test_what_cannot_be_is_named_and_nothing_is_half_written(
    change: tuple[str, str], finding: str, environment: dict[str, str], tmp_path: Path
) -> None:
    text = scenery.BLUEPRINT.read_text()
    assert change[0] in text
    found = refused(text.replace(*change), environment=environment, tmp_path=tmp_path)
    assert any(finding in each for each in found), found
    assert not Project.objects.exists()
    assert not Authorization.objects.exists()
    assert not Connection.objects.exists()
