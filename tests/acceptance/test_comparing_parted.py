"""As an operator I compare both sides after deletions and conversions: the count goes to zero."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from raccord.contacts.models import OutboxItem
from raccord.engine.reconcile import Result, Why
from raccord.engine.records import OnlyThere
from raccord.engine.rules import DeletionRule
from raccord.sync.models import InboxItem, LinkState, Reading
from raccord.sync.reconcile import comparing, runs
from raccord.sync.reconcile.findings import Figures, Scope
from raccord.sync.reconcile.models import Cause, ReconcileState, Reconciliation
from salesforce_simulator.server import Simulator
from tests.acceptance.outbound_scene import a_simulator
from tests.acceptance.parting_scene import Parting, a_parting
from tests.integration.sync.scene import LONG_AGO

pytestmark = pytest.mark.django_db(transaction=True)

LEAD_FIRST = ("Lead", "Contact")


@pytest.fixture
def simulator(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    yield from a_simulator(settings, monkeypatch)


def compared(parting: Parting, object_name: str, *, repair: bool = False) -> Reconciliation:
    transfer = parting.transfers[object_name]
    run = runs.begin(transfer, cause=Cause.PERSON, repair=repair)
    for _ in range(20):
        Reconciliation.objects.filter(pk=run.pk).update(due_at=LONG_AGO)
        comparing.work(run.pk)
        run.refresh_from_db()
        if run.state != ReconcileState.RUNNING:
            return run
        for each in parting.transfers.values():
            parting.take_in(each)
        parting.deliver()
    raise AssertionError(f"the run does not end: {run.phase}")


def nobody_tells() -> None:
    """Changes are not read, and nothing was pushed."""
    Reading.objects.update(read_at=LONG_AGO)
    InboxItem.objects.all().delete()
    OutboxItem.objects.all().delete()


def test_a_conversion_that_nobody_told_of_is_found_and_followed(simulator: Simulator) -> None:
    parting = a_parting(simulator, objects=LEAD_FIRST)
    contact = parting.contact(company="Acme")
    made = parting.jo.convert_lead(parting.record(contact, "Lead"))
    nobody_tells()
    run = compared(parting, "Lead", repair=True)
    assert Figures.of(run).by_why(Result.GONE) == {Why.CONVERTED_THERE: 1}
    assert run.proven == {Result.SETTLED: 1}
    assert parting.record(contact) == made.contact_id


@pytest.mark.parametrize("only_there", [OnlyThere.LINK, OnlyThere.CREATE])
def test_a_converted_lead_is_no_record_without_a_contact(
    simulator: Simulator, only_there: OnlyThere
) -> None:
    """It is still read over there, and has the address of the contact that goes on without it."""
    parting = a_parting(simulator, objects=LEAD_FIRST, only_there=only_there)
    contact = parting.contact(company="Acme")
    parting.jo.convert_lead(parting.record(contact, "Lead"))
    parting.settle()
    nobody_tells()
    run = compared(parting, "Lead")
    figures = Figures.of(run)
    assert figures.drift == 0
    assert figures.by_why(Result.SETTLED, scope=Scope.THERE) == {Why.CONVERTED_THERE: 1}


def test_a_pair_that_was_forgotten_by_rule_is_no_drift(simulator: Simulator) -> None:
    parting = a_parting(simulator, theirs=DeletionRule.UNLINK)
    contact = parting.contact()
    parting.jo.delete("Contact", parting.record(contact))
    nobody_tells()
    run = compared(parting, "Contact", repair=True)
    assert parting.link(contact).state == LinkState.LET_GO
    assert run.proven == {Result.SETTLED: 1}
    assert Figures.of(compared(parting, "Contact")).drift == 0


def test_who_lost_a_record_of_another_data_type_gets_none_here_and_is_no_drift(
    simulator: Simulator,
) -> None:
    """The mover makes no second record of a person whose first was deleted over there."""
    parting = a_parting(simulator, objects=LEAD_FIRST)
    contact = parting.contact(company="Acme")
    parting.jo.delete("Lead", parting.record(contact, "Lead"))
    parting.settle()
    nobody_tells()
    run = compared(parting, "Contact", repair=True)
    assert Figures.of(run).drift == 0
    assert Figures.of(run).by_why(Result.SETTLED, scope=Scope.HERE) == {Why.ELSEWHERE: 1}
