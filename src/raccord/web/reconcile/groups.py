"""What a run found, group by group: how many, why, and the first of them to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from raccord.connections.models import DataTransfer
from raccord.contacts.models import Contact
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.reconcile import DRIFT, Result
from raccord.sync.reconcile.findings import Scope
from raccord.sync.reconcile.models import Finding, Reconciliation
from raccord.web.connections.their_records import address_of
from raccord.web.contacts.naming import headline
from raccord.web.reconcile import words
from raccord.web.reconcile.words import Text

SHOWN = 10

Kind = tuple[str, str, str]
"""Scope, result, why."""

_ORDER = (*DRIFT, Result.UNDECIDED, Result.HELD, Result.NOT_VISIBLE, Result.WAITING)


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One finding. contact: to be linked to, None where it is gone. fields: their labels."""

    finding: Finding
    contact: Contact | None
    name: str
    address: str
    fields: str
    outcome: Text


@dataclass(frozen=True, slots=True)
class Group:
    """All findings of one kind. is_drift: a repair puts them right."""

    scope: Text
    title: Text
    meaning: Text
    number: int
    is_drift: bool
    rows: list[ShownRow] = field(default_factory=list)

    @property
    def more(self) -> int:
        return self.number - len(self.rows)


def groups(run: Reconciliation) -> list[Group]:
    """What needs somebody first, what a rule allows last."""
    shown = _Rows(run.transfer)
    found = []
    for (scope, result, why), number in sorted(_kinds(run).items(), key=_place):
        said = words.group(result, why)
        rows = Finding.objects.filter(run=run, scope=scope, result=result)
        if result != Result.HELD:
            rows = rows.filter(why=why)
        found.append(
            Group(
                scope=words.SCOPES[scope],
                title=said.title,
                meaning=said.meaning,
                number=number,
                is_drift=result in DRIFT,
                rows=shown.of(list(rows.order_by("pk")[:SHOWN])),
            )
        )
    return found


def drifted_fields(run: Reconciliation) -> list[tuple[str, int]]:
    """(field, pairs that differ in it without a rule), the most frequent first."""
    labels = _labels(run.transfer)
    counted = sorted(run.fields.items(), key=lambda each: (-each[1], each[0]))
    return [(labels.get(key, key), number) for key, number in counted]


def shown_rows(run: Reconciliation, findings: Sequence[Finding]) -> list[ShownRow]:
    """Findings in words."""
    return _Rows(run.transfer).of(findings)


class _Rows:
    """Puts the findings of one data transfer into words."""

    def __init__(self, transfer: DataTransfer) -> None:
        self._transfer = transfer
        self._fields = ProjectFields.of(transfer.connection.project)
        self._labels = _labels(transfer)

    def of(self, findings: Iterable[Finding]) -> list[ShownRow]:
        listed = list(findings)
        wanted = {each.contact for each in listed if each.contact is not None}
        project = self._transfer.connection.project
        contacts = Contact.objects.filter(project=project).in_bulk(wanted)
        return [self._row(each, contacts.get(each.contact or 0)) for each in listed]

    def _row(self, finding: Finding, contact: Contact | None) -> ShownRow:
        return ShownRow(
            finding,
            contact,
            name=headline(self._fields, contact) if contact else "",
            address=address_of(self._transfer, finding.remote_id),
            fields=", ".join(self._labels.get(key, key) for key in finding.fields),
            outcome=words.OUTCOMES.get(finding.outcome, ""),
        )


def _labels(transfer: DataTransfer) -> dict[str, str]:
    specs = ProjectFields.of(transfer.connection.project).specs
    return {key: spec.label or key for key, spec in specs.items()}


def _kinds(run: Reconciliation) -> Counter[Kind]:
    """How many of each; what waits for a person is one, whatever the reason."""
    kinds: Counter[Kind] = Counter()
    for name, number in run.counts.items():
        scope, result, why = name.split(".", 2)
        if result != Result.EQUAL:
            kinds[scope, result, "" if result == Result.HELD else why] += number
    return kinds


def _place(counted: tuple[Kind, int]) -> tuple[int, int, int]:
    (scope, result, _why), number = counted
    place = _ORDER.index(Result(result)) if result in _ORDER else len(_ORDER)
    return place, list(Scope).index(Scope(scope)), -number
