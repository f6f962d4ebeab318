"""The plug-in on the connection's page and on its own: every state of it in words."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from raccord.connections import receiving_address
from raccord.connections.models import Connection
from raccord.connections.plug_in import runs
from raccord.connections.plug_in.models import Installation, InstallationState, InstalledPlugIn
from raccord.connectors.salesforce.plug_in import package, words
from salesforce_simulator.server import Simulator
from tests import cast
from tests.integration.connections import scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def connection(simulator: Simulator) -> Connection:
    return scene.an_active_transfer(scene.a_project(), scene.an_application_grant()).connection


@pytest.fixture
def marketer(client: Client) -> Client:
    client.force_login(cast.a_marketer())
    return client


def at(connection: Connection, name: str) -> str:
    return reverse(name, args=[connection.project.slug, connection.pk])


def page(marketer: Client, connection: Connection, name: str = "plug-in", **headers: str) -> str:
    answer = marketer.get(at(connection, name), headers=headers)
    assert answer.status_code == 200
    return " ".join(answer.text.split())


def test_before_anything_is_done_it_says_what_will_be(
    connection: Connection, marketer: Client
) -> None:
    card = page(marketer, connection, "connection")
    assert "Install the plug-in in my org" in card and "Download the package" in card
    text = page(marketer, connection)
    assert "In Salesforce there will be:" in text
    assert "Modify Metadata Through Metadata API Functions" in text
    assert "How to remove the plug-in by hand" in text
    assert not Installation.objects.exists()


def test_the_button_begins_it_once_and_opens_the_address(
    connection: Connection, marketer: Client
) -> None:
    assert marketer.get(at(connection, "plug-in-install")).status_code == 405
    answer = marketer.post(at(connection, "plug-in-install"), follow=True)
    assert "The installation has begun." in answer.text
    run = Installation.objects.get()
    address = receiving_address.of_connection(connection)
    assert address is not None and str(address.key) in run.address
    again = marketer.post(at(connection, "plug-in-install"), follow=True)
    assert "The plug-in is being installed or removed at the moment." in again.text
    assert Installation.objects.count() == 1


def test_under_way_only_its_own_part_is_asked_for_again(
    connection: Connection, marketer: Client
) -> None:
    marketer.post(at(connection, "plug-in-install"))
    part = page(marketer, connection, **{"HX-Request": "true", "HX-Target": "plug-in-run"})
    assert part.startswith("<div") and 'hx-trigger="every 2s"' in part
    Installation.objects.update(state=InstallationState.DONE)
    over = marketer.get(
        at(connection, "plug-in"), headers={"HX-Request": "true", "HX-Target": "plug-in-run"}
    )
    assert over.headers["HX-Refresh"] == "true" and "hx-trigger" not in over.text


def test_what_failed_comes_first_and_in_words_that_run_nowhere(
    connection: Connection, marketer: Client
) -> None:
    Installation.objects.create(
        connection=connection,
        version="1.0.0",
        address="http://x/",
        state=InstallationState.FAILED,
        reason="raccord.plug_in.refused",
        outcomes={words.PACKAGE: ["raccord.plug_in.refused", {"count": "1"}, "<script>x"]},
        parts=[
            ["ApexClass", "Bad", False, "<script>alert(1)", 3],
            ["ApexClass", "Good", True, "", 0],
        ],
    )
    text = page(marketer, connection)
    assert "components refused: 1." in text
    assert "<script>x" not in text and "<script>alert" not in text
    assert text.index("&lt;script&gt;alert(1)") < text.index("1 component without fault")


def test_a_step_that_was_not_allowed_says_what_to_do_by_hand(
    connection: Connection, marketer: Client
) -> None:
    Installation.objects.create(
        connection=connection,
        version="1.0.0",
        address="http://x/",
        state=InstallationState.DONE,
        outcomes={words.CREDENTIAL: [words.MAY_NOT_SET_CREDENTIAL, {}, ""]},
    )
    text = page(marketer, connection)
    assert "lacks the permission “Manage Named Credentials”" in text
    assert "a parameter SigningKey with that secret" in text


@pytest.mark.parametrize(
    ("version", "said"), [("0.9.0", "can be installed"), ("0.10.0", "can be installed")]
)
def test_a_newer_version_is_offered(
    connection: Connection, marketer: Client, version: str, said: str
) -> None:
    InstalledPlugIn.objects.create(connection=connection, version=version, seen_at=timezone.now())
    assert said in page(marketer, connection, "connection")
    assert "Update the plug-in" in page(marketer, connection)


def test_an_older_or_equal_one_is_not(connection: Connection, marketer: Client) -> None:
    known = InstalledPlugIn.objects.create(connection=connection, seen_at=timezone.now())
    for version in (package.version(), "99.0"):
        InstalledPlugIn.objects.filter(pk=known.pk).update(version=version)
        assert "can be installed" not in page(marketer, connection)


def test_the_download_is_a_package_with_the_address_and_without_the_secret(
    connection: Connection, marketer: Client
) -> None:
    made = receiving_address.make_secret(connection, seen=0)
    answer = marketer.get(at(connection, "plug-in-package"))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="raccord-plugin.zip"'
    opened = zipfile.ZipFile(BytesIO(answer.content))
    whole = b"".join(map(opened.read, opened.namelist()))
    assert str(made.address.key).encode() in whole and made.secret.encode() not in whole


def test_without_its_files_it_is_said_and_nothing_is_offered(
    connection: Connection, marketer: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setattr(package, "PROJECT", tmp_path)
    text = page(marketer, connection)
    assert "lacks the files of the Salesforce plug-in" in text
    assert at(connection, "plug-in-install") not in text
    for act in (marketer.post(at(connection, "plug-in-install"), follow=True),):
        assert "lacks the files" in act.text
    assert "lacks the files" in marketer.get(at(connection, "plug-in-package"), follow=True).text


def test_looking_finds_nothing_and_says_so(connection: Connection, marketer: Client) -> None:
    answer = marketer.post(at(connection, "plug-in-look"), follow=True)
    assert "No plug-in was found over there." in answer.text


def test_an_organization_that_is_away_is_said(
    connection: Connection, marketer: Client, simulator: Simulator
) -> None:
    simulator.org.maintenance.plan(simulator.org.now())
    answer = marketer.post(at(connection, "plug-in-look"), follow=True)
    assert answer.status_code == 200 and "Salesforce" in answer.text


def test_a_source_without_a_plug_in_shows_none(connection: Connection, marketer: Client) -> None:
    Connection.objects.update(source="gone")
    assert "Plug-in for" not in page(marketer, connection, "connection")
    for name in ("plug-in", "plug-in-package"):
        assert marketer.get(at(connection, name)).status_code == 302
    marketer.post(at(connection, "plug-in-install"))
    assert not Installation.objects.exists()


def test_another_projects_connection_is_nobodys(connection: Connection, marketer: Client) -> None:
    other = cast.a_project("Elsewhere")
    for name in ("plug-in", "plug-in-package"):
        assert marketer.get(reverse(name, args=[other.slug, connection.pk])).status_code == 404
    for name in ("plug-in-install", "plug-in-look"):
        assert marketer.post(reverse(name, args=[other.slug, connection.pk])).status_code == 404


def test_steps_of_a_run_that_a_newer_release_began(connection: Connection) -> None:
    run = Installation.objects.create(
        connection=connection, version="9", address="x", outcomes={"unheard": ["", {}, ""]}
    )
    assert len(runs.steps_of(run)) == len(words.STEPS)
