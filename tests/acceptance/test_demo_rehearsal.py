"""What `demo-check` counts and says where a whole run of it would only take longer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from raccord.connections.models import Authorization, AuthorizationState, Integration
from raccord.contacts import changes
from raccord.demo.rehearsal import rehearse
from raccord.demo.settling import PATIENCE_SECONDS, halts, wait_until_settled
from raccord.sync.failure_limit import TOO_MANY_FAILURES
from salesforce_simulator.server import Simulator
from tests import cast
from tests.acceptance.outbound_scene import Scene, a_scene
from tests.integration.connections.scene import CLIENT_ID, CLIENT_SECRET, SEED

pytestmark = pytest.mark.django_db(transaction=True)

NEITHER = "Some accepted contacts were neither delivered nor parked."
SUSPENDED = (
    "The integration “Salesforce” was suspended after 7 failures. "
    "Too many records were refused one after the other."
)
LOST = "The other side no longer accepts this authorization."


@pytest.fixture
def simulator(settings: Settings) -> Iterator[Simulator]:
    with Simulator(seed=SEED) as running:
        settings.SIMULATOR_URL = running.url
        settings.OAUTH_CLIENT_ID, settings.OAUTH_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        yield running


@pytest.fixture
def scene(simulator: Simulator) -> Scene:
    """Active, and nobody delivers: there is no worker."""
    made = a_scene(simulator)
    made.activate()
    return made


def suspend(scene: Scene) -> None:
    Integration.objects.filter(pk=scene.integration.pk).update(
        state="suspended", state_reason=TOO_MANY_FAILURES, failures=7
    )


def lose_authorization(scene: Scene) -> None:
    Authorization.objects.filter(pk=scene.connection.authorization_id).update(
        state=AuthorizationState.LOST, reason="oauth.invalid_grant"
    )


@pytest.mark.parametrize(("halt", "told"), [(suspend, SUSPENDED), (lose_authorization, LOST)])
def test_what_only_a_person_can_mend_is_told_and_not_waited_for(
    scene: Scene, tmp_path: Path, halt: Callable[[Scene], None], told: str
) -> None:
    halt(scene)
    file = tmp_path / "contacts.csv"
    file.write_text("email,last_name\nana@exemple.test,Ana\nbo@exemple.test,Bo\n")

    began = time.monotonic()
    rehearsed = rehearse(scene.project, file)

    assert time.monotonic() - began < PATIENCE_SECONDS / 5
    assert rehearsed.complaints() == [told, NEITHER]
    assert (rehearsed.report.contacts_imported, rehearsed.report.delivered) == (2, 0)


def test_waiting_ends_when_everything_is_delivered(scene: Scene) -> None:
    changes.create(
        scene.project,
        {"email": "ana@exemple.test", "last_name": "Ana"},
        origin=cast.BY_MARKETER,
    )
    scene.deliver_all()

    wait_until_settled(scene.project)

    assert halts(scene.project) == []


@pytest.mark.parametrize(
    ("content", "place", "reason"),
    [
        (b"", (1, None), "The file is empty."),
        (b"\xef\xbb\xbf", (1, None), "The file is empty."),
        (b"email,last_name\na@exemple.test,A\nb@exemple.test,\xe9\n", (3, None), "Line 3 is not"),
        (b"email,last_name,Last name\n", (1, "Last name"), "stands for a field that another"),
        (b"email,shoe_size\n", (1, None), "These columns are no fields of the project: shoe_size."),
        (b"last_name\nA\n", (1, None), "The column that identifies a contact is missing: E-mail."),
    ],
)
def test_a_refused_file_is_rejected_at_the_line_that_is_to_blame(
    simulator: Simulator,
    tmp_path: Path,
    content: bytes,
    place: tuple[int, str | None],
    reason: str,
) -> None:
    file = tmp_path / "contacts.csv"
    file.write_bytes(content)

    rehearsed = rehearse(cast.a_project(), file)

    (rejected,) = rehearsed.report.rejected
    assert (rejected["line"], rejected["column"]) == place
    assert reason in rejected["reason"]
    assert rehearsed.report.rejected_count == 1
    assert rehearsed.complaints() == [rejected["reason"]]
