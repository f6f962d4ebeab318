"""`python -m bench.inbound`: what changes over there, until it is merged here.

    python -m bench.inbound [--contacts 10000] [--workers 1]

First a whole organization is received: each record becomes a contact and is agreed with. Then
every record is changed over there by somebody else, in calls of 200, and the time until the last
of them is merged is taken from the moment the last call is answered. The simulator has no latency;
the reading is asked for at once, since waiting for its interval says nothing. Of several workers
the busiest one's memory and processor time are shown. At last a day passes on which nothing changes
(`idle.py`), and its calls are counted.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from bench import idle, installation
from bench.memory import PeakMemory
from tools.example_contacts import COLUMNS, people

if TYPE_CHECKING:
    from raccord.connections.models import DataTransfer

HEADING = """\
| records | created/s | merged/s | calls for each | worker, MB / CPU s | database | simulator \
| calls in an idle day |
|---:|---:|---:|---:|---:|---:|---:|---:|"""
PATIENCE = 1_800.0
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Figures:
    created_seconds: float
    merged_seconds: float
    calls_to_create: int
    calls_to_merge: int
    calls_when_idle: int
    peaks: dict[str, float]
    processor: dict[str, float]


def main() -> None:
    """Measure once and print one table line."""
    parser = argparse.ArgumentParser(prog="python -m bench.inbound", description=__doc__)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    contacts: int = given.contacts
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        figures = pool.apply(_measure, args=(contacts, given.workers))
    programs = " | ".join(
        f"{figures.peaks[name]:.0f} / {figures.processor[name]:.1f}"
        for name in ("worker", "database", "simulator")
    )
    print(HEADING)
    print(
        f"| {contacts:,} | {contacts / figures.created_seconds:,.0f} "
        f"| {contacts / figures.merged_seconds:,.0f} "
        f"| {figures.calls_to_create:,}, {figures.calls_to_merge:,} | {programs} "
        f"| {figures.calls_when_idle:,} |"
    )


def _measure(contacts: int, workers: int) -> Figures:
    with installation.fresh() as folder:
        return _run(folder, contacts, workers=workers)


def _run(folder: Path, contacts: int, *, workers: int) -> Figures:
    from django.conf import settings

    from raccord.demo import scenery
    from raccord.processes import embedded_database, programs
    from raccord.processes.supervisor import Supervisor

    seed = with_people(
        scenery.write_organization(
            folder / "seed.json", public_url=settings.PUBLIC_URL, with_records=False
        ),
        contacts,
    )
    port = urlsplit(settings.SIMULATOR_URL).port or 80
    simulator = programs.simulator(port=port, seed=seed)
    with Supervisor(output=sys.stderr) as organization:
        organization.start(simulator)
        with Supervisor(output=sys.stderr) as supervisor:
            for number in range(1, workers + 1):
                supervisor.start(programs.worker(number))
            with PeakMemory(database=embedded_database.process_id(folder)) as memory:
                created, merged, calls = _receive(contacts)
        idle.come_to_rest(_transfer().pk)
        idle_calls = idle.calls_when_idle(_transfer().pk)
    return Figures(created, merged, *calls, idle_calls, memory.peaks, memory.processor)


def _receive(contacts: int) -> tuple[float, float, tuple[int, int]]:
    """Seconds until all are here, until all changes of theirs are; the calls for each."""
    from django.conf import settings

    from raccord.connections.models import Connection
    from raccord.contacts.models import Contact

    transfer = set_up()
    began = time.monotonic()
    _read_now(transfer)
    _wait(lambda: _rests() and Contact.objects.count() == contacts)
    created = time.monotonic() - began
    calls_to_create = Connection.objects.get().calls
    _edit_everything(settings.SIMULATOR_URL)
    began = time.monotonic()
    _read_now(transfer)
    changed = Contact.objects.filter(values__title="Changed over there")
    _wait(lambda: _rests() and changed.count() == contacts)
    merged = time.monotonic() - began
    calls_to_merge = Connection.objects.get().calls - calls_to_create
    return created, merged, (calls_to_create, calls_to_merge)


def _transfer() -> DataTransfer:
    from raccord.connections.models import DataTransfer

    return DataTransfer.objects.get()


def set_up() -> DataTransfer:
    """The demo's set-up with Contact only, both ways, active."""
    from raccord.blueprint.applying import apply
    from raccord.blueprint.reading import read
    from raccord.connections.models import DataTransfer, FieldMapping, Integration
    from raccord.demo import scenery
    from raccord.sync import activate

    file = read(scenery.BLUEPRINT)
    (connection,) = file.blueprint.connections
    assert connection.integration is not None
    off = connection.integration.model_copy(update={"active": False})
    inactive = connection.model_copy(update={"integration": off})
    blueprint = file.blueprint.model_copy(update={"connections": (inactive,)})
    apply(replace(file, blueprint=blueprint))
    DataTransfer.objects.exclude(object="Contact").delete()
    FieldMapping.objects.update(direction="both", rule="theirs")
    transfer = DataTransfer.objects.get()
    DataTransfer.objects.update(only_there="create")
    activate.activate(Integration.objects.get())
    return transfer


