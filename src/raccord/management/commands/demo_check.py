"""`raccord demo-check`: the demo's whole path without a browser, its result as JSON."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from raccord.demo import rehearsal, scenery, seeding
from raccord.processes import programs
from raccord.processes.supervisor import Supervisor


class Command(BaseCommand):
    help = "Run the demo's whole path once in a fresh data folder and print the result as JSON."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--csv", type=Path, help="contacts to import instead of the example's")

    def handle(self, *_args: Any, csv: Path | None, **_options: Any) -> None:
        contacts = csv or scenery.CONTACTS
        if not contacts.is_file():
            raise CommandError(_("There is no file “%(path)s”.") % {"path": contacts})
        seed = scenery.write_organization(
            settings.DATA_DIR / "organization-seed.json",
            public_url=settings.PUBLIC_URL,
            with_records=False,
        )
        with Supervisor(output=sys.stderr) as supervisor:
            supervisor.start(
                programs.simulator(
                    port=urlsplit(settings.SIMULATOR_URL).port or 80,
                    data=settings.DATA_DIR / "organization.journal",
                    seed=seed,
                )
            )
            project = seeding.set_up()
            supervisor.start(programs.worker(1))
            rehearsed = rehearsal.rehearse(project, contacts)
        self.stdout.write(json.dumps(rehearsed.report.as_dict(), ensure_ascii=False, indent=2))
        if complaints := rehearsed.complaints():
            raise CommandError("\n".join(complaints))
