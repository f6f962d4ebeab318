"""``raccord import FILE --project SLUG``: a CSV file or workbook into a project, here and now."""
# ruff: noqa: N999 - the file's name is the command's

from __future__ import annotations

import os
import sys
from argparse import RawDescriptionHelpFormatter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from raccord.contacts import imports
from raccord.contacts.messages import explain
from raccord.contacts.models import ImportReject, ImportRun, Project, RunState

EXPLANATION = """\
Import contacts from a CSV file or a workbook (XLSX, XLS, ODS).

The first line names the columns: keys or labels of the project's fields, in any order and
language. A column of another name must be named with --map or left out with --skip. Comma,
semicolon, tab or bar separates them. UTF-8 (or UTF-16 with a byte order mark) is expected; name
any other encoding with --encoding. Of a workbook the first sheet with anything in it is read.

A column of consents needs --consent-source and --consent-statement, which are kept with each.

A contact that exists, by the project's unique key, is updated where the file differs; an empty
cell changes nothing, unless --blanks clear is given. A line that cannot be taken is listed with
its number and the reason, and the others go on. Exit status: 0 if the file was imported, also
with rejected lines; 1 if it was refused as a whole.

  raccord import contacts.csv --project demo
  raccord import old.csv --project demo --encoding windows-1252 --date-order day_first
  raccord import fair.xlsx --project demo --sheet Visitors --map "Courriel=email" --skip Booth
"""

PROOF = " (--consent-source, --consent-statement)"
ASKED_BY = {"raccord.import.consent_source": PROOF, "raccord.import.consent_statement": PROOF}


class Command(BaseCommand):
    help = EXPLANATION

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Keep the explanation's lines as they are."""
        kwargs["formatter_class"] = RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the CSV file or workbook")
        parser.add_argument("--project", required=True, help="the project's short name")
        parser.add_argument("--encoding", default="", help="of the file, if it is not UTF-8")
        parser.add_argument("--sheet", default="", help="of a workbook, by its name")
        parser.add_argument(
            "--delimiter", default="", help="between cells, if it cannot be found out; \\t is a tab"
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="COLUMN=FIELD",
            help="import this column into the field with this key; may be repeated",
        )
        parser.add_argument(
            "--skip",
            action="append",
            default=[],
            metavar="COLUMN",
            help="do not import this column; may be repeated",
        )
        parser.add_argument(
            "--mode",
            choices=[*imports.Mode],
            default=imports.Mode.BOTH,
            help="add new contacts, update known ones, or both (both)",
        )
        parser.add_argument(
            "--blanks",
            choices=[*imports.Blanks],
            default=imports.Blanks.KEEP,
            help="what an empty cell does to the contact's value (keep)",
        )
        parser.add_argument(
            "--date-order",
            choices=[*imports.DateOrder],
            default=imports.DateOrder.YEAR_FIRST,
            help="how dates are written, besides 2024-12-31 (year_first)",
        )
        parser.add_argument(
            "--decimal-mark",
            choices=[*imports.DecimalMark],
            help="of numbers; grouped thousands are understood then, too",
        )
        parser.add_argument(
            "--time-zone", default="", help="of dates with a time that name none (UTC)"
        )
        parser.add_argument(
            "--consent-source", default="", help="where the consents in the file were given"
        )
        parser.add_argument(
            "--consent-statement", default="", help="what was agreed to, or how to prove it"
        )
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
            options=_options(options),
            columns={**dict(map(_mapped, options["map"])), **dict.fromkeys(options["skip"])},
            ask_for_proof=True,
        )
        if run.state != RunState.FAILED:
            run = imports.run_now(run, progress=_show_progress)
            sys.stderr.write("\n")
        if run.state == RunState.FAILED:
            raise CommandError(explain(run.reason, run.parameters) + ASKED_BY.get(run.reason, ""))
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


def _options(given: Mapping[str, Any]) -> imports.ImportOptions:
    mark = given["decimal_mark"]
    return imports.ImportOptions(
        delimiter=given["delimiter"].replace("\\t", "\t"),
        sheet=given["sheet"],
        mode=imports.Mode(given["mode"]),
        blanks=imports.Blanks(given["blanks"]),
        date_order=imports.DateOrder(given["date_order"]),
        decimal_mark=imports.DecimalMark(mark) if mark else None,
        time_zone=given["time_zone"],
        consent=imports.ConsentProof(given["consent_source"], given["consent_statement"]),
    )


def _mapped(pair: str) -> tuple[str, str]:
    column, equals, field = pair.rpartition("=")
    if not (column and equals and field):
        raise CommandError(_("“%(pair)s” is not of the form COLUMN=FIELD.") % {"pair": pair})
    return column, field.strip()


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
