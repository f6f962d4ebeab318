"""`raccord restore FILE`: a backup into an empty data folder or database, which is then held."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from raccord.backup import restoring
from raccord.connections.rotation import reseal_all
from raccord.installation import hold
from raccord.installation.hold_words import said


class Command(BaseCommand):
    help = (
        "Read a backup into an empty data folder, or an empty database of your own. What is there "
        "is never overwritten. Nothing is exchanged with other systems afterwards until a person "
        "has said whether this is the original."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the backup")
        parser.add_argument(
            "--without-key",
            action="store_true",
            help="the key is lost: forget the secrets, every connection is authorized anew",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        manifest = restoring.restore(options["file"], without_key=options["without_key"])
        if options["without_key"]:
            reseal_all(give_up=True)
        told = {"contacts": manifest.rows["contacts_contact"], "when": manifest.made_at}
        self.stdout.write(_("Restored: %(contacts)d contacts, as they were at %(when)s.") % told)
        if row := hold.current():
            self.stdout.write(said(row))
