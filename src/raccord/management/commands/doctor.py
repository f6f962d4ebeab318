"""`raccord doctor`: one line for each thing that an installation needs."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext_lazy as _

from raccord.doctor.examination import findings
from raccord.doctor.findings import Finding, Result, worst

WORDS = {
    Result.FINE: _("fine"),
    Result.WARNING: _("warning"),
    Result.WRONG: _("wrong"),
}


class Command(BaseCommand):
    help = (
        "Check configuration, database, keys, mail, clocks, connections, disk and background work; "
        "one line each, and what to do. Exit status: 1 if something is wrong, else 0."
    )
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON, for scripts")

    def handle(self, *_args: Any, **options: Any) -> None:
        found: list[Finding] = []
        for finding in findings():
            found.append(finding)
            if not options["json"]:
                self._say(finding)
        if options["json"]:
            told = {"result": worst(found), "findings": [asdict(each) for each in found]}
            self.stdout.write(orjson.dumps(told).decode())
        if worst(found) is Result.WRONG:
            sys.exit(1)

    def _say(self, finding: Finding) -> None:
        word = str(WORDS[finding.result])
        self.stdout.write(f"{word:<14} {finding.title}: {finding.text}")
        if finding.todo:
            self.stdout.write(f"{'':<14} → {finding.todo}")
