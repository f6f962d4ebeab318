"""`raccord installation`: what this installation is; and a person's answer when it is held."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raccord.engine.errors import BadInput
from raccord.installation import hold, starting
from raccord.installation.hold_words import said
from raccord.installation.models import HeldBecause, Installation
from raccord.sync import after_hold

BY = "command"


class Command(BaseCommand):
    help = (
        "Say what this installation is and whether it is held. After a restore, and where the "
        "database or the data folder looks like a copy, nothing is exchanged with other systems "
        "until a person says what it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        answer = parser.add_mutually_exclusive_group()
        answer.add_argument(
            "--original", action="store_true", help="this is the original: everything goes on"
        )
        answer.add_argument(
            "--copy",
            action="store_true",
            help="this is a copy: it gets an identity of its own and loses every authorization",
        )
        answer.add_argument(
            "--hold", action="store_true", help="exchange nothing until somebody says so"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            row = starting.begin()
        except starting.WrongKeyError as wrong:
            raise CommandError(str(wrong)) from None
        if options["original"]:
            self._go_on()
        elif options["copy"]:
            self._become_copy()
        elif options["hold"]:
            hold.hold(HeldBecause.ASKED)
        row.refresh_from_db()
        self._say(row)

    def _go_on(self) -> None:
        try:
            begun = after_hold.go_on(person=BY)
        except BadInput:
            raise CommandError(_("Raccord is not held: there is nothing to answer.")) from None
        self.stdout.write(
            ngettext(
                "Everything goes on. %(count)d comparison of both sides has begun.",
                "Everything goes on. %(count)d comparisons of both sides have begun.",
                begun,
            )
            % {"count": begun}
        )

    def _become_copy(self) -> None:
        lost = after_hold.become_copy(person=BY)
        self.stdout.write(
            ngettext(
                "This is a copy now. %(count)d authorization was forgotten here.",
                "This is a copy now. %(count)d authorizations were forgotten here.",
                lost,
            )
            % {"count": lost}
        )

    def _say(self, row: Installation) -> None:
        self.stdout.write(_("Installation %(id)s") % {"id": row.uid})
        self.stdout.write(said(row) if row.held_because else _("Nothing is held."))
