"""`python -m bench.lists`: how long the screens of a very large project take, over HTTP.

    python -m bench.lists [--contacts 1000000] [--requests 50]

Everything a person does is asked for once beforehand: so the worker makes the indexes that these
lists want, as it does for any large project, and the caches are as warm as in a working day.
Processor time is that of web server and database together: what two runs on a busy machine can be
compared by, and about what a request takes on an idle one.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import statistics
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import psutil

from bench import installation

if TYPE_CHECKING:
    from pathlib import Path

    from raccord.contacts.models import Project

INDEXES_SECONDS = 1_800
DEEP = 20

# What is asked for; where there are several, in turn.
SCREENS: Mapping[str, Sequence[str]] = {
    "the list": [""],
    "search, common word": ["?q=gmail", "?q=lyon", "?q=martin", "?q=zoe"],
    "search, as it is typed": ["?q=b", "?q=be", "?q=bel", "?q=bela"],
    "search, rare word": ["?q=bacefan", "?q=zanzouzer", "?q=mitafo"],
    "search, two words": ["?q=zoe+tremblay", "?q=hugo+martin+lyon"],
    "search, part of an e-mail address": ["?q=.777777@", "?q=123456", "?q=4567@gmail"],
    "search, phone number": ["?q=06+12+34+56+78", "?q=478123456"],
    "search, nobody": ["?q=xyzzy", "?q=nobody@nowhere"],
    "filter, text is": ["?f=city:is:lyon", "?f=city:is:Bacefan"],
    "filter, text contains": [
        "?f=company:contains:boul",
        "?f=email:contains:7777.",
        "?f=email:contains:wxyz",
    ],
    "filter, rare range": ["?f=score:more:500", "?f=birthdate:before:1940-03-01"],
    "filter, consent": ["?f=newsletter:is:no", "?f=newsletter:is:yes", "?f=newsletter:empty"],
    "filter, empty": ["?f=title:empty", "?f=email:empty"],
    "filter, refused or held": ["?f=@sync:is:refused", "?f=@sync:is:held"],
    "filter, agreed": ["?f=@sync:is:agreed"],
    "filter, not linked": ["?f=@sync:is:not_linked"],
    "three filters": ["?f=city:is:lyon&f=language:is:fr&f=score:more:200"],
    "sorted by a text": ["?sort=last_name", "?sort=-last_name"],
    "sorted by a number, searched": ["?sort=-score&q=lyon", "?sort=score&q=bela"],
}


HEADING = """\
| screen, at {contacts:,} contacts | median, ms | p95, ms | processor, ms |
|---|---:|---:|---:|"""


@dataclass(frozen=True, slots=True)
class Timing:
    """One kind of request, in milliseconds. processor: the mean of one request."""

    screen: str
    median: float
    p95: float
    processor: float


@dataclass(frozen=True, slots=True)
class ListFigures:
    """contacts: in the project. filled, first: seconds to write them, and to ask for everything
    once until the indexes were there."""

    contacts: int
    filled: float
    first: float
    timings: tuple[Timing, ...]


class Clock:
    """Processor time of the web server below us and of the database."""

    def __init__(self, *, database: int | None) -> None:
        self._database = database

    def milliseconds(self) -> float:
        ours = [one for one in psutil.Process().children(recursive=True) if "web" in one.cmdline()]
        if self._database is not None:
            postmaster = psutil.Process(self._database)
            ours += [postmaster, *postmaster.children()]
        return sum(_used(process) for process in ours) * 1_000


def _used(process: psutil.Process) -> float:
    """With what its children used that have ended."""
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def main() -> None:
    """Print one table line for each screen."""
    parser = argparse.ArgumentParser(prog="python -m bench.lists", description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=50)
    options = parser.parse_args()
    report(measure(contacts=options.contacts, requests=options.requests))


def report(figures: ListFigures) -> None:
    print(HEADING.format(contacts=figures.contacts))
    for timing in figures.timings:
        print(
            f"| {timing.screen} | {timing.median:.0f} | {timing.p95:.0f} | {timing.processor:.0f} |"
        )
    print(
        f"\n{figures.contacts:,} contacts, written in {figures.filled:.0f} s; "
        f"indexes made in {figures.first:.0f} s."
    )


def measure(*, contacts: int, requests: int) -> ListFigures:
    """Run in a process of its own, since the settings are read once per process."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measure, kwds={"contacts": contacts, "requests": requests})