def _read_now(transfer: DataTransfer) -> None:
    from django.db import transaction

    from raccord.contacts import wakeups
    from raccord.sync.models import Reading
    from raccord.sync.poll import POLL

    Reading.objects.update(due_at="2020-01-01T00:00Z")
    with transaction.atomic():
        wakeups.after_commit(POLL, transfer=transfer.pk)


def _rests() -> bool:
    from raccord.contacts.models import OutboxItem
    from raccord.sync.models import InboxItem, Reading

    reading = Reading.objects.filter(read_at__isnull=False, claim=None).exists()
    return reading and not InboxItem.objects.exists() and not OutboxItem.objects.exists()


def _wait(condition: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > ends_at:
            raise TimeoutError("the two sides did not come to agree")
        time.sleep(0.1)


def _edit_everything(url: str) -> None:
    """Give every record another title, as a colleague over there would."""
    grant = {
        "grant_type": "client_credentials",
        "client_id": "raccord-demo",
        "client_secret": "raccord-demo-secret",
    }
    with httpx.Client(base_url=url, timeout=60) as http:
        token = http.post("/services/oauth2/token", data=grant).raise_for_status().json()
        http.headers["Authorization"] = f"Bearer {token['access_token']}"
        for ids in _parts(_ids(http)):
            records = [
                {"attributes": {"type": "Contact"}, "id": each, "Title": "Changed over there"}
                for each in ids
            ]
            address = "/services/data/v62.0/composite/sobjects"
            http.patch(address, json={"records": records}).raise_for_status()


def _ids(http: httpx.Client) -> list[str]:
    page = "/services/data/v62.0/query?q=SELECT+Id+FROM+Contact"
    found: list[str] = []
    while page:
        answer: dict[str, Any] = http.get(page).raise_for_status().json()
        found += [record["Id"] for record in answer["records"]]
        page = answer.get("nextRecordsUrl", "")
    return found


def _parts(ids: list[str]) -> Iterator[list[str]]:
    return (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))


def with_people(seed: Path, count: int) -> Path:
    """Put people into the organization from the beginning."""
    content = json.loads(seed.read_text(encoding="utf-8"))
    email, first, last, city = map(COLUMNS.index, ("email", "first_name", "last_name", "city"))
    named = (line for line in people() if line[last])
    content["records"] = {
        "Contact": [
            {
                "Email": line[email],
                "FirstName": line[first],
                "LastName": line[last],
                "MailingCity": line[city],
            }
            for line in itertools.islice(named, count)
        ]
    }
    seed.write_text(json.dumps(content), encoding="utf-8")
    return seed


if __name__ == "__main__":
    main()
