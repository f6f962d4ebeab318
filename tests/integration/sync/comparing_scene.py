"""Both sides of a two-way data transfer, compared: what tests of the comparison share."""

from __future__ import annotations

from django.db.models.functions import Now

from raccord.contacts.models import Contact, OutboxItem, Subscription
from raccord.engine.reconcile import Result
from raccord.engine.records import Direction, OnlyThere, Rule, Value
from raccord.sync import due, inbound, poll
from raccord.sync.models import InboxItem, Reading
from raccord.sync.reconcile import comparing, runs
from raccord.sync.reconcile.findings import Figures
from raccord.sync.reconcile.models import Cause, ReconcileState, Reconciliation
from tests.integration.sync.scene import LONG_AGO, Scene, a_scene


def two_way(*, rule: Rule = Rule.THEIRS, only_there: OnlyThere = OnlyThere.LINK) -> Scene:
    """An active two-way scene; nothing was read or sent yet."""
    scene = a_scene(directions=Direction.BOTH)
    scene.transfer.mappings.update(rule=rule)
    scene.transfer.only_there = only_there
    scene.transfer.save()
    return scene


def agreed(scene: Scene, number: int = 3) -> list[Contact]:
    """So many linked contacts, equal on both sides."""
    people = [
        scene.contact("plain", email=f"p{n}@example.org", company=f"Firm {n}")
        for n in range(number)
    ]
    scene.activate()
    move(scene)
    settle(scene)
    # A look at all of them, so that nothing that was sent is left unexplained.
    subscription = Subscription.objects.get(transfer=scene.transfer.pk, active=True)
    due.look_at(subscription.pk, [each.pk for each in people])
    move(scene)
    return people


def settle(scene: Scene) -> None:
    """Read their changes and do all the work that is due, until nothing is."""
    Reading.objects.update(due_at=LONG_AGO)
    poll.read_changes(scene.transfer.pk)
    move(scene)


def move(scene: Scene) -> None:
    """Do all the work that is due."""
    for _ in range(4):
        InboxItem.objects.filter(state="due").update(due_at=LONG_AGO)
        OutboxItem.objects.filter(state="due").update(due_at=LONG_AGO)
        inbound.take_in(scene.transfer.pk)
        scene.deliver()


def polling_is_off(scene: Scene) -> None:
    """As if nobody had read their changes for an hour."""
    Reading.objects.filter(transfer=scene.transfer).update(read_at=LONG_AGO)


def unstamped(scene: Scene, contact: Contact, **values: Value) -> None:
    """Their record shows other values, though nobody saved it: what a formula field does."""
    scene.org.people[scene.link(contact).remote_id or ""].values.update(values)


def begin(scene: Scene, *, repair: bool = False) -> Reconciliation:
    return runs.begin(scene.transfer, cause=Cause.PERSON, repair=repair)


def go_on(scene: Scene, run: Reconciliation) -> Reconciliation:
    """Let the run come to its end, and the mover work beside it."""
    for _ in range(50):
        comparing.work(run.pk)
        run.refresh_from_db()
        if run.state != ReconcileState.RUNNING:
            return run
        move(scene)
        Reconciliation.objects.filter(pk=run.pk).update(due_at=Now())
    raise AssertionError(f"the run does not end: {run.phase}")


def compare(scene: Scene, *, repair: bool = False) -> Reconciliation:
    """One whole comparison."""
    return go_on(scene, begin(scene, repair=repair))


def number(run: Reconciliation, *results: Result) -> int:
    return Figures.of(run).number(*results)


def listed(run: Reconciliation) -> list[tuple[str, str, int | None]]:
    return list(run.findings.order_by("pk").values_list("result", "why", "contact"))
