"""What a run found: added up while it goes on, and listed as far as anybody would read.

What drifted is listed nearly without end, since the list says what there is to repair; of what a
rule allows, the first rows are enough to see what it is about.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from raccord.engine.reconcile import DRIFT, Comparison, Result
from raccord.sync.reconcile.models import Finding, Reconciliation

DRIFT_LISTED = 100_000
RULES_LISTED = 1_000


class Scope(StrEnum):
    """What was compared: a linked pair, a contact without a record, a record without a contact."""

    PAIRS = "pairs"
    HERE = "here"
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Found:
    """One comparison, and whom it is about."""

    scope: Scope
    comparison: Comparison
    contact: int | None = None
    remote_id: str = ""


@dataclass(slots=True)
class Figures:
    """The counts of a run, to be asked and added to."""

    counts: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, run: Reconciliation) -> Figures:
        return cls(Counter(run.counts), Counter(run.fields))

    def add(self, found: Found, *, number: int = 1) -> int:
        """Count it, and the fields of what drifted; how many of its kind there are by now."""
        comparison = found.comparison
        name = f"{found.scope}.{comparison.result}.{comparison.why}"
        self.counts[name] += number
        if comparison.result is Result.DRIFTED:
            self.fields.update(comparison.fields)
        return self.counts[name]

    def number(self, *results: Result, scope: Scope | None = None) -> int:
        """How many came to one of these results."""
        return sum(self.by_why(*results, scope=scope).values())

    def by_why(self, *results: Result, scope: Scope | None = None) -> Counter[str]:
        """The same, reason by reason."""
        found: Counter[str] = Counter()
        for name, number in self.counts.items():
            of, result, why = name.split(".", 2)
            if result in results and scope in (None, of):
                found[why] += number
        return found

    @property
    def pairs(self) -> int:
        return self.number(*Result, scope=Scope.PAIRS)

    @property
    def drift(self) -> int:
        """What differs without a rule."""
        return self.number(*DRIFT)


def store(run: Reconciliation, found: Iterable[Found], figures: Figures) -> None:
    """Count what was found and list what is not equal; part of the transaction that advances."""
    rows = []
    for each in found:
        comparison = each.comparison
        listed = figures.add(each) - 1
        most = DRIFT_LISTED if comparison.is_drift else RULES_LISTED
        if comparison.result is not Result.EQUAL and listed < most:
            rows.append(_row(run, each))
    Finding.objects.bulk_create(rows, batch_size=5_000)


def _row(run: Reconciliation, found: Found) -> Finding:
    comparison = found.comparison
    return Finding(
        run=run,
        scope=found.scope,
        result=comparison.result,
        why=comparison.why[:120],
        fields=list(comparison.fields),
        contact=found.contact,
        remote_id=found.remote_id,
    )
