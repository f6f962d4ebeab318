"""The result of a comparison in a sentence, and the latest of an integration."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from raccord.connections.models import DataTransfer
from raccord.engine.reconcile import Result
from raccord.sync.reconcile import runs
from raccord.sync.reconcile.findings import Figures, Scope
from raccord.sync.reconcile.models import Reconciliation

_WAITING = (Result.WAITING, Result.UNDECIDED, Result.HELD, Result.NOT_VISIBLE)


@dataclass(frozen=True, slots=True)
class Latest:
    """The latest comparisons of several data transfers together.

    drift: what differed without a rule and was not repaired. at: the oldest of them, None where
    one was never compared. under_way: one goes on just now.
    """

    drift: int
    at: datetime | None
    under_way: bool


def sentence(run: Reconciliation) -> str:
    """What the comparison came to."""
    figures = Figures.of(run)
    numbers = {
        "equal": figures.number(Result.EQUAL, scope=Scope.PAIRS),
        "pairs": figures.pairs,
        "settled": figures.number(Result.SETTLED, scope=Scope.PAIRS),
        "waiting": figures.number(*_WAITING, scope=Scope.PAIRS),
        "drift": figures.drift,
    }
    told = {name: number_format(each, force_grouping=True) for name, each in numbers.items()}
    if numbers["waiting"]:
        return (
            _(
                "%(equal)s of %(pairs)s pairs are equal. Differing by a rule: %(settled)s. Waiting "
                "or not visible: %(waiting)s. Differing without a rule: %(drift)s."
            )
            % told
        )
    return (
        _(
            "%(equal)s of %(pairs)s pairs are equal. Differing by a rule: %(settled)s. Differing "
            "without a rule: %(drift)s."
        )
        % told
    )


def proven(run: Reconciliation) -> str:
    """What became of the repair, "" while there is nothing to tell."""
    if not run.proven:
        return ""
    left = runs.drift_left(run)
    repaired = sum(run.proven.values()) - left
    told = {
        "repaired": number_format(repaired, force_grouping=True),
        "left": number_format(left, force_grouping=True),
    }
    return (
        _("Compared again after the repair: %(repaired)s put right, %(left)s still without a rule.")
        % told
    )


def latest(transfers: Iterable[DataTransfer]) -> Latest | None:
    """None where there is nothing to compare."""
    keys = [each.pk for each in transfers if each.active]
    if not keys:
        return None
    newest = runs.latest(keys)
    done = runs.latest_done(keys)
    times = [each.compared_at for each in done.values() if each.compared_at]
    return Latest(
        drift=sum(runs.drift_left(each) for each in done.values()),
        at=min(times) if len(times) == len(keys) else None,
        under_way=any(each.is_under_way for each in newest.values()),
    )
