"""`raccord apply FILE`: set everything up as a file says."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from raccord.blueprint.applying import apply
from raccord.blueprint.reading import InvalidBlueprint, read
from raccord.blueprint.sentences import sentence_for


class Command(BaseCommand):
    help = (
        "Set a project, its authorization, connection, mappings and integration up as a YAML "
        "file says. Applying it again changes only what differs. Texts may name environment "
        "variables as ${NAME}. docs/reference/set-up-files.md describes the file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="the YAML file, such as examples/demo.yaml")
        parser.add_argument(
            "--check", action="store_true", help="only say whether the file itself reads well"
        )

    def handle(self, *_args: Any, file: Path, check: bool, **_options: Any) -> None:
        try:
            set_up = read(file)
            done = [] if check else apply(set_up)
        except InvalidBlueprint as invalid:
            lines = [sentence_for(problem) for problem in invalid.problems]
            raise CommandError("\n".join(["", *lines])) from None
        if check:
            self.stdout.write(_("%(file)s reads well.") % {"file": file})
        for one in done:
            self.stdout.write(f"{one.result:<11} {one.kind}: {one.name}")
