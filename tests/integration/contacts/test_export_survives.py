"""Exports through killed workers, beside live edits, and through large lists."""

from __future__ import annotations

import csv
import io
import signal
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from python_calamine import CalamineWorkbook

from raccord.contacts import changes, exports
from raccord.contacts.exports.options import FileFormat
from raccord.contacts.lists.query import Condition, ListQuery, Operator
from raccord.contacts.models import Contact, ExportRun, Project
from raccord.engine.records import Origin, OriginKind
from tests import cast
from tests.integration.contacts import child

pytestmark = pytest.mark.django_db(transaction=True)

IMPORTED = "exports; from raccord.contacts.exports import files, gathering, working, workbook"
# Inside a chunk's transaction, after its rows were kept; between two chunks; and over a workbook.
KILLED_BEFORE_THE_COMMIT = """
gathering.CHUNK = 100
kept = 0
def die(run, content):
    global kept
    kept += 1
    really(run, content)
    if kept == 3:
        os.kill(os.getpid(), signal.SIGKILL)
really, files.add = files.add, die
exports.work({run})
"""
KILLED_AFTER_THE_COMMIT = """
gathering.CHUNK = 100
taken = 0
def die(*args):
    global taken
    taken += 1
    if taken == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return really(*args)
really, working._gather = working._gather, die
exports.work({run})
"""
KILLED_OVER_THE_WORKBOOK = """
workbook.ROWS_PER_BREATH = 300
def die(run, source):
    really(run, source)
    os.kill(os.getpid(), signal.SIGKILL)
really, files.replace = files.replace, die
exports.work({run})
"""
MEASURED = """
import resource
gathering.CHUNK = 500
def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
seen = []
while exports.work({run}, seconds=-1):
    seen.append(used())
print(*seen, used())
"""
EMAILS = [f"p{number:05}@example.org" for number in range(950)]


@pytest.fixture
def project() -> Project:
    project = cast.a_project()
    many(project, [{"email": email, "city": "Lyon"} for email in EMAILS])
    return project


def many(project: Project, values: list[dict[str, Any]]) -> None:
    rows = [changes.ContactChange(each) for each in values]
    changes.apply_many(project, rows, origin=Origin(OriginKind.IMPORT))


def started(project: Project, kind: FileFormat, query: ListQuery | None = None) -> ExportRun:
    return exports.start(
        project,
        query or ListQuery(),
        columns=["email", "city", "notes"],
        format=kind,
        name="People",
        started_by=cast.MARKETER,
        language="en",
        time_zone="UTC",
    )


def emails(run: ExportRun) -> list[str]:
    content = b"".join(exports.pieces(run))
    if run.format == FileFormat.CSV:
        rows: list[list[Any]] = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python()
    assert rows[0] == ["E-mail", "City", "Notes"]
    return [row[0] for row in rows[1:]]


@pytest.mark.parametrize("kind", FileFormat)
def test_a_killed_worker_leaves_no_row_out_and_none_twice(
    project: Project, kind: FileFormat
) -> None:
    run = started(project, kind)
    deaths = {KILLED_BEFORE_THE_COMMIT: 200, KILLED_AFTER_THE_COMMIT: 400}
    if kind is FileFormat.XLSX:
        deaths[KILLED_OVER_THE_WORKBOOK] = 950
    for death, written in deaths.items():
        died = child.run(IMPORTED, death.format(run=run.pk))
        assert died.returncode == -signal.SIGKILL, died.stderr
        run.refresh_from_db()
        assert (run.state, run.written) == ("running", written)
        assert not exports.has_file(run)
        assert exports.work(run.pk) is False, "the dead worker's lease still stands"
        ExportRun.objects.update(lease_until=timezone.now())
    while exports.work(run.pk):
        pass
    run.refresh_from_db()
    assert (run.state, run.written, run.total) == ("done", 950, 950)
    assert emails(run) == EMAILS
    assert run.size == sum(map(len, exports.pieces(run)))


def test_each_contact_is_in_the_file_once_however_they_change_meanwhile(project: Project) -> None:
    """Edits move contacts to the front of the list; nobody is met twice or passed over by it."""
    run = started(project, FileFormat.CSV)
    contacts = list(Contact.objects.filter(project=project).order_by("pk"))
    ended = threading.Event()
    failures: list[BaseException] = []

    def edit() -> None:
        try:
            number = 0
            while not ended.is_set():
                contact = contacts[(number * 37) % len(contacts)]
                number += 1
                city = {"city": f"C{number}"}
                changes.edit(project, contact.pk, city, origin=cast.BY_MARKETER)
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    editor = threading.Thread(target=edit)
    editor.start()
    measured = child.run(
        IMPORTED,
        f"gathering.CHUNK = 50\nwhile exports.work({run.pk}, seconds=-1):\n    pass",
    )
    ended.set()
    editor.join()
    assert not failures
    assert measured.returncode == 0, measured.stderr
    run.refresh_from_db()
    assert run.state == "done"
    assert emails(run) == EMAILS


def test_a_cancelled_workbook_is_not_finished_by_its_worker(project: Project) -> None:
    run = started(project, FileFormat.XLSX)
    cancelled = child.run(
        IMPORTED,
        f"""
from raccord.contacts.models import ExportRun
workbook.ROWS_PER_BREATH = 100
def cancelling(*args, **kwargs):
    exports.cancel(ExportRun.objects.get(pk={run.pk}))
    return really(*args, **kwargs)
really, workbook.pack = workbook.pack, cancelling
while exports.work({run.pk}):
    pass
""",
    )
    assert cancelled.returncode == 0, cancelled.stderr
    run.refresh_from_db()
    assert (run.state, run.size) == ("cancelled", 0)
    assert not run.parts.exists()


@pytest.mark.parametrize("kind", FileFormat)
def test_memory_stays_flat_however_long_the_list_is(project: Project, kind: FileFormat) -> None:
    for start in range(0, 10_000, 5_000):
        many(
            project,
            [
                {"email": f"q{number}@example.org", "notes": "some words " * 20}
                for number in range(start, start + 5_000)
            ],
        )
    worded = ListQuery(conditions=(Condition("notes", Operator.NOT_EMPTY),))
    run = started(project, kind, worded)
    measured = child.run(IMPORTED, MEASURED.format(run=run.pk), seconds=600)
    assert measured.returncode == 0, measured.stderr
    run.refresh_from_db()
    assert (run.state, run.written) == ("done", 10_000)
    megabytes = [int(word) for word in measured.stdout.split()]
    assert megabytes[-1] - megabytes[4] < 16, "grows with the list"
