"""Which act of the wizard is possible when: checking, confirming, cancelling."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from raccord.contacts import imports, projects
from raccord.contacts.imports import chunks
from raccord.contacts.messages import explain
from raccord.contacts.models import (
    ChangeLogEntry,
    Contact,
    ImportKey,
    ImportPart,
    ImportRun,
    Project,
    RunState,
)
from tests.integration.contacts.a_draft import (
    GOOD,
    checked,
    decided,
    drafted,
    imported,
    problems,
    refusal,
)

pytestmark = pytest.mark.django_db

# --- when what is possible ----------------------------------------------------------------------


def test_nothing_is_imported_that_was_not_checked(project: Project) -> None:
    run = decided(drafted(project, GOOD))
    assert refusal(lambda: imports.confirm(run)) == "not_now"
    imports.check(run)
    assert refusal(lambda: imports.confirm(run)) == "not_now"


def test_a_double_click_imports_once(project: Project) -> None:
    run = decided(drafted(project, GOOD))
    token = checked(run).token
    imports.confirm(run, seen=token)
    assert imports.confirm(run, seen=token).state == RunState.WAITING
    run = imports.run_now(run)
    assert imports.confirm(run, seen=token).state == RunState.DONE
    assert (run.created, ChangeLogEntry.objects.filter(project=project).count()) == (1, 1)


def test_a_preview_that_nobody_saw_is_not_confirmed(project: Project) -> None:
    run = decided(drafted(project, GOOD))
    old = checked(run).token
    new = checked(decided(run, mode=imports.Mode.UPDATE)).token
    assert refusal(lambda: imports.confirm(run, seen=old)) == "checked_again"
    assert imports.confirm(run, seen=new).state == RunState.WAITING


def test_changed_options_must_be_checked_again(project: Project) -> None:
    run = decided(drafted(project, GOOD))
    checked(run)
    assert decided(run).preview == {}
    assert refusal(lambda: imports.confirm(run)) == "not_now"


def test_options_changed_during_a_check_stop_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "MOST_CONTACTS", 1)
    run = decided(drafted(project, GOOD + "b@example.org,y\n"))
    imports.check(run)
    assert imports.work(run.pk, seconds=-1) is True
    decided(run, mode=imports.Mode.UPDATE)
    assert imports.work(run.pk) is False
    assert checked(run).rejected == 2


def test_an_import_under_way_or_over_is_not_decided_about(project: Project) -> None:
    run = decided(drafted(project, GOOD))
    options = imports.ImportOptions.from_json(run.options)
    checked(run)
    imports.confirm(run)
    for state in (RunState.WAITING, RunState.DONE):
        run.refresh_from_db()
        assert run.state == state
        assert refusal(lambda: imports.set_options(run, options)) == "not_now"
        assert refusal(lambda: imports.check(run)) == "not_now"
        imports.run_now(run)


def test_a_field_that_goes_after_the_check_ends_the_import_with_the_reason(
    project: Project,
) -> None:
    run = decided(drafted(project, GOOD))
    checked(run)
    projects.remove_field(project.fields.get(key="city"))
    assert problems(lambda: imports.confirm(run)) == [("columns.1", "no_such_field")]


# --- cancelling ---------------------------------------------------------------------------------


def test_a_draft_is_discarded(project: Project) -> None:
    for state in ("draft", "checking", "ready", "waiting"):
        run = decided(drafted(project, GOOD))
        if state != "draft":
            imports.check(run)
        if state in ("ready", "waiting"):
            imports.run_now(run)
        if state == "waiting":
            imports.confirm(run)
        run.refresh_from_db()
        assert run.state == state
        run = imports.cancel(run)
        assert (run.state, run.read) == (RunState.CANCELLED, 0)
        assert run.finished_at is not None
        assert imports.work(run.pk) is False
        assert refusal(lambda run=run: imports.confirm(run)) == "not_now"  # type: ignore[misc]
    assert not Contact.objects.exists()
    assert not ImportPart.objects.exists()
    assert not ImportKey.objects.exists()


def test_cancelling_keeps_what_was_done_and_says_it(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "MOST_CONTACTS", 1)
    run = decided(drafted(project, GOOD + "b@example.org,y\nc@example.org,z\n"))
    checked(run)
    imports.confirm(run)
    assert imports.work(run.pk, seconds=-1) is True
    run = imports.cancel(run)
    assert (run.state, run.read, run.created) == (RunState.CANCELLED, 1, 1)
    assert imports.work(run.pk) is False
    run = imports.cancel(run)
    assert (run.state, run.created, Contact.objects.count()) == (RunState.CANCELLED, 1, 1)


def test_what_is_over_is_not_cancelled(project: Project) -> None:
    run = imported(project, GOOD)
    assert imports.cancel(run).state == RunState.DONE


def test_drafts_that_nobody_comes_back_to_are_dropped(project: Project) -> None:
    old, old_and_ready, young = (decided(drafted(project, GOOD)) for _ in range(3))
    checked(old_and_ready)
    done = imported(project, GOOD)
    ImportRun.objects.exclude(pk=young.pk).update(
        created_at=timezone.now() - timedelta(days=7, minutes=1)
    )
    assert imports.drop_stale() == 2
    assert imports.drop_stale() == 0
    for run in (old, old_and_ready):
        run.refresh_from_db()
        assert run.state == RunState.CANCELLED
        assert "7 days" in explain(run.reason, run.parameters)
        assert not run.parts.exists()
    young.refresh_from_db()
    done.refresh_from_db()
    assert (young.state, done.state) == (RunState.DRAFT, RunState.DONE)
