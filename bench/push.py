"""`python -m bench.push`: from a signed message until the contact shows it.

    python -m bench.push [--pushes 200] [--burst 2000]

Real web server, worker and simulator. One record after the other is changed over there by somebody
else and told of, as the plug-in tells; the clock runs from the moment the message is sent until
the contact has the new value. Then many are changed and told of in messages of 200 events. The
organization is not asked meanwhile, so nothing arrives but what was told. Prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx

from bench import installation
from bench.inbound import set_up, with_people

_AT_ONCE = 200
_PATIENCE = 600.0


def main() -> None:
    """Measure once and print the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.push", description=__doc__)
    parser.add_argument("--pushes", type=int, default=200)
    parser.add_argument("--burst", type=int, default=2_000)
    options = parser.parse_args()
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        figures = pool.apply(_measure, args=(options.pushes, options.burst))
    print(json.dumps(figures))


def _measure(pushes: int, burst: int) -> dict[str, object]:
    with installation.fresh() as folder:
        return _run(folder, pushes=pushes, burst=burst)


def _run(folder: Path, *, pushes: int, burst: int) -> dict[str, object]:
    from django.conf import settings

    from raccord.demo import scenery
    from raccord.processes import programs
    from raccord.processes.supervisor import Supervisor

    organization = scenery.write_organization(
        folder / "seed.json", public_url=settings.PUBLIC_URL, with_records=False
    )
    seed = with_people(organization, max(pushes, burst))
    simulated, web = (urlsplit(url).port or 80 for url in _urls())
    simulator = programs.simulator(port=simulated, seed=seed)
    with Supervisor(output=sys.stderr) as supervisor:
        supervisor.start(simulator)
        supervisor.start(programs.web(host="127.0.0.1", port=web))
        supervisor.start(programs.worker(1))
        sender = _sender(records=max(pushes, burst))
        latencies = [sender.push(f"push {number}", [number]) for number in range(pushes)]
        seconds = sender.push("burst", range(burst)).visible
    answered = [each.answered for each in latencies]
    visible = [each.visible for each in latencies]
    return {
        "pushes": pushes,
        "answered_p50_ms": _milliseconds(answered, 50),
        "answered_p95_ms": _milliseconds(answered, 95),
        "visible_p50_ms": _milliseconds(visible, 50),
        "visible_p95_ms": _milliseconds(visible, 95),
        "visible_max_ms": round(max(visible) * 1000),
        "burst": burst,
        "burst_seconds": round(seconds, 2),
    }


def _urls() -> tuple[str, str]:
    from django.conf import settings

    return str(settings.SIMULATOR_URL), str(settings.PUBLIC_URL)


def _milliseconds(seconds: Sequence[float], percentile: int) -> int:
    if len(seconds) < 2:
        return round(seconds[0] * 1000)
    return round(statistics.quantiles(seconds, n=100)[percentile - 1] * 1000)


@dataclass(frozen=True, slots=True)
class _Latency:
    """Seconds from sending the first message: until the last answer, until all is visible."""

    answered: float
    visible: float


@dataclass(frozen=True, slots=True)
class _Sender:
    """Somebody in the organization, and the plug-in that tells what they did."""

    there: httpx.Client
    here: httpx.Client
    path: str
    secret: str
    ids: list[str]

    def push(self, title: str, which: Sequence[int]) -> _Latency:
        """Give these records a title and tell of it, until every contact has it."""
        from raccord.contacts.models import Contact

        changed = [self.ids[number] for number in which]
        parts = [changed[at : at + _AT_ONCE] for at in range(0, len(changed), _AT_ONCE)]
        for part in parts:
            records = [
                {"attributes": {"type": "Contact"}, "id": each, "Title": title} for each in part
            ]
            address = "/services/data/v62.0/composite/sobjects"
            self.there.patch(address, json={"records": records}).raise_for_status()
        began = time.monotonic()
        for part in parts:
            self._tell(part)
        answered = time.monotonic() - began
        seen = Contact.objects.filter(values__title=title)
        while seen.count() < len(changed):
            if time.monotonic() - began > _PATIENCE:
                raise TimeoutError("what was told did not arrive")
            time.sleep(0.005)
        return _Latency(answered, time.monotonic() - began)

    def _tell(self, ids: Sequence[str]) -> None:
        from raccord.connectors import webhook

        events = [
            {"id": str(uuid4()), "object": "Contact", "record_id": each, "kind": "updated"}
            for each in ids
        ]
        stamp = datetime.now(UTC).isoformat()
        said = {"v": 1, "sent_at": stamp, "nonce": uuid4().hex, "events": events}
        body = json.dumps(said).encode()
        signed = webhook.signature(body, key=self.secret.encode())
        answer = self.here.post(self.path, content=body, headers={webhook.SIGNATURE: signed})
        assert answer.status_code == 202, answer.text
        assert len(answer.json()["taken"]) == len(ids)


def _sender(*, records: int) -> _Sender:
    """Everybody in the organization is a contact already, and nothing waits."""
    from django.urls import reverse

    from raccord.connections import receiving_address
    from raccord.sync.models import Link, Reading

    transfer = set_up()
    simulated, web = _urls()
    _wait_for_all(records)
    # From here on nothing arrives but what is told.
    Reading.objects.update(due_at="2100-01-01T00:00Z")
    made = receiving_address.make_secret(transfer.connection, seen=0)
    there = httpx.Client(base_url=simulated, timeout=60)
    there.headers["Authorization"] = f"Bearer {_token(there)}"
    return _Sender(
        there=there,
        here=httpx.Client(base_url=web, timeout=60),
        path=reverse("receive", args=[made.address.key]),
        secret=made.secret,
        ids=[str(each) for each in Link.objects.order_by("pk").values_list("remote_id", flat=True)],
    )


def _wait_for_all(records: int) -> None:
    from raccord.contacts.models import OutboxItem
    from raccord.sync.models import InboxItem, Link, Reading

    ends_at = time.monotonic() + _PATIENCE
    while not (
        Link.objects.filter(state="linked").count() == records
        and not InboxItem.objects.exists()
        and not OutboxItem.objects.exists()
        and Reading.objects.filter(read_at__isnull=False, claim=None).exists()
    ):
        if time.monotonic() > ends_at:
            raise TimeoutError("the organization was not received")
        time.sleep(0.1)


def _token(there: httpx.Client) -> str:
    grant: dict[str, Any] = {
        "grant_type": "client_credentials",
        "client_id": "raccord-demo",
        "client_secret": "raccord-demo-secret",
    }
    answer = there.post("/services/oauth2/token", data=grant).raise_for_status()
    return str(answer.json()["access_token"])


if __name__ == "__main__":
    main()
