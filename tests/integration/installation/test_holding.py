"""A restored or copied database is noticed, and sends nothing until a person says what it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from raccord.connections import authorize, vault
from raccord.connections.models import Authorization, AuthorizationState, ReceivingAddress
from raccord.connections.opening import open_connector
from raccord.engine.errors import BadInput, Transient
from raccord.installation import hold, marker, starting
from raccord.installation.models import HeldBecause, Installation
from raccord.sync import after_hold, outbound, poll, sweep
from raccord.sync.models import Reading
from raccord.sync.reconcile.models import Reconciliation
from tests import cast
from tests.integration.sync.scene import Scene


def test_a_second_start_finds_the_same_installation_and_holds_nothing(scene: Scene) -> None:
    first = starting.begin()
    second = starting.begin()

    assert first.uid == second.uid
    assert second.counter == first.counter + 1
    assert marker.read() == (second.uid, second.counter)
    assert not hold.is_held()


def test_without_a_first_start_nothing_is_held(scene: Scene) -> None:
    assert not hold.is_held()
    starting.tick()
    assert not Installation.objects.exists()


def test_a_database_written_anew_is_noticed_under_a_running_process(scene: Scene) -> None:
    starting.begin()
    scene.contact()
    scene.activate()
    written_anew()

    assert scene.deliver() == 0
    assert poll.read_changes(scene.transfer.pk).records == 0
    assert scene.people() == []
    assert scene.items() == 1
    assert Installation.objects.get().held_because == HeldBecause.RESTORED
    with pytest.raises(Transient) as refused:
        open_connector(scene.connection)
    assert refused.value.code == hold.HELD
    scene.connection.refresh_from_db()
    assert scene.connection.paused_until is None


def test_the_original_goes_on_and_both_sides_are_compared(scene: Scene) -> None:
    starting.begin()
    scene.contact()
    scene.activate()
    written_anew()
    assert starting.begin().held_because == HeldBecause.RESTORED
    before = Installation.objects.get()

    assert after_hold.go_on(person="ana@example.org") == 1

    row = Installation.objects.get()
    assert (row.held_because, row.uid, row.epoch) == ("", before.uid, before.epoch + 1)
    assert row.decided_by == "ana@example.org"
    assert Reconciliation.objects.filter(transfer=scene.transfer).count() == 1
    assert scene.deliver() == 1
    assert len(scene.people()) == 1
    assert not starting.begin().held_because
    with pytest.raises(BadInput):
        after_hold.go_on(person="ana@example.org")


def test_a_copy_loses_every_way_to_the_systems_of_the_original(scene: Scene) -> None:
    before = starting.begin()
    ReceivingAddress.objects.create(
        connection=scene.connection, secret_sealed=vault.seal("signing secret")
    )
    address = ReceivingAddress.objects.get().key
    scene.contact()
    scene.activate()
    hold.hold(HeldBecause.MOVED)

    assert after_hold.become_copy(person="ana@example.org") == 1

    row = Installation.objects.get()
    assert (row.held_because, row.epoch) == ("", before.epoch + 1)
    assert row.uid != before.uid
    authorization = Authorization.objects.get()
    assert authorization.state == AuthorizationState.LOST
    assert authorization.reason == after_hold.IS_COPY
    sealed = [name for name in vars(authorization) if name.endswith("_sealed")]
    assert [bytes(getattr(authorization, name)) for name in sealed] == [b""] * 3
    closed = ReceivingAddress.objects.get()
    assert closed.closed_at
    assert closed.key != address
    assert scene.deliver() == 0
    assert scene.people() == []


def test_a_database_behind_what_this_machine_has_seen_is_held(scene: Scene) -> None:
    row = starting.begin()
    for _ in range(5):
        sweep.sweep()
    assert marker.read() == (row.uid, row.counter + 5)

    Installation.objects.update(counter=row.counter)

    assert starting.begin().held_because == HeldBecause.OLDER
    # Whoever does not answer the question is asked again at the next start.
    assert starting.begin().held_because == HeldBecause.OLDER
    assert marker.read() == (row.uid, row.counter + 5)
    after_hold.go_on(person="")
    assert not starting.begin().held_because


def test_an_older_state_under_a_running_process_is_held(scene: Scene) -> None:
    row = starting.begin()
    assert not hold.is_held()
    Installation.objects.update(counter=row.counter - 1)
    assert hold.is_held()
    assert Installation.objects.get().held_because == HeldBecause.OLDER


def test_a_copied_data_folder_is_noticed_by_the_number_of_a_file(
    scene: Scene, data_folder: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedded = {**settings.DATABASES["default"], "HOST": str(data_folder / "postgres")}
    monkeypatch.setitem(settings.DATABASES, "default", embedded)
    starting.begin()
    assert not starting.begin().held_because

    note = marker.path()
    content = note.read_text()
    note.rename(data_folder / "original")
    note.write_text(content)

    assert starting.begin().held_because == HeldBecause.MOVED
    after_hold.go_on(person="")
    assert not starting.begin().held_because
    note.unlink()
    assert starting.begin().held_because == HeldBecause.MOVED


def test_a_folder_that_cannot_be_written_to_stops_nothing(scene: Scene, settings: Settings) -> None:
    settings.DATA_DIR = Path("/proc/nowhere")
    assert not starting.begin().held_because
    starting.tick()


def test_half_a_note_is_none(scene: Scene) -> None:
    row = starting.begin()
    marker.path().write_text(f"{row.uid} 99")
    assert marker.read() == (row.uid, 99)
    for broken in ("", "x", f"{row.uid}", f"{row.uid} x y", "\0\xff"):
        marker.path().write_text(broken)
        assert marker.read() is None


def test_while_it_is_held_nobody_is_sent_away_to_authorize(scene: Scene) -> None:
    starting.begin()
    hold.hold(HeldBecause.ASKED)
    with pytest.raises(BadInput) as refused:
        authorize.begin(
            Authorization.objects.get(), person=cast.a_marketer(), redirect_uri="https://x/"
        )
    assert refused.value.code == hold.HELD


def test_what_they_report_meanwhile_is_read_after_the_answer(scene: Scene) -> None:
    starting.begin()
    scene.activate()
    hold.hold(HeldBecause.ASKED)
    sweep.sweep()
    assert not Reading.objects.filter(read_at__isnull=False).exists()


# The vault's key


def test_a_process_with_another_key_refuses_to_start(scene: Scene, settings: Settings) -> None:
    settings.VAULT_KEYS = ["one"]
    starting.begin()
    settings.VAULT_KEYS = ["another"]
    with pytest.raises(starting.WrongKeyError, match="RACCORD_VAULT_KEYS"):
        starting.begin()
    settings.VAULT_KEYS = [" one "]
    starting.begin()


def test_a_former_key_is_needed_until_everything_was_resealed(
    scene: Scene, settings: Settings
) -> None:
    settings.VAULT_KEYS = ["old"]
    Authorization.objects.update(access_token_sealed=vault.seal("token"))
    starting.begin()
    settings.VAULT_KEYS = ["new", "old"]
    starting.begin()
    settings.VAULT_KEYS = ["new"]
    with pytest.raises(starting.WrongKeyError):
        starting.begin()
    settings.VAULT_KEYS = ["new", "old"]
    call_command("reseal")
    settings.VAULT_KEYS = ["new"]
    starting.begin()


def test_a_key_that_is_lost_for_good_can_be_given_up(scene: Scene, settings: Settings) -> None:
    settings.VAULT_KEYS = ["lost"]
    Authorization.objects.update(access_token_sealed=vault.seal("token"))
    starting.begin()
    settings.VAULT_KEYS = ["new"]
    with pytest.raises(CommandError, match="1 stored row"):
        call_command("reseal")
    with pytest.raises(starting.WrongKeyError):
        starting.begin()

    call_command("reseal", give_up_unreadable=True)

    starting.begin()
    authorization = Authorization.objects.get()
    assert authorization.state == AuthorizationState.LOST
    assert bytes(authorization.access_token_sealed) == b""


# The screens and the command


def test_every_page_says_that_it_is_held_and_the_page_takes_the_answer(
    scene: Scene, client: Client
) -> None:
    starting.begin()
    scene.activate()
    client.force_login(cast.a_marketer())
    hold.hold(HeldBecause.RESTORED)

    assert "Raccord is held" in client.get("/projects/").content.decode() + _home(client, scene)
    page = client.get("/installation/").content.decode()
    assert "written anew from a backup" in page
    assert "1 integration goes on" in client.get("/installation/original/").content.decode()
    client.post("/installation/original/")

    assert not hold.is_held()
    assert "Raccord is held" not in _home(client, scene)
    again = client.post("/installation/original/", follow=True).content.decode()
    assert "not held any more" in again


def test_a_person_can_hold_everything_and_make_it_a_copy(scene: Scene, client: Client) -> None:
    starting.begin()
    client.force_login(cast.a_marketer())
    client.post("/installation/hold/")
    assert hold.is_held()
    client.post("/installation/copy/")
    assert not hold.is_held()
    assert Authorization.objects.get().state == AuthorizationState.LOST


def test_the_command_says_why_and_takes_the_answer(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(CommandError, match="not held"):
        call_command("installation", original=True)
    call_command("installation", hold=True)
    assert "Raccord is held" in capsys.readouterr().out
    call_command("installation", original=True)
    said = capsys.readouterr().out
    assert "Everything goes on" in said
    assert "Nothing is held" in said
    assert outbound.deliver(scene.transfer.pk).claimed == 0


def _home(client: Client, scene: Scene) -> str:
    return client.get(f"/projects/{scene.project.slug}/").content.decode()


def written_anew() -> None:
    """As a restore leaves the row: with the birthmark of the database that it was read from."""
    Installation.objects.update(birthmark="1:2:3")
