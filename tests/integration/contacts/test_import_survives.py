"""Imports through killed workers and through large files."""

from __future__ import annotations

import io
import signal
from dataclasses import replace
from uuid import uuid4

import pytest
from django.utils import timezone

from raccord.contacts import imports, leases
from raccord.contacts.imports import chunks, files, preparing
from raccord.contacts.models import (
    ChangeLogEntry,
    Contact,
    ImportRun,
    OutboxItem,
    Project,
    StoredForm,
)
from tests import cast
from tests.integration.contacts import child

pytestmark = pytest.mark.django_db(transaction=True)

IMPORTED = "imports; from raccord.contacts.imports import chunks"
KILLED_BEFORE_THE_COMMIT = """
chunks.MOST_CONTACTS = 100
moves = 0
def die(*args, **kwargs):
    global moves
    moves += 1
    if moves == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return really(*args, **kwargs)
really, chunks.move = chunks.move, die
imports.work({run})
"""
KILLED_AFTER_THE_COMMIT = """
chunks.MOST_CONTACTS = 100
read = 0
def die(reader):
    global read
    read += 1
    if read == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return really(reader)
really, chunks.ChunkReader.next = chunks.ChunkReader.next, die
imports.work({run})
"""
KILLED_BEFORE_IT_IS_READY = """
from raccord.contacts.imports import files
def die(*args, **kwargs):
    really(*args, **kwargs)
    os.kill(os.getpid(), signal.SIGKILL)
really, files.add = files.add, die
imports.work({run})
"""
MEASURED = """
import pathlib, resource, sys
from raccord.contacts.models import Project
def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
def progress(run):
    seen.append(used())
seen = []
run = imports.start(
    Project.objects.get(pk={project}), pathlib.Path({path!r}), file_name="large.csv"
)
chunks.MOST_CONTACTS = 2_000
while imports.work(run.pk, seconds=-1):
    progress(run)
progress(run)
print(*seen)
"""


@pytest.fixture
def project() -> Project:
    project = cast.a_project()
    cast.a_subscription(project)
    return project


def a_lease_later() -> None:
    """As if the time of every lease had passed."""
    ImportRun.objects.update(lease_until=timezone.now())


def test_a_killed_worker_leaves_nothing_half_done_and_nothing_twice(project: Project) -> None:
    """Killed inside a chunk's transaction and between two chunks; others go on with the run."""
    lines = "".join(f"p{number % 900}@example.org,{number}\n" for number in range(1_000))
    content = f"email,city\n{lines}broken\n".encode()
    run = imports.start(project, io.BytesIO(content), file_name="x.csv", started_by="ana")

    expected_reads = [200, 400]
    deaths = [KILLED_BEFORE_THE_COMMIT, KILLED_AFTER_THE_COMMIT]
    for read, death in zip(expected_reads, deaths, strict=True):
        died = child.run(IMPORTED, death.format(run=run.pk))
        assert died.returncode == -signal.SIGKILL, died.stderr
        run.refresh_from_db()
        assert (run.state, run.read) == ("running", read)
        assert Contact.objects.count() == OutboxItem.objects.count() == read
        assert imports.work(run.pk) is False, "the dead worker's lease still stands"
        a_lease_later()

    run = imports.run_now(run)
    assert (run.state, run.read, run.created, run.rejected) == ("done", 1_001, 900, 101)
    assert (run.updated, run.unchanged) == (0, 0)
    assert Contact.objects.count() == OutboxItem.objects.count() == 900
    assert ChangeLogEntry.objects.filter(project=project).count() == 900
    assert run.rejects.count() == 101
    assert run.rejects.get(code="raccord.import.too_few_cells").line == 1_002
    assert all(item.version == 1 for item in OutboxItem.objects.all())


