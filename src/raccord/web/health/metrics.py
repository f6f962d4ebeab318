"""The figures of the flow as Prometheus reads them; docs/reference/metrics.md lists them.

Read from the tables when somebody asks, so every web process gives the same. Connections and data
transfers are named by their numbers, people not at all.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from django.db import close_old_connections
from prometheus_client import (
    CollectorRegistry,
    Histogram,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from raccord import __version__
from raccord.connections.models import IntegrationState
from raccord.installation import hold
from raccord.sync import measures

TRANSFER = ("connection", "transfer")

# Since when a process has counted is of no use to anybody here.
disable_created_metrics()  # type: ignore[no-untyped-call]

_registry = CollectorRegistry(auto_describe=False)
_requests = Histogram(
    "raccord_web_request_seconds",
    "How long requests took in this web process, by the kind of their answer.",
    ("status",),
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=_registry,
)


def note_request(status: int, *, seconds: float) -> None:
    """Count a request that was answered."""
    _requests.labels(f"{status // 100}xx").observe(seconds)


def text() -> bytes:
    """All of it, in Prometheus' text format. Raises DatabaseError."""
    close_old_connections()
    try:
        # Read before anything is written: half of the figures would look like all of them.
        figures = CollectorRegistry(auto_describe=False)
        figures.register(_Gathered(list(_gathered())))
        return generate_latest(figures) + generate_latest(_registry)
    finally:
        close_old_connections()


class _Gathered(Collector):
    """Figures that were read already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        yield from self._metrics


def _gathered() -> Iterator[Metric]:
    began = time.monotonic()
    yield from _of_installation()
    yield from _of_transfers()
    yield from _of_connections()
    took = GaugeMetricFamily("raccord_metrics_seconds", "How long it took to read these figures.")
    took.add_metric((), time.monotonic() - began)
    yield took


def _of_installation() -> Iterator[Metric]:
    row = hold.current()
    info = InfoMetricFamily("raccord", "What this installation is.")
    info.add_metric((), {"version": __version__, "installation": str(row.uid) if row else ""})
    yield info
    yield GaugeMetricFamily(
        "raccord_held", "1 while nothing is exchanged with other systems.", float(hold.is_held())
    )
    yield GaugeMetricFamily("raccord_workers", "Workers that are alive.", measures.workers())
    swept = measures.last_sweep_age()
    if swept is not None:
        yield GaugeMetricFamily(
            "raccord_sweep_age_seconds",
            "Since the work of each minute was last done.",
            swept,
        )


def _of_transfers() -> Iterator[Metric]:
    outbox = GaugeMetricFamily(
        "raccord_outbox_items", "Contacts to be sent, by state.", labels=(*TRANSFER, "state")
    )
    inbox = GaugeMetricFamily(
        "raccord_inbox_items", "Records to be looked at, by state.", labels=(*TRANSFER, "state")
    )
    oldest_due = GaugeMetricFamily(
        "raccord_outbox_oldest_seconds", "Age of the oldest contact that is due.", labels=TRANSFER
    )
    oldest_hint = GaugeMetricFamily(
        "raccord_inbox_oldest_seconds", "Age of the oldest record that is due.", labels=TRANSFER
    )
    delivered = GaugeMetricFamily(
        "raccord_delivered_today", "Records delivered since midnight, UTC.", labels=TRANSFER
    )
    refused = GaugeMetricFamily(
        "raccord_refused_today", "Records refused since midnight, UTC.", labels=TRANSFER
    )
    for each in measures.transfers():
        labels = (str(each.connection), str(each.transfer))
        outbox.add_metric((*labels, "due"), each.due)
        outbox.add_metric((*labels, "parked"), each.parked)
        outbox.add_metric((*labels, "held"), each.held)
        inbox.add_metric((*labels, "due"), each.hints_due)
        inbox.add_metric((*labels, "parked"), each.hints_parked)
        oldest_due.add_metric(labels, each.oldest_due)
        oldest_hint.add_metric(labels, each.oldest_hint)
        delivered.add_metric(labels, each.delivered)
        refused.add_metric(labels, each.refused)
    yield from (outbox, inbox, oldest_due, oldest_hint, delivered, refused)


def _of_connections() -> Iterator[Metric]:
    names = ("connection",)
    calls = GaugeMetricFamily(
        "raccord_api_calls_today", "Calls to the other side since midnight, UTC.", labels=names
    )
    authorized = GaugeMetricFamily(
        "raccord_authorized", "1 while the authorization is good, 0 once it is lost.", labels=names
    )
    since = GaugeMetricFamily(
        "raccord_authorized_timestamp_seconds", "When a person last authorized.", labels=names
    )
    paused = GaugeMetricFamily(
        "raccord_paused", "1 while the connection waits for the other side.", labels=names
    )
    states = GaugeMetricFamily(
        "raccord_integration_state", "1 for the state it is in.", labels=(*names, "state")
    )
    for each in measures.connections():
        label = str(each.connection)
        calls.add_metric((label,), each.calls)
        authorized.add_metric((label,), float(each.authorized))
        if each.authorized_at is not None:
            since.add_metric((label,), each.authorized_at)
        paused.add_metric((label,), float(each.paused))
        for state in IntegrationState.values:
            states.add_metric((label, state), float(each.integration == state))
    yield from (calls, authorized, since, paused, states)
