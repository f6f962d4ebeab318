"""``raccord import FILE --project SLUG``: a CSV file into a project, here and now."""
# ruff: noqa: N999 - the file's name is the command's

from __future__ import annotations

import os
import sys
from argparse import RawDescriptionHelpFormatter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from raccord.contacts import imports
from raccord.contacts.messages import explain
from raccord.contacts.models import ImportReject, ImportRun, Project, RunState

EXPLANATION = """\
Import contacts from a CSV file.

The first line names the columns: keys or labels of the project's fields, in any order. Comma,
semicolon or tab separates them. UTF-8 (or UTF-16 with a byte order mark) is expected; name any
other encoding with --encoding.

A contact that exists, by the project's unique key, is updated where the file differs; an empty
cell changes nothing. A line that cannot be taken is listed with its number and the reason, and
the others go on. Exit status: 0 if the file was imported, also with rejected lines; 1 if it was
refused as a whole.

  raccord import contacts.csv --project demo
  raccord import old.csv --project demo --encoding windows-1252
"""


class Command(BaseCommand):
    help = EXPLANATION

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Keep the explanation's lines as they are."""
        kwargs["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file")
        parser.add_argument("--project", required=True, help="the project's short name")
        parser.add_argument("--encoding", default="", help="of the file, if it is not UTF-8")
        parser.add_argument(
            "--rejects", type=int, default=100, help="how many rejected lines to list (100)"
        )

    def handle(self, *_args: Any, **options: Any) -> None:
        project = _project(options["project"])
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("There is no file “%(path)s”.") % {"path": path})
        run = imports.start(
            project,
            path,
            file_name=path.name,
            started_by=os.environ.get("USER", ""),
            encoding=options["encoding"] or None,
        )
        if run.state != RunState.FAILED:
            run = imports.run_now(run, progress=_show_progress)
            sys.stderr.write("\n")
        if run.state == RunState.FAILED:
            raise CommandError(explain(run.reason, run.parameters))
        self._show_result(run, limit=options["rejects"])

    def _show_result(self, run: ImportRun, *, limit: int) -> None:
        self.stdout.write(
            _(
                "%(read)s lines read: %(created)s created, %(updated)s updated, "
                "%(unchanged)s unchanged, %(rejected)s rejected."
            )
            % {
                "read": run.read,
                "created": run.created,
                "updated": run.updated,
                "unchanged": run.unchanged,
                "rejected": run.rejected,
            }
        )
        for reject in run.rejects.all()[:limit]:
            self.stdout.write(_rejected_line(reject))
        if (others := run.rejects.count() - limit) > 0:
            self.stdout.write(_("... and %(count)s more.") % {"count": others})


def _project(slug: str) -> Project:
    try:
        return Project.objects.get(slug=slug)
    except Project.DoesNotExist:
        known = ", ".join(Project.objects.order_by("slug").values_list("slug", flat=True))
        raise CommandError(
            _("There is no project “%(slug)s”. Projects: %(known)s.")
            % {"slug": slug, "known": known or "-"}
        ) from None


def _show_progress(run: ImportRun) -> None:
    percent = run.position * 100 // run.size if run.size else 100
    told = _("%(percent)s %% · %(read)s lines") % {"percent": percent, "read": run.read}
    sys.stderr.write(f"\r{told}")
    sys.stderr.flush()


def _rejected_line(reject: ImportReject) -> str:
    told = {
        "line": reject.line,
        "column": reject.column,
        "reason": explain(reject.code, reject.parameters),
    }
    if not reject.column:
        return _("Line %(line)s: %(reason)s") % told
    return _("Line %(line)s, %(column)s: %(reason)s") % told
