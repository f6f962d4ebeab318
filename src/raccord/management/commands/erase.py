"""`raccord erase PROJECT CONTACT`: a person who asked for it, for good."""

from __future__ import annotations

from typing import Any

import orjson
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from raccord.connections.sentences import explain_failure
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.records import Origin, OriginKind
from raccord.installation.models import Elsewhere
from raccord.sync.erasure import requests


class Command(BaseCommand):
    help = (
        "Erase a person on request: the contact, its history, its links and what imports and "
        "exports kept of it. Prints the proof as JSON: when, how many rows, and a keyed hash."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="the project's short name, as in its address")
        parser.add_argument("contact", help="the value of its unique key, or its number")
        parser.add_argument(
            "--elsewhere",
            choices=Elsewhere.values,
            default=Elsewhere.LEAVE,
            help="what becomes of its records in connected systems (default: leave)",
        )
        parser.add_argument("--by", default="command", help="who asked, for the proof")
        parser.add_argument(
            "--yes", action="store_true", help="needed: this cannot be undone", required=True
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise CommandError(_("There is no project “%(name)s”.") % {"name": options["project"]})
        contact = _contact(project, options["contact"].replace("\0", ""))
        if contact is None:
            raise CommandError(_("There is no such contact."))
        origin = Origin(OriginKind.PERSON, actor=options["by"][:255])
        try:
            erasure = requests.ask(
                contact, elsewhere=Elsewhere(options["elsewhere"]), origin=origin
            )
        except BadInput as refused:
            told = explain_failure(refused)
            raise CommandError(f"{told.what} {told.todo}") from None
        proof = {
            "erasure": erasure.pk,
            "asked_at": erasure.asked_at,
            "asked_by": erasure.asked_by,
            "finished_at": erasure.finished_at,
            "removed": erasure.removed,
            "digest": erasure.digest,
        }
        self.stdout.write(orjson.dumps(proof).decode())


def _contact(project: Project, named: str) -> Contact | None:
    """Tombstones included: what is left of a deleted contact may be erased, too."""
    contacts = Contact.objects.filter(project=project)
    fields = ProjectFields.of(project)
    if len(fields.key_specs) == 1:
        values, problems = fields.parse({fields.key_specs[0].key: named})
        key = None if problems else fields.unique_key(values)
        if key and (found := contacts.filter(key=key).first()):
            return found
    if named.isascii() and named.isdecimal() and len(named) < 19:
        return contacts.filter(pk=int(named)).first()
    return None
