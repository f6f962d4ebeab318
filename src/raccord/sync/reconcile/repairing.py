"""Repairing what drifted, and proving that it is repaired.

Nothing is written here to either side: the one mover is asked for a look, and the same merge as
ever decides. Once nothing of it is due any more, the same contacts and records are compared again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

from raccord.contacts import wakeups
from raccord.engine.reconcile import DRIFT, Comparison, Result
from raccord.engine.records import Priority
from raccord.sync import due, inbox, meeting
from raccord.sync.inbox import Hint
from raccord.sync.models import LinkState
from raccord.sync.poll import fields_of, receives
from raccord.sync.reconcile import one_sided, pairs
from raccord.sync.reconcile.findings import Scope
from raccord.sync.reconcile.models import Finding, Reconciliation
from raccord.sync.statements import fetch
from raccord.sync.steps import Route

AT_ONCE = 2_000
PATIENCE = timedelta(seconds=10)
"""When to look again whether the repair was done."""
WAIT_AT_MOST = timedelta(hours=1)
"""After that, what is still due is reported as waiting."""

_BUSY = """
SELECT EXISTS (
    SELECT FROM contacts_outboxitem
    WHERE subscription_id = %(subscription)s AND contact = ANY(%(contacts)s) AND state = 'due'
) OR EXISTS (
    SELECT FROM sync_inboxitem
    WHERE transfer_id = %(transfer)s AND remote_id = ANY(%(ids)s) AND state = 'due'
)
"""
_LONG = """
SELECT coalesce(repaired_at < clock_timestamp() - %(most)s, false) FROM sync_reconciliation
WHERE id = %(run)s
"""


def some(run: Reconciliation) -> list[Finding]:
    """The next of what drifted."""
    listed = Finding.objects.filter(run=run, result__in=DRIFT, pk__gt=run.position)
    return list(listed.order_by("pk")[:AT_ONCE])


def ask(route: Route, findings: Sequence[Finding]) -> None:
    """Ask for a look at each; part of the transaction that advances the run.

    At the lowest priority: what people do meanwhile goes first.
    """
    contacts = [each.contact for each in findings if each.contact is not None]
    records = [each.remote_id for each in findings if each.scope == Scope.THERE]
    if receives(route):
        changed = [each.contact for each in findings if each.contact and each.remote_id]
        meeting.note_change(route, [(contact, None) for contact in sorted(changed)])
    due.look_at(route.subscription, contacts, priority=Priority.BACKFILL)
    inbox.put(route.transfer, [Hint(each, priority=Priority.BACKFILL) for each in records])
    Finding.objects.filter(pk__in=[each.pk for each in findings]).update(asked=True)
    wakeups.outbound_after_commit([route.transfer])


def asked(run: Reconciliation) -> list[Finding]:
    """The next of those that were asked for."""
    listed = Finding.objects.filter(run=run, asked=True, pk__gt=run.position)
    return list(listed.order_by("pk")[:AT_ONCE])


def are_settled(run: Reconciliation, route: Route, findings: Sequence[Finding]) -> bool:
    """Whether nothing of them is due any more, or it was waited for long enough."""
    busy: bool = fetch(
        _BUSY,
        subscription=route.subscription,
        transfer=route.transfer,
        contacts=[each.contact for each in findings if each.contact is not None],
        ids=[each.remote_id for each in findings if each.scope == Scope.THERE],
    )[0][0]
    return not busy or bool(fetch(_LONG, run=run.pk, most=WAIT_AT_MOST)[0][0])


def prove(route: Route, findings: Sequence[Finding]) -> tuple[dict[int, Result], int]:
    """Compare them again: finding -> how the two stand now, and the calls it took."""
    records = [each.remote_id for each in findings if each.scope == Scope.THERE]
    links = meeting.links(route, records)
    contact_of = {each.pk: each.contact for each in findings if each.contact is not None}
    for each in findings:
        link = links.get(each.remote_id) if each.scope == Scope.THERE else None
        if link is not None and link.state == LinkState.LINKED:
            contact_of[each.pk] = link.contact
    by_contact, calls = _of_contacts(route, sorted(set(contact_of.values())))
    strange = [each.remote_id for each in findings if each.pk not in contact_of]
    by_record, more_calls = _of_records(route, strange)
    outcomes = {
        each.pk: by_contact.get(contact_of[each.pk], Result.EQUAL)
        if each.pk in contact_of
        else by_record.get(each.remote_id, Result.EQUAL)
        for each in findings
    }
    return outcomes, calls + more_calls


def note(run: Reconciliation, outcomes: Mapping[int, Result]) -> dict[str, int]:
    """Write the outcomes beside the findings; the run's counts of them, these included."""
    for result in set(outcomes.values()):
        keys = [key for key, each in outcomes.items() if each is result]
        Finding.objects.filter(run=run, pk__in=keys).update(outcome=result)
    return dict(Counter(run.proven) + Counter(map(str, outcomes.values())))


def _of_contacts(route: Route, contacts: Sequence[int]) -> tuple[dict[int, Result], int]:
    """Those with a counterpart as a pair, the others by why they have none."""
    compared = pairs.compared(route, contacts)
    found = {each.contact: each.comparison for each in compared.found}
    left = [contact for contact in contacts if contact not in found]
    found |= {each.contact: each.comparison for each in one_sided.without_record(route, left)}
    return {key: each.result for key, each in found.items() if key is not None}, compared.calls


def _of_records(route: Route, ids: Sequence[str]) -> tuple[dict[str, Result], int]:
    """Records that still have no contact. One that is gone by now differs from nothing."""
    if not ids:
        return {}, 0
    views = route.connector.fetch(route.spec.object, ids, fields_of(route.spec))
    living = [view for view in views if not view.deleted]
    judged: dict[str, Comparison] = {
        each.remote_id: each.comparison for each in one_sided.without_contact(route, living)
    }
    return {key: each.result for key, each in judged.items()}, 1
