"""The demo's whole path once, without a browser, and what came of it.

The set-up file is applied, a list of contacts imported, the workers deliver it (`settling.py`),
and what both sides then hold is counted (`counting.py`).
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from raccord.contacts import imports, messages
from raccord.contacts.models import ImportRun, Project, RunState
from raccord.demo import counting, seeding
from raccord.demo.settling import halts, wait_until_settled


@dataclass(frozen=True, slots=True)
class Report:
    """What `demo-check` prints.

    lines_read: lines of the file, its heading and blank lines not counted. rejected: the lines
    not taken, or why the whole file was not. delivered: contacts that both sides hold; parked:
    those refused over there, by cause. org_records: contacts that the organization says it has.
    seconds: from the start of the import until nothing was due.
    """

    lines_read: int
    contacts_imported: int
    rejected_count: int
    rejected: list[dict[str, Any]]
    delivered: int
    parked: list[dict[str, Any]]
    org_records: int
    api_calls: int
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every accepted contact was delivered or parked."""
        parked = sum(int(group["count"]) for group in self.parked)
        return self.delivered + parked == self.contacts_imported

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of it. refusal: why the file was not taken, "" if it was.

    halts: what keeps contacts from being delivered until a person does something about it.
    """

    report: Report
    refusal: str
    halts: list[str]

    def complaints(self) -> list[str]:
        """Why this was no success, in words; empty if it was one."""
        told = [self.refusal] if self.refusal else []
        if not self.report.complete:
            told += [*self.halts, _("Some accepted contacts were neither delivered nor parked.")]
        return told


def rehearse(project: Project, contacts: Path) -> Rehearsal:
    """Import `contacts` into the set-up demo project, wait for the workers, count."""
    started = time.monotonic()
    run = imports.start(
        project,
        contacts,
        file_name=contacts.name,
        started_by="raccord demo-check",
        options=seeding.OPTIONS,
        ask_for_proof=True,
    )
    if run.state != RunState.FAILED:
        run = imports.run_now(run)
    wait_until_settled(project)
    report = _report(project, run, seconds=time.monotonic() - started)
    refusal = messages.explain(run.reason, run.parameters) if _refused(run) else ""
    return Rehearsal(report, refusal, halts=halts(project))


def _report(project: Project, run: ImportRun, *, seconds: float) -> Report:
    return Report(
        lines_read=run.read,
        contacts_imported=counting.living(project).count(),
        rejected_count=run.rejected + _refused(run),
        rejected=_rejected(run),
        delivered=counting.delivered(project),
        parked=counting.parked(project),
        org_records=counting.organization_records(),
        api_calls=counting.calls(project),
        seconds=round(seconds, 3),
    )


def _refused(run: ImportRun) -> bool:
    return run.state == RunState.FAILED


def _rejected(run: ImportRun) -> list[dict[str, Any]]:
    """The lines not taken; at the end why the file was not, at its heading if at no other line."""
    rejected: list[dict[str, Any]] = [
        {
            "line": reject.line,
            "column": reject.column or None,
            "reason": messages.explain(reject.code, reject.parameters),
        }
        for reject in run.rejects.all()
    ]
    if _refused(run):
        rejected.append(
            {
                "line": int(run.parameters.get("line", 1)),
                "column": run.parameters.get("column"),
                "reason": messages.explain(run.reason, run.parameters),
            }
        )
    return rejected
