"""A file that cannot be applied leaves nothing behind: not here, not over there, not in the log."""

from __future__ import annotations

from pathlib import Path

import pytest

from raccord.connections.models import Authorization
from raccord.demo import scenery
from salesforce_simulator.server import Simulator
from tests.integration.blueprint.files import applied, refused

pytestmark = pytest.mark.django_db(transaction=True)


def events(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.msg["event"] for record in caplog.records if isinstance(record.msg, dict)]


def test_the_grant_of_an_undone_authorization_is_given_back_and_the_log_tells_of_nothing(
    organization: Simulator,
    environment: dict[str, str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = scenery.BLUEPRINT.read_text()
    wrong = text.replace("to: FirstName", "to: NoSuchField")

    with caplog.at_level("INFO", logger="raccord"):
        refused(wrong, environment=environment, tmp_path=tmp_path)

    assert not organization.org.grants.sessions
    assert events(caplog) == []

    with caplog.at_level("INFO", logger="raccord"):
        applied(text, environment=environment, tmp_path=tmp_path)

    assert len(organization.org.grants.sessions) == 1
    assert events(caplog).index("authorization.created") < events(caplog).index("mappings.saved")


def test_a_grant_that_was_there_before_outlives_a_refused_file(
    organization: Simulator, environment: dict[str, str], tmp_path: Path
) -> None:
    text = scenery.BLUEPRINT.read_text()
    applied(text, environment=environment, tmp_path=tmp_path)
    before = set(organization.org.grants.sessions)
    changed = text.replace("${RACCORD_OAUTH_CLIENT_SECRET}", "another", 1)

    refused(changed, environment=environment, tmp_path=tmp_path)
    refused(
        text.replace("to: FirstName", "to: NoSuchField"), environment=environment, tmp_path=tmp_path
    )

    assert set(organization.org.grants.sessions) == before
    assert Authorization.objects.get().state == "active"
