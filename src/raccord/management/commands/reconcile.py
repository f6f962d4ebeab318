"""``raccord reconcile TRANSFER|--all [--repair]``: both sides compared, here and now."""

from __future__ import annotations

import sys
import time
from argparse import RawDescriptionHelpFormatter
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser

from raccord.connections.models import DataTransfer, IntegrationState
from raccord.connections.sentences import explain_failure
from raccord.engine.errors import BadInput
from raccord.engine.reconcile import DRIFT, Result
from raccord.sync.reconcile import here_and_now, runs
from raccord.sync.reconcile.findings import Figures
from raccord.sync.reconcile.models import UNFINISHED, Cause, Reconciliation

EXPLANATION = """\
Compare both sides of a data transfer and print one line of JSON for each: how many pairs are
equal, how many differ by a rule (settled), wait, or differ without a rule (drift), the calls it
took, and after a repair how many differ still (drift_left).

TRANSFER is the number of a data transfer, as in the address of its mapping; --all takes every
active one of every active integration. A comparison that goes on already is taken to its end.
Workers may run beside; none is needed. Exit status: 0 if nothing differs without a rule, else 1.

  raccord reconcile 3
  raccord reconcile --all --repair
"""


class Command(BaseCommand):
    help = EXPLANATION

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Keep the explanation's lines as they are."""
        kwargs["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        wanted = parser.add_mutually_exclusive_group(required=True)
        wanted.add_argument("transfer", nargs="?", type=int, help="the data transfer's number")
        wanted.add_argument("--all", action="store_true", help="every active data transfer")
        parser.add_argument(
            "--repair", action="store_true", help="put right what differs without a rule"
        )
        parser.add_argument(
            "--patience",
            type=float,
            default=3600.0,
            metavar="SECONDS",
            help="how long to wait for each; the workers go on afterwards (default: 3600)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare one after the other."""
        agree = True
        for transfer in _transfers(options["transfer"]):
            began = time.monotonic()
            try:
                run = _run(transfer, repair=options["repair"])
            except BadInput as refused:
                explanation = explain_failure(refused, source=transfer.connection.source)
                raise CommandError(f"{explanation.what} {explanation.todo}") from None
            run = here_and_now.to_the_end(run, seconds=options["patience"])
            said = _said(run, seconds=time.monotonic() - began)
            self.stdout.write(orjson.dumps(said).decode())
            agree &= run.is_over and not said["drift_left"]
        if not agree:
            sys.exit(1)


def _transfers(key: int | None) -> list[DataTransfer]:
    listed = DataTransfer.objects.select_related("connection__project").order_by("pk")
    if key is None:
        active = listed.filter(active=True, connection__integration__state=IntegrationState.ACTIVE)
        return list(active)
    found = list(listed.filter(pk=key))
    if not found:
        known = ", ".join(f"{each.pk} ({each.connection.name}, {each.object})" for each in listed)
        raise CommandError(f"There is no data transfer {key}. There are: {known or 'none'}.")
    return found


def _run(transfer: DataTransfer, *, repair: bool) -> Reconciliation:
    """A new comparison, or the one that goes on."""
    try:
        return runs.begin(transfer, cause=Cause.COMMAND, repair=repair)
    except BadInput:
        going_on = Reconciliation.objects.filter(transfer=transfer, state__in=UNFINISHED).first()
        if going_on is None:
            raise
        return going_on


def _said(run: Reconciliation, *, seconds: float) -> dict[str, Any]:
    figures = Figures.of(run)
    names = (Result.EQUAL, Result.SETTLED, Result.WAITING, Result.UNDECIDED, Result.HELD)
    return {
        "transfer": run.transfer_id,
        "connection": run.transfer.connection.name,
        "object": run.transfer.object,
        "comparison": run.pk,
        "state": run.state,
        "pairs": figures.pairs,
        **{name.value: figures.number(name) for name in (*names, Result.NOT_VISIBLE)},
        "drift": figures.drift,
        **{name.value: figures.number(name) for name in DRIFT},
        "drift_left": runs.drift_left(run),
        "theirs": run.theirs,
        "calls": run.calls,
        "seconds": round(seconds, 1),
    }
