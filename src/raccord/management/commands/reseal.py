"""`raccord reseal`: encrypt the stored secrets with the newest vault key."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import ngettext

from raccord.connections.rotation import reseal_all


class Command(BaseCommand):
    help = (
        "Encrypt every stored secret with the first key of RACCORD_VAULT_KEYS. To rotate the key: "
        "put the new one in front of the former ones, restart everything, run this, then remove "
        "the former ones."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--give-up-unreadable",
            action="store_true",
            help="forget the secrets that no key opens: their connections must be authorized anew",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        resealed = reseal_all(give_up=options["give_up_unreadable"])
        if resealed.unreadable:
            raise CommandError(
                ngettext(
                    "No key opens %(count)d stored row: put its former key back.",
                    "No key opens %(count)d stored rows: put their former key back.",
                    resealed.unreadable,
                )
                % {"count": resealed.unreadable}
            )
        self.stdout.write(
            ngettext(
                "The secrets of %(count)d stored row are encrypted with the first key.",
                "The secrets of %(count)d stored rows are encrypted with the first key.",
                resealed.rows,
            )
            % {"count": resealed.rows}
        )
