"""One measured run: everything started, a list imported, then activated and delivered."""

from __future__ import annotations

import multiprocessing
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from bench import installation
from bench.contact_list import write_contacts
from bench.memory import PeakMemory


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run gave. latency: in ms, added to each call. peak_megabytes: resident, by program
    (the database is the sum of its processes, shared pages counted once). processor: in seconds,
    likewise, for the whole run."""

    contacts: int
    latency: int
    stored_per_second: float
    delivered_per_second: float
    calls: int
    peak_megabytes: dict[str, float]
    processor: dict[str, float]


def measure(*, contacts: int, latency: int) -> Figures:
    """Run in a process of its own, since the settings are read once per process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, kwds={"contacts": contacts, "latency": latency})


def _measure(*, contacts: int, latency: int) -> Figures:
    with installation.fresh() as folder:
        return _run(folder, contacts=contacts, latency=latency)


def _run(folder: Path, *, contacts: int, latency: int) -> Figures:
    from django.conf import settings

    from raccord.demo import scenery
    from raccord.processes import embedded_database, programs
    from raccord.processes.supervisor import Supervisor

    listed = write_contacts(folder / "contacts.csv", count=contacts)
    seed = scenery.write_organization(
        folder / "seed.json", public_url=settings.PUBLIC_URL, with_records=False
    )
    port = urlsplit(settings.SIMULATOR_URL).port or 80
    simulator = programs.simulator(port=port, seed=seed)
    # Without a data file: what an organization does to keep its records is not measured here.
    simulator = replace(simulator, command=(*simulator.command, "--latency", str(latency)))
    with Supervisor(output=sys.stderr) as supervisor:
        supervisor.start(simulator)
        supervisor.start(programs.worker(1))
        with PeakMemory(database=embedded_database.process_id(folder)) as memory:
            stored, delivered, calls = _import_and_deliver(listed)
    return Figures(
        contacts=contacts,
        latency=latency,
        stored_per_second=contacts / stored,
        delivered_per_second=contacts / delivered,
        calls=calls,
        peak_megabytes=memory.peaks,
        processor=memory.processor,
    )


def _import_and_deliver(listed: Path) -> tuple[float, float, int]:
    """Seconds from CSV to stored, seconds from activation to delivered, API calls made."""
    from django.db.models import Sum

    from raccord.blueprint.applying import apply
    from raccord.blueprint.reading import read
    from raccord.connections.models import Connection
    from raccord.contacts import imports
    from raccord.contacts.models import Project, RunState
    from raccord.demo import counting, scenery, settling

    # Imported first and activated afterwards, so that the two ways are measured one by one.
    file = read(scenery.BLUEPRINT)
    (connection,) = file.blueprint.connections
    assert connection.integration is not None
    off = connection.integration.model_copy(update={"active": False})
    switched_off = connection.model_copy(update={"integration": off})
    blueprint = file.blueprint.model_copy(update={"connections": (switched_off,)})
    apply(replace(file, blueprint=blueprint))
    project = Project.objects.get(slug=scenery.PROJECT)
    began = time.monotonic()
    run = imports.start(project, listed, file_name=listed.name, started_by="bench")
    while run.state not in (RunState.DONE, RunState.FAILED):
        time.sleep(0.02)
        run.refresh_from_db()
    stored = time.monotonic() - began
    began = time.monotonic()
    apply(file)
    settling.wait_until_settled(project)
    delivered = time.monotonic() - began
    assert counting.delivered(project) == run.created
    calls = Connection.objects.aggregate(total=Sum("calls"))["total"]
    return stored, delivered, int(calls or 0)