def test_a_killed_check_goes_on_and_foresees_each_line_once(project: Project) -> None:
    """Killed while the form that is read is made, inside a chunk, and between two chunks."""
    lines = "".join(f"p{number % 900}@example.org;Évry {number}\n" for number in range(1_000))
    content = f"email;city\n{lines}broken\n".encode("windows-1252")
    run = imports.draft(project, io.BytesIO(content), file_name="x.csv", started_by="ana")
    imports.check(imports.set_options(run, imports.detect(run).options))

    deaths = [KILLED_BEFORE_IT_IS_READY, KILLED_BEFORE_THE_COMMIT, KILLED_AFTER_THE_COMMIT]
    for read, death in zip([0, 200, 400], deaths, strict=True):
        died = child.run(IMPORTED, death.format(run=run.pk))
        assert died.returncode == -signal.SIGKILL, died.stderr
        run.refresh_from_db()
        assert (run.state, run.read) == ("checking", read)
        assert imports.work(run.pk) is False, "the dead worker's lease still stands"
        a_lease_later()

    run = imports.run_now(run)
    preview = imports.Preview.from_json(run.preview)
    assert run.state == "ready"
    assert (preview.read, preview.created, preview.rejected) == (1_001, 900, 101)
    counts = {reason.code: reason.count for reason in preview.reasons}
    assert counts == {"raccord.import.repeated_key": 100, "raccord.import.too_few_cells": 1}
    assert [row.line for row in preview.rows] == list(range(2, 22))
    assert not Contact.objects.exists()
    assert not ChangeLogEntry.objects.filter(project=project).exists()
    run = imports.run_now(imports.confirm(run, seen=preview.token))
    assert (run.state, run.created, run.rejected) == ("done", 900, 101)


def test_memory_stays_flat_however_long_the_file_is(
    project: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("large") / "large.csv"
    with path.open("w") as file:
        file.write("email,last_name,notes\n")
        for number in range(50_000):
            file.write(f'p{number}@example.org,"Name {number}",{"some words " * 20}\n')
    measured = child.run(
        IMPORTED,
        MEASURED.format(project=project.pk, path=str(path)),
        seconds=600,
    )
    assert measured.returncode == 0, measured.stderr
    megabytes = [int(word) for word in measured.stdout.split()]
    assert len(megabytes) == 26
    run = ImportRun.objects.get()
    assert (run.state, run.created, run.rejected) == ("done", 50_000, 0)
    assert run.size > 10 * 1024 * 1024
    assert megabytes[-1] - megabytes[4] < 12, "grows with the file"


def test_a_worker_that_slept_through_its_lease_does_not_drop_the_form_the_next_one_reads(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It woke and deleted; the other one met no further piece and took that for the file's end."""
    monkeypatch.setattr(chunks, "MOST_CONTACTS", 100)
    lines = "".join(f"p{number}@example.org;Évry {number}\n" for number in range(300))
    content = f"email;city\n{lines}".encode("windows-1252")
    run = imports.draft(project, io.BytesIO(content), file_name="x.csv", started_by="ana")
    options = replace(imports.detect(run).options, encoding="iso-8859-1")
    imports.confirm(imports.set_options(run, options), unchecked=True)
    sleeper = uuid4()
    assert leases.claim(ImportRun, run.pk, sleeper)
    asleep = ImportRun.objects.get(pk=run.pk)
    a_lease_later()
    awake = uuid4()
    assert leases.claim(ImportRun, run.pk, awake)
    preparing.ready(ImportRun.objects.get(pk=run.pk), awake)

    with pytest.raises(leases.LeaseLost):
        preparing.ready(asleep, sleeper)
    assert run.parts.filter(form=StoredForm.READ).exists()
    ImportRun.objects.update(claim=None)
    run = imports.run_now(ImportRun.objects.get(pk=run.pk))
    assert (run.state, run.created) == ("done", 300)


@pytest.mark.parametrize("kept", [0, 1])
def test_a_file_that_lost_a_piece_is_not_imported_as_if_it_ended_there(
    project: Project, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """Its last line would have been taken cut in two, and the import called done."""
    monkeypatch.setattr(files, "PIECE", 1_000)
    lines = "".join(f"p{number}@example.org,Lyon\n" for number in range(100))
    run = imports.start(project, io.BytesIO(f"email,city\n{lines}".encode()), file_name="x.csv")
    run.parts.filter(number__gt=kept).delete()
    run = imports.run_now(run)
    assert (run.state, run.reason) == ("failed", "raccord.import.internal")
    assert not Contact.objects.exists()
