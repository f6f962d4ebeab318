"""`raccord create-admin`: the first person gets in through a link, a script by a password."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from raccord.accounts import set_up_links
from raccord.accounts.models import User


class Command(BaseCommand):
    help = (
        "Print a link with which a new administrator makes their account. The link is good for "
        "24 hours and for one use; earlier unused links end. For scripts: --email with "
        "--password-from-stdin makes the account at once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--if-nobody",
            action="store_true",
            help="say and do nothing when anybody has an account already",
        )
        parser.add_argument("--email", help="make the account of this address at once")
        parser.add_argument("--name", default="", help="the person's name (with --email)")
        parser.add_argument(
            "--password-from-stdin",
            action="store_true",
            help="read the password from the first line of standard input (with --email)",
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["if_nobody"] and User.objects.exists():
            return
        if not options["email"]:
            token = set_up_links.make()
            if options["if_nobody"]:
                self.stdout.write(_("Nobody has an account yet. Make the administrator's here:"))
            self.stdout.write(f"{settings.PUBLIC_URL}/set-up/{token}")
            return
        if not options["password_from_stdin"]:
            raise CommandError(_("--email needs --password-from-stdin."))
        email = options["email"].strip().lower()
        password = sys.stdin.readline().rstrip("\r\n")
        self._check(email, name=options["name"], password=password)
        set_up_links.make_administrator(email, name=options["name"], password=password)
        self.stdout.write(_("The administrator %(email)s was created.") % {"email": email})

    def _check(self, email: str, *, name: str, password: str) -> None:
        try:
            validate_email(email)
            validate_password(password, User(email=email, name=name))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if User.objects.filter(email=email).exists():
            raise CommandError(_("There is an account of %(email)s already.") % {"email": email})
