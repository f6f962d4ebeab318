"""`python -m bench.many_at_once`: what it costs to export, edit and delete many contacts at once.

    python -m bench.many_at_once [--contacts 200000]

One fresh data folder with its own database and one worker; the acts come one after the other, all
of them on all contacts. Seconds count from the click to the end of the run, the time until a worker
wakes included. The worker's memory is the largest so far, so it never falls from line to line.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bench import installation
from bench.contact_list import write_contacts
from bench.memory import PeakMemory
from tools.example_contacts import COLUMNS

if TYPE_CHECKING:
    from raccord.contacts.models import BulkRun, ExportRun, Project, Run

HEADING = """\
| act | contacts | seconds | contacts/s | file, MB | worker, MB / CPU s | database, MB / CPU s |
|---|---:|---:|---:|---:|---:|---:|"""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one act cost. megabytes: of its file, 0 if it makes none. memory: the peak so far.
    processor: seconds of this act."""

    act: str
    contacts: int
    seconds: float
    megabytes: float
    memory: dict[str, float]
    processor: dict[str, float]


def main() -> None:
    """Do every act and print one table line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.many_at_once", description=__doc__)
    parser.add_argument("--contacts", type=int, default=200_000)
    options = parser.parse_args()
    # The settings are read once per process.
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        measured = pool.apply(_measure, (options.contacts,))
    print(HEADING)
    for figures in measured:
        print(_line(figures))


def _line(figures: Figures) -> str:
    memory, processor = figures.memory, figures.processor
    return (
        f"| {figures.act} | {figures.contacts:,} | {figures.seconds:.1f} "
        f"| {figures.contacts / figures.seconds:,.0f} | {figures.megabytes:.1f} "
        f"| {memory['worker']:.0f} / {processor['worker']:.1f} "
        f"| {memory['database']:.0f} / {processor['database']:.1f} |"
    )


def _measure(contacts: int) -> list[Figures]:
    with installation.fresh() as folder:
        return _run(folder, contacts)


def _run(folder: Path, contacts: int) -> list[Figures]:
    from raccord.contacts import imports
    from raccord.processes import embedded_database, programs
    from raccord.processes.supervisor import Supervisor

    project = _project()
    listed = write_contacts(folder / "contacts.csv", count=contacts)
    imported = imports.run_now(imports.start(project, listed, file_name="contacts.csv"))
    assert imported.created == contacts, imported.reason
    with Supervisor(output=sys.stderr) as supervisor:
        supervisor.start(programs.worker(1))
        with PeakMemory(database=embedded_database.process_id(folder)) as memory:
            while "worker" not in memory.processor or "database" not in memory.processor:
                time.sleep(0.1)
            return [_timed(name, begin, memory) for name, begin in _acts(project)]


def _project() -> Project:
    """With the columns of the list."""
    from raccord.contacts import projects
    from raccord.engine.records import FieldType

    types = {
        "email": FieldType.EMAIL,
        "birthdate": FieldType.DATE,
        "newsletter": FieldType.CONSENT,
        "street": FieldType.LONG_TEXT,
        "notes": FieldType.LONG_TEXT,
    }
    project = projects.create_project("Bench")
    for column in COLUMNS:
        kind = types.get(column, FieldType.TEXT)
        projects.add_field(project, key=column, label=column, type=kind)
    projects.set_unique_key(project, ["email"])
    return project


def _acts(project: Project) -> Iterator[tuple[str, Callable[[], Run]]]:
    yield "export, CSV", lambda: _export(project, "csv")
    yield "export, XLSX", lambda: _export(project, "xlsx")
    yield "edit of a field", lambda: _edit(project)
    yield "deletion", lambda: _delete(project)


def _timed(name: str, begin: Callable[[], Run], memory: PeakMemory) -> Figures:
    before = dict(memory.processor)
    began = time.monotonic()
    run = begin()
    while run.is_under_way:
        time.sleep(0.02)
        run.refresh_from_db()
    seconds = time.monotonic() - began
    assert run.state == "done", (run.state, run.reason)
    spent = {program: total - before.get(program, 0) for program, total in memory.processor.items()}
    return Figures(
        act=name,
        contacts=getattr(run, "total", 0),
        seconds=seconds,
        megabytes=getattr(run, "size", 0) / 1_000_000,
        memory=dict(memory.peaks),
        processor=spent,
    )


def _export(project: Project, kind: str) -> ExportRun:
    from raccord.contacts import exports
    from raccord.contacts.exports.options import FileFormat
    from raccord.contacts.lists.query import ListQuery

    return exports.start(
        project,
        ListQuery(),
        columns=list(project.fields.values_list("key", flat=True)),
        format=FileFormat(kind),
        name="Bench",
        started_by="bench",
        language="en",
        time_zone="UTC",
    )


def _edit(project: Project) -> BulkRun:
    from raccord.contacts import bulk

    run = _chosen(project, "edit")
    bulk.decide(run, {"company": (bulk.EditHow.SET, "Meridian")})
    bulk.confirm(run, seen=bulk.stamp(run))
    run.refresh_from_db()
    return run


def _delete(project: Project) -> BulkRun:
    from raccord.contacts import bulk

    run = _chosen(project, "delete")
    bulk.confirm(run, seen=bulk.stamp(run))
    run.refresh_from_db()
    return run


def _chosen(project: Project, act: str) -> BulkRun:
    """Everybody; many are counted by the worker first."""
    from raccord.contacts import bulk
    from raccord.contacts.lists.query import ListQuery
    from raccord.contacts.models import BulkAct

    run = bulk.choose(project, ListQuery(), act=BulkAct(act), started_by="bench")
    while run.is_under_way:
        time.sleep(0.02)
        run.refresh_from_db()
    return run


if __name__ == "__main__":
    main()
