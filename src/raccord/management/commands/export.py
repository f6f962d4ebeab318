"""`raccord export PROJECT`: write a project's set-up as YAML."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from raccord.blueprint.exporting import export
from raccord.contacts.models import Project


class Command(BaseCommand):
    help = (
        "Write a project's set-up as YAML, ready for `raccord apply`. Secrets are left out: the "
        "file names the environment variables that must hold them."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "project", nargs="?", help="the project's short name (not needed if there is one only)"
        )
        parser.add_argument("--output", type=Path, help="write to this file instead of printing")

    def handle(
        self, *_args: Any, project: str | None, output: Path | None, **_options: Any
    ) -> None:
        known = {one.slug: one for one in Project.objects.order_by("slug")}
        if project is None and len(known) == 1:
            (project,) = known
        if project not in known:
            names = ", ".join(known) or "-"
            raise CommandError(_("Name one of these projects: %(names)s") % {"names": names})
        text = export(known[project])
        if output is None:
            self.stdout.write(text)
        else:
            output.write_text(text, encoding="utf-8")
