"""Comparing both sides on the screens: started, followed, paused, repaired, written to a file."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from raccord.contacts.models import Contact
from raccord.engine.reconcile import Result, Why
from raccord.sync.reconcile import runs
from raccord.sync.reconcile.findings import Scope
from raccord.sync.reconcile.models import Finding, ReconcileState, Reconciliation, Timetable
from raccord.web.reconcile import words
from tests import cast
from tests.integration.sync.comparing_scene import (
    agreed,
    begin,
    compare,
    go_on,
    polling_is_off,
    two_way,
    unstamped,
)
from tests.integration.sync.scene import Scene

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scene() -> Scene:
    return two_way()


@pytest.fixture
def people(scene: Scene) -> list[Contact]:
    people = agreed(scene, 3)
    unstamped(scene, people[0], company="=HYPERLINK(1)")
    polling_is_off(scene)
    return people


def address(scene: Scene, rest: str = "") -> str:
    if not rest:
        rest = f"integrations/{scene.integration.pk}/"
    return f"/projects/{scene.project.slug}/reconcile/{rest}"


def test_before_the_first_time_it_says_what_it_would_cost(
    scene: Scene, people: list[Contact], signed_in: Client
) -> None:
    text = signed_in.get(address(scene)).text
    assert "Never compared" in text
    assert "about 2, one for each 2,000 linked records" in text


def test_from_the_start_to_the_repair(
    scene: Scene, people: list[Contact], signed_in: Client
) -> None:
    started = signed_in.post(
        address(scene, f"integrations/{scene.integration.pk}/start/"),
        {"transfer": scene.transfer.pk},
        follow=True,
    )
    run = Reconciliation.objects.get()
    assert run.started_by == cast.MARKETER
    assert 'hx-trigger="every 2s"' in started.text
    go_on(scene, run)
    text = signed_in.get(address(scene, f"{run.pk}/")).text
    assert "2 of 3 pairs are equal. Differing by a rule: 0. Differing without a rule: 1." in text
    assert f"/contacts/{people[0].pk}/" in text
    assert "Repair 1 difference" in text
    assert "every 2s" not in text

    home = signed_in.get(f"/projects/{scene.project.slug}/home/figures/").text
    assert "1 difference without a rule was found." in home
    signed_in.post(address(scene, f"{run.pk}/repair/"), follow=True)
    run.refresh_from_db()
    assert run.is_under_way
    go_on(scene, run)
    text = signed_in.get(address(scene, f"{run.pk}/")).text
    assert "1 put right, 0 still without a rule" in text
    assert "equal now" in text


def test_the_integration_leads_to_it(
    scene: Scene, people: list[Contact], signed_in: Client
) -> None:
    page = f"/projects/{scene.project.slug}/integrations/{scene.integration.pk}/"
    assert "Not everything was compared yet." in signed_in.get(page).text
    compare(scene)
    text = signed_in.get(page).text
    assert "1 difference without a rule was found." in text
    assert address(scene) in text


def test_nothing_is_to_be_compared_before_anybody_is_linked(
    scene: Scene, signed_in: Client
) -> None:
    page = f"/projects/{scene.project.slug}/integrations/{scene.integration.pk}/"
    assert "Comparison of both sides" not in signed_in.get(page).text


def test_the_file_runs_nothing_and_holds_no_values(
    scene: Scene, people: list[Contact], signed_in: Client
) -> None:
    Contact.objects.filter(pk=people[0].pk).update(
        values={**people[0].values, "first_name": "=cmd()", "last_name": "", "company": "Firm 0"}
    )
    run = compare(scene)
    answer = signed_in.get(address(scene, f"{run.pk}/rows.csv"))
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))
    assert rows[0] == ["What", "Contact", "Record", "Fields", "After the repair"]
    assert rows[1][1] == "'=cmd()"
    assert "HYPERLINK" not in text
    assert "attachment" in answer["Content-Disposition"]


def test_paused_resumed_cancelled(scene: Scene, people: list[Contact], signed_in: Client) -> None:
    run = begin(scene)
    for act, state in (
        ("pause", ReconcileState.PAUSED),
        ("resume", ReconcileState.RUNNING),
        ("cancel", ReconcileState.CANCELLED),
        ("cancel", ReconcileState.CANCELLED),
        ("repair", ReconcileState.CANCELLED),
    ):
        answer = signed_in.post(address(scene, f"{run.pk}/{act}/"), follow=True)
        run.refresh_from_db()
        assert (answer.status_code, run.state) == (200, state)
    assert "Cancelled after 0 of" in answer.text


@pytest.mark.parametrize("transfer", ["0", "x", "999999999999999999999", "1\0", "-1", "¹"])
def test_a_start_of_something_else_is_refused(
    scene: Scene, people: list[Contact], signed_in: Client, transfer: str
) -> None:
    start = address(scene, f"integrations/{scene.integration.pk}/start/")
    answer = signed_in.post(start, {"transfer": transfer}, follow=True)
    assert answer.status_code == 200
    assert "Nothing can be compared" in answer.text
    assert not Reconciliation.objects.exists()


def test_started_twice_the_second_is_told_so(
    scene: Scene, people: list[Contact], signed_in: Client
) -> None:
    start = address(scene, f"integrations/{scene.integration.pk}/start/")
    signed_in.post(start)
    answer = signed_in.post(start, follow=True)
    assert "is being compared already" in answer.text
    assert Reconciliation.objects.count() == 1


def test_the_timetable_is_saved_and_a_wrong_one_refused_beside_the_field(
    scene: Scene, signed_in: Client
) -> None:
    times = address(scene, f"integrations/{scene.integration.pk}/times/")
    given = {"rhythm": "daily", "weekday": "2", "hour": "5", "repair": "on"}
    signed_in.post(times, given)
    saved = Timetable.objects.get()
    assert (saved.rhythm, saved.weekday, saved.hour, saved.repair) == ("daily", 2, 5, True)
    for name, wrong in (("rhythm", "hourly"), ("hour", "25"), ("weekday", "\0"), ("hour", "")):
        answer = signed_in.post(times, given | {name: wrong})
        assert answer.status_code == 422
        assert f'id="id_{name}_error"' in answer.text
    assert Timetable.objects.get().hour == 5


def test_other_projects_and_strangers_see_nothing(
    scene: Scene, people: list[Contact], signed_in: Client
) -> None:
    run = compare(scene)
    other = cast.a_project("Other")
    for rest in (f"{run.pk}/", f"{run.pk}/rows.csv", f"integrations/{scene.integration.pk}/"):
        assert signed_in.get(f"/projects/{other.slug}/reconcile/{rest}").status_code == 404
        assert Client().get(address(scene, rest)).status_code in (302, 401)
    assert signed_in.get(address(scene, f"{run.pk}/repair/")).status_code == 405


def test_a_run_of_every_kind_of_finding_can_be_shown(
    scene: Scene, people: list[Contact], signed_in: Client
) -> None:
    """Also of a rule that a later release no longer knows."""
    run = compare(scene)
    run.counts = {
        f"{scope}.{result}.{why}": 1
        for scope in Scope
        for result in Result
        for why in ["", "raccord.some.code", *Why]
    }
    run.save()
    Finding.objects.create(run=run, scope="pairs", result="gone", why="new", contact=10**15)
    answer = signed_in.get(address(scene, f"{run.pk}/"))
    assert answer.status_code == 200
    assert all((result, "") in words.GROUPS for result in Result if result is not Result.EQUAL)


def test_the_command_prints_a_line_and_says_by_its_status_whether_all_agrees(
    scene: Scene, people: list[Contact]
) -> None:
    out = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("reconcile", str(scene.transfer.pk), stdout=out)
    said = json.loads(out.getvalue())
    assert (said["pairs"], said["equal"], said["drift"], said["drift_left"]) == (3, 2, 1, 1)
    out = io.StringIO()
    call_command("reconcile", "--all", "--repair", stdout=out)
    said = json.loads(out.getvalue())
    assert (said["drift"], said["drift_left"], said["state"]) == (1, 0, "done")


def test_the_command_refuses_what_is_no_active_data_transfer(scene: Scene) -> None:
    with pytest.raises(CommandError, match="There is no data transfer 999999"):
        call_command("reconcile", "999999")
    with pytest.raises(CommandError, match="not active"):
        call_command("reconcile", str(scene.transfer.pk))
    assert runs.latest([scene.transfer.pk]) == {}
