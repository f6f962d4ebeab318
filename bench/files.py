"""`python -m bench.files`: what a large file costs on its way in, and what is told of it first.

    python -m bench.files [--contacts 200000] [--formats csv xlsx]

Each line is one file in a fresh data folder with its own database and one worker: drafted in this
process, as a web server does, then checked and imported by the worker. Seconds of the check hold
the time in which the form that is read is made of the file.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench import installation
from bench.contact_list import write_contacts
from bench.memory import PeakMemory

HEADING = """\
| file | contacts | MB | drafted, s | looked at, s | checked/s | imported/s | worker, MB / CPU s | \
workbook reader, MB | database, MB / CPU s |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|"""
READER = "workbook reader"


@dataclass(frozen=True, slots=True)
class Figures:
    """What one file cost. drafted, looked_at: seconds a person waits for a page."""

    format: str
    contacts: int
    megabytes: float
    drafted: float
    looked_at: float
    checked_per_second: float
    imported_per_second: float
    peak_megabytes: dict[str, float]
    processor: dict[str, float]


def main() -> None:
    """Measure every file and print one table line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.files", description=__doc__)
    parser.add_argument("--contacts", type=int, default=200_000)
    parser.add_argument("--formats", nargs="+", default=["csv", "xlsx"])
    options = parser.parse_args()
    print(HEADING)
    for kind in options.formats:
        # The settings are read once per process.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            print(_line(pool.apply(_measure, (kind, options.contacts))), flush=True)


def _line(figures: Figures) -> str:
    memory, processor = figures.peak_megabytes, figures.processor
    return (
        f"| {figures.format.upper()} | {figures.contacts:,} | {figures.megabytes:.0f} "
        f"| {figures.drafted:.1f} | {figures.looked_at:.2f} "
        f"| {figures.checked_per_second:,.0f} | {figures.imported_per_second:,.0f} "
        f"| {memory['worker']:.0f} / {processor['worker']:.1f} | {memory.get(READER, 0):.0f} "
        f"| {memory['database']:.0f} / {processor['database']:.1f} |"
    )


def _measure(kind: str, contacts: int) -> Figures:
    try:
        return _measured(kind, contacts)
    except Exception as error:
        # What a pool cannot send back, it would wait for without end.
        raise RuntimeError(repr(error)) from None


def _measured(kind: str, contacts: int) -> Figures:
    with installation.fresh() as folder:
        return _run(folder, kind, contacts)


def _run(folder: Path, kind: str, contacts: int) -> Figures:
    from raccord.processes import embedded_database, programs
    from raccord.processes.supervisor import Supervisor

    listed = write_contacts(folder / "contacts.csv", count=contacts)
    if kind == "xlsx":
        listed = _as_workbook(listed)
    with Supervisor(output=sys.stderr) as supervisor:
        supervisor.start(programs.worker(1))
        with PeakMemory(database=embedded_database.process_id(folder)) as memory:
            drafted, looked_at, checked, imported = _through_the_wizard(listed, contacts)
    return Figures(
        format=kind,
        contacts=contacts,
        megabytes=listed.stat().st_size / 1_000_000,
        drafted=drafted,
        looked_at=looked_at,
        checked_per_second=contacts / checked,
        imported_per_second=contacts / imported,
        peak_megabytes=memory.peaks,
        processor=memory.processor,
    )


def _as_workbook(listed: Path) -> Path:
    import xlsxwriter

    target = listed.with_suffix(".xlsx")
    with (
        listed.open(encoding="utf-8", newline="") as file,
        xlsxwriter.Workbook(target, {"constant_memory": True}) as book,
    ):
        sheet = book.add_worksheet("Contacts")
        for number, row in enumerate(csv.reader(file)):
            sheet.write_row(number, 0, row)
    return target


def _through_the_wizard(listed: Path, contacts: int) -> tuple[float, float, float, float]:
    """Seconds until drafted, looked at, checked and imported."""
    from dataclasses import replace

    from raccord.blueprint.applying import apply
    from raccord.blueprint.reading import read
    from raccord.contacts import imports
    from raccord.contacts.models import Project, RunState
    from raccord.demo import scenery

    # The demo's project alone: nobody it would be connected to is there.
    file = read(scenery.BLUEPRINT)
    alone = file.blueprint.model_copy(update={"authorizations": (), "connections": ()})
    apply(replace(file, blueprint=alone))
    project = Project.objects.get(slug=scenery.PROJECT)
    began = time.monotonic()
    run = imports.draft(project, listed, file_name=listed.name, started_by="bench")
    drafted = time.monotonic() - began
    began = time.monotonic()
    options = imports.detect(run).options
    looked_at = time.monotonic() - began
    imports.set_options(run, replace(options, consent=imports.ConsentProof("Bench", "Made up")))
    seconds = []
    for act, end in ((imports.check, RunState.READY), (imports.confirm, RunState.DONE)):
        began = time.monotonic()
        run = act(run)
        while run.is_under_way:
            time.sleep(0.02)
            run.refresh_from_db()
        assert run.state == end, run.reason
        seconds.append(time.monotonic() - began)
    assert run.created == contacts
    return drafted, looked_at, seconds[0], seconds[1]


if __name__ == "__main__":
    main()
