"""Who may write of a run: the worker that has its lease, and nobody once it is over."""

from __future__ import annotations

from uuid import uuid4

import pytest

from raccord.contacts import bulk, exports, leases
from raccord.contacts.bulk import working
from raccord.contacts.exports import gathering
from raccord.contacts.exports.options import FileFormat
from raccord.contacts.lists.matching import InvalidList
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import BulkAct, BulkRun, ExportRun, Project, RunState
from raccord.engine.errors import BadInput
from tests import cast

pytestmark = pytest.mark.django_db


def a_deletion(project: Project) -> BulkRun:
    run = bulk.choose(project, ListQuery(), act=BulkAct.DELETE, started_by=cast.MARKETER)
    bulk.confirm(run, seen=bulk.stamp(run))
    return run


def an_export(project: Project) -> ExportRun:
    return exports.start(
        project,
        ListQuery(),
        columns=["email"],
        format=FileFormat.CSV,
        name="People",
        started_by=cast.MARKETER,
        language="en",
        time_zone="UTC",
    )


def test_a_cancelled_act_does_not_become_a_refused_one_by_a_slow_worker(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.a_contact(project)
    run = a_deletion(project)

    def slow(*_: object) -> bool:
        bulk.cancel(BulkRun.objects.get(pk=run.pk))
        raise BadInput("raccord.bulk.fields_changed")

    monkeypatch.setattr(working, "_take", slow)
    assert bulk.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, run.reason) == ("cancelled", "")


def test_a_file_that_another_worker_has_ended_is_not_dropped_by_the_slow_one(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.a_contact(project)
    run = an_export(project)

    def slow(*_: object, **__: object) -> int:
        monkeypatch.undo()
        ExportRun.objects.update(claim=None, lease_until=None)
        assert exports.work(run.pk) is False
        raise InvalidList([BadInput("raccord.list.unknown_field")])

    monkeypatch.setattr(gathering, "count", slow)
    assert exports.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, run.reason, exports.has_file(run)) == ("done", "", True)


def test_a_phase_that_ends_is_not_the_end_of_the_run(project: Project) -> None:
    run = BulkRun.objects.create(project=project, act=BulkAct.EDIT, state=RunState.CHECKING)
    token = uuid4()
    assert leases.claim(BulkRun, run.pk, token)
    leases.end(run, token, state=RunState.READY)
    run.refresh_from_db()
    assert (run.state, run.finished_at) == ("ready", None)
    run.state = RunState.RUNNING
    run.save()
    assert leases.claim(BulkRun, run.pk, token)
    leases.end(run, token, state=RunState.DONE)
    run.refresh_from_db()
    assert run.finished_at is not None
