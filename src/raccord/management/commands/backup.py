"""`raccord backup`: everything but the keys in one file, read back before it counts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from raccord.backup import making


class Command(BaseCommand):
    help = (
        "Write a backup of everything but the keys into one file, while Raccord goes on; it is "
        "read back before it counts. The keys are kept apart: without them nobody who finds the "
        "file can reach a connected system."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=Path, help="where to (default: a name with the date, here)"
        )
        parser.add_argument(
            "--verify", action="store_true", help="write nothing: read an existing backup back"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        path = options["file"] or Path(f"raccord-{datetime.now():%Y-%m-%d-%H%M%S}.backup")  # noqa: DTZ005 - a name
        manifest = making.verify(path) if options["verify"] else making.make(path).manifest
        told = {
            "file": str(path),
            "size": f"{manifest.size / 1024**2:.1f}",
            "contacts": manifest.rows["contacts_contact"],
        }
        self.stdout.write(_("%(file)s was read back: %(size)s MiB, %(contacts)d contacts.") % told)
        if not options["verify"]:
            text = _("The keys are not in it. Keep %(folder)s/vault-keys and secret-key apart.")
            self.stdout.write(text % {"folder": settings.DATA_DIR})