def _measure(*, contacts: int, requests: int) -> ListFigures:
    with installation.fresh() as folder:
        return _run(folder, contacts=contacts, requests=requests)


def _run(folder: Path, *, contacts: int, requests: int) -> ListFigures:
    from django.conf import settings
    from django.core.management import call_command

    from bench import many_contacts
    from raccord.processes import embedded_database, programs
    from raccord.processes.supervisor import Supervisor

    call_command("collectstatic", interactive=False, verbosity=0)
    project = many_contacts.a_project()
    began = time.monotonic()
    many_contacts.fill(project, count=contacts)
    many_contacts.connect(project)
    filled = time.monotonic() - began
    port = int(settings.PUBLIC_URL.rsplit(":", 1)[1])
    with Supervisor(output=sys.stderr) as supervisor:
        supervisor.start(programs.web(host="127.0.0.1", port=port))
        supervisor.start(programs.worker(1))
        with _signed_in(f"{settings.PUBLIC_URL}/projects/{project.slug}/contacts/") as browser:
            screens = {**SCREENS, **_further(browser, project)}
            first = _ask_for_everything(browser, screens)
            clock = Clock(database=embedded_database.process_id(folder))
            timings = tuple(
                _timing(browser, *screen, clock=clock, requests=requests)
                for screen in screens.items()
            )
    return ListFigures(contacts, filled, first, timings)


def _signed_in(address: str) -> httpx.Client:
    from django.test import Client

    from raccord.accounts.models import User

    client = Client()
    client.force_login(User.objects.create_user("bench@exemple.test", "bench", name="Bench"))
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    return httpx.Client(base_url=address, cookies=cookies, timeout=60)


def _further(browser: httpx.Client, project: Project) -> dict[str, list[str]]:
    """Screens whose address has to be found first: a page far down, and contacts' own pages."""
    from raccord.contacts.lists import paging
    from raccord.contacts.lists.query import ListQuery
    from raccord.contacts.models import Contact

    page = paging.page(project, ListQuery())
    for _ in range(DEEP):
        page = paging.page(project, ListQuery(), cursor=page.next)
    some = Contact.objects.filter(project=project)[:: max(1, DEEP)][:DEEP]
    return {
        f"the list, page {DEEP + 2}": [f"?after={quote(page.next)}"],
        "a contact's page": [f"{contact.pk}/" for contact in some],
    }


def _ask_for_everything(browser: httpx.Client, screens: Mapping[str, Sequence[str]]) -> float:
    """Seconds until everything was answered and the worker has nothing to make any more."""
    from raccord.contacts.lists import sort_indexes

    began = time.monotonic()
    for address in itertools.chain.from_iterable(screens.values()):
        browser.get(address).raise_for_status()
    deadline = began + INDEXES_SECONDS
    while sort_indexes.is_behind() and time.monotonic() < deadline:
        time.sleep(0.5)
    assert not sort_indexes.is_behind(), "the worker did not make the indexes"
    return time.monotonic() - began


def _timing(
    browser: httpx.Client, screen: str, addresses: Sequence[str], *, clock: Clock, requests: int
) -> Timing:
    for address in addresses:
        _milliseconds(browser, address)
    began = clock.milliseconds()
    in_turn = itertools.islice(itertools.cycle(addresses), requests)
    taken = [_milliseconds(browser, address) for address in in_turn]
    processor = (clock.milliseconds() - began) / requests
    p95 = statistics.quantiles(taken, n=20)[-1]
    return Timing(screen, statistics.median(taken), p95, processor)


def _milliseconds(browser: httpx.Client, address: str) -> float:
    began = time.perf_counter()
    browser.get(address).raise_for_status()
    return (time.perf_counter() - began) * 1_000


if __name__ == "__main__":
    main()
