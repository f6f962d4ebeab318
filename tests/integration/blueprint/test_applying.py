"""A set-up file makes an installation, and makes it once; or it is refused as a whole."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db.models.functions import Now

from raccord.connections.models import Authorization, Connection, Integration, IntegrationState
from raccord.contacts.models import Field, Project, Subscription
from raccord.demo import scenery
from raccord.sync.models import Backfill
from tests.integration.blueprint.files import applied, refused
from tests.integration.connections.scene import a_pending_authorization

pytestmark = pytest.mark.django_db(transaction=True)


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
            ("{field: last_name, to: LastName,", "{field: last_name, to: Fax,"),
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


def test_everything_that_is_wrong_with_a_project_is_told_at_once(
    environment: dict[str, str], tmp_path: Path
) -> None:
    text = scenery.BLUEPRINT.read_text()
    text = text.replace("time_zone: Europe/Paris", "time_zone: Mars/Olympus")
    text = text.replace("languages: [en, fr]", "languages: []")
    text = text.replace("type: text}\n    - {key: state", "type: choice}\n    - {key: state")
    text = text.replace("key: title, label: Title", "key: id, label: Title")
    text = text.replace("{field: title, to: Title,", "{field: id, to: Title,")
    assert [each.partition(" ")[2] for each in _found(text, environment, tmp_path)] == [
        "project.languages: raccord.project.languages",
        "project.time_zone: raccord.project.time_zone",
        "project.fields.7.key: raccord.field.key_reserved",
        "project.fields.11.choices: raccord.field.choices_missing",
    ]
    assert not Project.objects.exists()


def test_two_wrong_authorizations_are_told_at_once(
    environment: dict[str, str], tmp_path: Path
) -> None:
    text = scenery.BLUEPRINT.read_text().replace("${RACCORD_OAUTH_CLIENT_SECRET}", "wrong")
    second = (
        "  - name: Elsewhere\n    source: salesforce\n    login_url: https://elsewhere.example\n"
    )
    second += "    client_id: a\n    client_secret: b\n\nconnections:\n"
    found = _found(text.replace("connections:\n", second, 1), environment, tmp_path)
    assert [each.partition(" ")[2].partition(":")[0] for each in found] == [
        "authorizations.0",
        "authorizations.1.own_address",
    ]


def test_an_authorization_that_is_neither_in_the_file_nor_here_is_named(
    environment: dict[str, str], tmp_path: Path
) -> None:
    text = scenery.BLUEPRINT.read_text()
    text = text.replace("authorization: Simulated organization", "authorization: Nobody's")
    line = text[: text.index("    authorization: Nobody's")].count("\n") + 1
    place = f"{line}: connections.0.authorization"
    assert _found(text, environment, tmp_path) == [
        f"{place}: raccord.blueprint.no_such_authorization"
    ]
    a_pending_authorization("Nobody's")
    assert _found(text, environment, tmp_path) == [f"{place}: raccord.authorization.not_authorized"]


def _found(text: str, environment: dict[str, str], tmp_path: Path) -> list[str]:
    return refused(text, environment=environment, tmp_path=tmp_path)


def test_a_field_mapped_later_brings_the_contacts_again(
    environment: dict[str, str], tmp_path: Path
) -> None:
    text = scenery.BLUEPRINT.read_text()
    line = "          - {field: title, to: Title, direction: both}\n"
    assert line in text
    applied(text.replace(line, ""), environment=environment, tmp_path=tmp_path)
    Backfill.objects.update(finished_at=Now())
    applied(text, environment=environment, tmp_path=tmp_path)
    assert Backfill.objects.filter(finished_at=None).count() == 1
