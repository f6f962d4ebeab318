"""Work in one piece that takes longer than a lease: nobody else begins it again meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from uuid import uuid4

import pytest
import xlsxwriter

from raccord.contacts import bulk, exports, leases
from raccord.contacts.bulk import choosing
from raccord.contacts.exports import workbook
from raccord.contacts.exports.options import FileFormat
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import BulkAct, BulkRun, ExportRun, Project, Run, RunState
from tests import cast
from tests.waiting import wait_until

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project(monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setattr(leases, "SECONDS", 0.6)
    project = cast.a_project()
    cast.a_contact(project)
    return project


def a_workbook(project: Project) -> ExportRun:
    return exports.start(
        project,
        ListQuery(),
        columns=["email"],
        format=FileFormat.XLSX,
        name="People",
        started_by=cast.MARKETER,
        language="en",
        time_zone="UTC",
    )


def renewed(run: Run) -> Callable[[], bool]:
    """Whether the lease was renewed since this was called, twice its own time ago or more."""
    kind = type(run)._base_manager
    before = kind.get(pk=run.pk).lease_until
    assert before is not None

    def found() -> bool:
        now = kind.get(pk=run.pk).lease_until
        return now is not None and (now - before).total_seconds() > 2 * leases.SECONDS

    return found


def test_packing_a_large_workbook_does_not_lose_the_lease(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes minutes without a row being written, and was begun again for ever."""
    run = a_workbook(project)
    close = xlsxwriter.Workbook.close

    def slow(book: xlsxwriter.Workbook) -> None:
        wait_until(renewed(run))
        close(book)

    monkeypatch.setattr(xlsxwriter.Workbook, "close", slow)
    assert exports.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, exports.has_file(run)) == ("done", True)


def test_freezing_a_huge_selection_does_not_lose_the_lease(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choosing, "AT_ONCE", 0)
    run = bulk.choose(project, ListQuery(), act=BulkAct.DELETE, started_by=cast.MARKETER)
    copy = choosing._copy

    def slow(*args: object) -> int:
        found = copy(*args)  # type: ignore[arg-type]
        wait_until(renewed(run))
        return found

    monkeypatch.setattr(choosing, "_copy", slow)
    assert bulk.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, run.total) == ("ready", 1)


def test_a_lease_that_was_taken_is_not_taken_back_from_beside(project: Project) -> None:
    run = BulkRun.objects.create(project=project, act=BulkAct.DELETE, state=RunState.CHECKING)
    mine, other = uuid4(), uuid4()
    assert leases.claim(BulkRun, run.pk, mine)
    with leases.kept(run, mine):
        BulkRun.objects.update(claim=other)
        wait_until(lambda: not any(each.name == leases.BESIDE for each in threading.enumerate()))
    run.refresh_from_db()
    assert run.claim == other


def test_a_cancelled_workbook_is_not_packed_first(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[object] = []
    monkeypatch.setattr(xlsxwriter.Workbook, "close", closed.append)
    monkeypatch.setattr(workbook, "ROWS_PER_BREATH", 1)
    run = a_workbook(project)
    pack = workbook.pack

    def cancelling(*args: object, **given: object) -> None:
        exports.cancel(ExportRun.objects.get(pk=run.pk))
        pack(*args, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(workbook, "pack", cancelling)
    assert exports.work(run.pk) is False
    run.refresh_from_db()
    assert (run.state, closed) == ("cancelled", [])
