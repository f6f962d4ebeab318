"""The other side's bad days: what happens to the rows, to the connection, and to everybody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from pytest_django import Settings

from raccord.alerts.models import AlertRecipient
from raccord.connections.models import Authorization, AuthorizationState, IntegrationState
from raccord.connectors.memory.organization import Fault
from raccord.contacts import changes
from raccord.contacts.models import OutboxItem, OutboxState
from raccord.engine.errors import (
    BadInput,
    OutcomeUnknown,
    PermissionMissing,
    RecordRejected,
    Transient,
)
from raccord.engine.records import Operation, Origin, OriginKind, Values
from raccord.sync import activate, late, outbound, replay, status
from raccord.sync.models import Link, LinkState
from raccord.sync.routes import open_route
from tests.integration.sync.scene import LONG_AGO, Scene, a_scene
from tests.integration.sync.test_two_at_work import when_it_can_no_longer_arrive


def many(scene: Scene, number: int, **odd: str) -> None:
    """Contacts from an import; `odd` changes the one in the middle."""
    rows = [
        {"email": f"p{n}@example.org", "last_name": f"P{n}", **(odd if n == number // 2 else {})}
        for n in range(number)
    ]
    changes.apply_many(
        scene.project,
        [changes.ContactChange(row) for row in rows],
        origin=Origin(OriginKind.IMPORT),
    )


def end_pause(scene: Scene) -> None:
    """As if the time had come that the connection waits for."""
    type(scene.connection).objects.filter(pk=scene.connection.pk).update(paused_until=LONG_AGO)
    scene.make_due()


def test_one_refused_row_does_not_hold_up_the_others(scene: Scene) -> None:
    scene.activate()
    scene.shortened_meanwhile("first_name")
    many(scene, 200, first_name="x" * 60)
    before = scene.org.calls
    scene.deliver()
    assert (scene.org.calls - before, len(scene.people())) == (2, 199)  # a look-up, a write
    parked = OutboxItem.objects.get()
    told = (parked.state, parked.reason, parked.parameters)
    assert told == (OutboxState.PARKED, "memory.too_long", {"fields": "first_name"})


def test_refused_contact_goes_by_itself_once_it_is_corrected(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact("no_last_name")
    scene.deliver()
    assert scene.item(contact).reason == "raccord.plan.required_missing"
    scene.edit(contact, last_name="Sarkisian")
    scene.deliver()
    assert scene.person("cher@example.org").values["last_name"] == "Sarkisian"


def test_calls_stay_within_the_budget(scene: Scene) -> None:
    """One look-up per 200 unlinked, one write per 200, one look per 2,000 linked."""
    scene.activate()
    scene.deliver_described()
    many(scene, 1000)
    before = scene.org.calls
    scene.deliver()
    assert scene.org.calls - before == 5 + 5
    OutboxItem.objects.all().delete()
    rows = [
        changes.ContactChange({"email": f"p{n}@example.org", "company": "New"}) for n in range(1000)
    ]
    changes.apply_many(scene.project, rows, origin=Origin(OriginKind.IMPORT))
    before = scene.org.calls
    scene.deliver()
    assert scene.org.calls - before == 1 + 5
    scene.connection.refresh_from_db()
    assert scene.connection.calls == scene.org.calls


@pytest.mark.parametrize("place", ["on_arrival", "on_answer"])
def test_lost_answer_of_a_creation_makes_no_duplicate(scene: Scene, place: str) -> None:
    scene.activate()
    contact = scene.contact()
    setattr(scene.org, place, once(OutcomeUnknown("http.no_answer")))
    scene.deliver()
    item = scene.item(contact)
    assert (item.state, item.attempts, item.reason) == (OutboxState.DUE, 1, "http.no_answer")
    assert scene.link(contact).sent is not None
    scene.make_due()
    scene.deliver()
    arrived = place == "on_answer"
    assert scene.items() == (0 if arrived else 1)  # not repeated while it may still arrive
    when_it_can_no_longer_arrive()
    scene.deliver()
    assert scene.items() == 0
    assert [person.id for person in scene.people()] == [scene.link(contact).remote_id]


@pytest.mark.parametrize("place", ["on_arrival", "on_answer"])
def test_lost_answer_of_an_update_is_looked_after(scene: Scene, place: str) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    scene.edit(contact, first_name="Janet")
    setattr(scene.org, place, once(OutcomeUnknown("http.no_answer")))
    scene.deliver()
    scene.edit(contact, first_name="Joan")
    scene.deliver()
    when_it_can_no_longer_arrive()
    scene.deliver()
    assert scene.person("jane.smith@example.org").values["first_name"] == "Joan"
    assert scene.items() == 0
    assert scene.link(contact).base["first_name"][0] == "Joan"


def test_connection_that_is_down_pauses_and_goes_on_by_itself(scene: Scene) -> None:
    scene.activate()
    scene.deliver_described()
    many(scene, 600)
    scene.org.fail_next(Fault.UNAVAILABLE)
    scene.deliver()
    scene.connection.refresh_from_db()
    assert scene.connection.pause_reason == "memory.unavailable"
    before = scene.org.calls
    assert scene.deliver() == 0
    assert scene.org.calls == before  # nobody knocks while it is paused
    end_pause(scene)
    scene.deliver()
    assert len(scene.people()) == 600
    scene.connection.refresh_from_db()
    assert scene.connection.pause_reason == ""
    scene.integration.refresh_from_db()
    assert scene.integration.failures == 0  # it passed by itself


def test_used_up_quota_pauses_the_connection_and_parks_nothing(scene: Scene) -> None:
    scene.activate()
    scene.deliver_described()
    contact = scene.contact()
    scene.org.fail_next(Fault.QUOTA_EXHAUSTED)
    scene.deliver()
    scene.connection.refresh_from_db()
    assert scene.connection.pause_reason == "memory.quota_exhausted"
    assert scene.item(contact).state == OutboxState.DUE


def test_reset_in_the_middle_of_a_run_keeps_what_was_written(scene: Scene) -> None:
    scene.activate()
    scene.deliver_described()
    many(scene, 1000)
    scene.org.on_arrival = once(Transient("http.reset"), after=1)
    scene.deliver()
    written = len(scene.people())
    assert 0 < written < 1000
    assert scene.items() == 1000 - written
    end_pause(scene)
    scene.deliver()
    assert len(scene.people()) == 1000
    assert len({person.values["email"] for person in scene.people()}) == 1000


def test_refusal_of_a_whole_call_finds_the_row_that_is_to_blame(scene: Scene) -> None:
    """A connector that fails on one row in a way it does not expect."""
    scene.activate()
    many(scene, 100)
    create = scene.org.create

    def failing(values: Values, **by: str) -> tuple[str, bool]:
        if values["email"] == "p41@example.org":
            raise ZeroDivisionError
        return create(values, **by)

    scene.org.create = failing  # type: ignore[method-assign]
    scene.deliver()
    assert len(scene.people()) == 99
    item = OutboxItem.objects.get()
    assert (item.state, item.reason) == (OutboxState.PARKED, "raccord.internal")


def test_lost_authorization_keeps_everything_due_and_tells_people(
    scene: Scene, settings: Settings
) -> None:
    AlertRecipient.objects.create(integration=scene.integration, email="ops@example.org")
    scene.activate()
    scene.deliver_described()
    contact = scene.contact()
    Authorization.objects.update(state=AuthorizationState.ACTIVE)
    scene.org.refuse_token("token")
    scene.deliver()
    authorization = Authorization.objects.get(pk=scene.connection.authorization_id)
    assert authorization.state == AuthorizationState.LOST
    assert scene.item(contact).state == OutboxState.DUE
    assert [message.to for message in mail.outbox] == [["ops@example.org"]]
    assert scene.deliver() == 0


def test_field_that_may_not_be_written_pauses_alone(scene: Scene) -> None:
    scene.activate()
    create = scene.org.create

    def guarded(values: Values, **by: str) -> tuple[str, bool]:
        if "company" in values:
            raise PermissionMissing("memory.read_only_field", {"fields": "company"})
        return create(values, **by)

    scene.org.create = guarded  # type: ignore[method-assign]
    contact = scene.contact(company="Atelier")
    scene.deliver()
    line = scene.transfer.mappings.get(remote_field="company")
    assert line.paused_reason == "memory.read_only_field"
    scene.make_due()
    scene.deliver()
    assert scene.link(contact).state == LinkState.LINKED
    assert scene.items() == 0


def test_too_many_refusals_suspend_and_resuming_sends_what_waited(scene: Scene) -> None:
    AlertRecipient.objects.create(integration=scene.integration, email="ops@example.org")
    scene.integration.failure_limit = 50
    scene.integration.save()
    scene.activate()
    many(scene, 60)
    OutboxItem.objects.update(due_at=LONG_AGO)
    refuse = scene.org.create
    scene.org.create = _refusing  # type: ignore[method-assign]
    scene.deliver()
    scene.integration.refresh_from_db()
    assert scene.integration.state == IntegrationState.SUSPENDED
    assert [message.to for message in mail.outbox] == [["ops@example.org"]]
    late_comer = scene.contact()
    assert scene.item(late_comer).state == OutboxState.DUE  # it goes on collecting
    assert scene.deliver() == 0
    scene.org.create = refuse  # type: ignore[method-assign]
    activate.resume(scene.integration)
    run = outbound.deliver(scene.transfer.pk)
    assert (run.claimed, run.work_left) == (activate.FIRST_AFTER_RESUME, True)
    scene.deliver()
    assert scene.items() == 0
    assert len(scene.people()) == 61
    assert len(mail.outbox) == 2  # one on suspension, one on recovery


def _refusing(values: Values, **by: str) -> tuple[str, bool]:
    raise RecordRejected("memory.not_a_choice", {"fields": "segment"})


def test_resuming_into_the_same_trouble_suspends_after_a_few(scene: Scene) -> None:
    scene.integration.failure_limit = 50
    scene.integration.save()
    scene.activate()
    many(scene, 60)
    scene.org.create = _refusing  # type: ignore[method-assign]
    scene.deliver()
    activate.resume(scene.integration)
    calls = scene.org.calls
    scene.deliver()
    scene.integration.refresh_from_db()
    assert scene.integration.state == IntegrationState.SUSPENDED
    assert scene.org.calls - calls == 2  # one look, one small batch


def test_replay_of_one_cause_leaves_the_others(scene: Scene) -> None:
    scene.activate()
    scene.shortened_meanwhile("first_name")
    scene.contact("no_last_name")
    many(scene, 4, first_name="x" * 60)
    scene.deliver()
    reasons = status.of_integration(scene.integration).parked
    assert {reason.code: reason.count for reason in reasons} == {
        "memory.too_long": 1,
        "raccord.plan.required_missing": 1,
    }
    assert all(reason.explanation.what for reason in reasons)
    assert replay.replay(scene.integration, reason="memory.too_long") == 1
    assert status.due_count(scene.project) == 1
    scene.deliver()
    assert status.nothing_due(scene.project)


def test_record_that_was_deleted_there_is_shown_and_not_made_again(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    scene.org.delete(scene.person("jane.smith@example.org").id)
    scene.edit(contact, first_name="Janet")
    scene.deliver()
    assert (scene.item(contact).state, scene.item(contact).reason) == (
        OutboxState.HELD,
        "raccord.plan.remote_gone",
    )
    assert scene.link(contact).state == LinkState.GONE
    scene.edit(contact, first_name="Joan")
    scene.deliver()
    assert scene.item(contact).state == OutboxState.HELD
    assert scene.people() == []


def test_merged_record_is_followed(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    survivor, _ = scene.org.create({"email": "other@example.org", "last_name": "Other"}, by="x")
    scene.org.merge(scene.person("jane.smith@example.org").id, into=survivor)
    scene.edit(contact, first_name="Janet")
    scene.deliver()
    assert scene.link(contact).remote_id == survivor
    assert scene.org.people[survivor].values["first_name"] == "Janet"
    assert scene.items() == 0


def test_busy_record_is_tried_again_alone(scene: Scene) -> None:
    scene.activate()
    many(scene, 10)
    scene.deliver()
    locked = scene.person("p5@example.org").id
    scene.org.lock(locked)
    for row in range(10):
        changes.apply_many(
            scene.project,
            [changes.ContactChange({"email": f"p{row}@example.org", "company": "New"})],
            origin=Origin(OriginKind.IMPORT),
        )
    scene.deliver()
    assert scene.items() == 1
    assert OutboxItem.objects.get().reason == "memory.locked"
    scene.org.unlock(locked)
    scene.make_due()
    scene.deliver()
    assert scene.items() == 0
    assert scene.org.people[locked].values["company"] == "New"


def test_operation_that_is_not_ticked_is_held_until_it_is(transactional_db: None) -> None:
    scene = a_scene(operations=(Operation.UPDATED,))
    scene.activate()
    contact = scene.contact()
    assert scene.items() == 0  # nobody wants to hear of creations
    scene.edit(contact, first_name="Janet")
    scene.deliver()
    item = scene.item(contact)
    assert (item.state, item.reason) == (OutboxState.HELD, "raccord.plan.operation_off")
    everything = {scene.transfer.pk: frozenset(Operation)}
    activate.change_operations(scene.integration, everything)
    scene.load()
    scene.deliver()
    assert scene.items() == 0
    assert scene.person("jane.smith@example.org").values["first_name"] == "Janet"


def test_activation_says_what_is_missing(scene: Scene) -> None:
    activate.change_operations(scene.integration, {scene.transfer.pk: ()})
    with pytest.raises(BadInput, match=activate.NO_OPERATION):
        activate.activate(scene.integration)
    scene.transfer.active = False
    scene.transfer.save()
    with pytest.raises(BadInput, match=activate.NO_TRANSFER):
        activate.activate(scene.integration)
    Authorization.objects.update(state=AuthorizationState.PENDING)
    with pytest.raises(BadInput, match=activate.NOT_AUTHORIZED):
        activate.activate(scene.integration)
    scene.integration.refresh_from_db()
    assert scene.integration.state == IntegrationState.DISABLED


def test_late_answer_with_another_record_is_a_conflict(scene: Scene) -> None:
    scene.activate()
    contact = scene.contact()
    scene.deliver()
    route = open_route(scene.transfer.pk)
    assert route is not None
    base = scene.link(contact).base
    late.settle_late(route, {contact.pk: "another"})
    item = scene.item(contact)
    assert (item.state, item.reason) == (OutboxState.PARKED, "raccord.sync.created_twice")
    link = Link.objects.get(contact=contact.pk)
    assert item.parameters == {"first": link.remote_id, "second": "another"}
    assert link.base == base


def once(failure: BaseException, *, after: int = 0) -> Callable[[], None]:
    """Raises at one call, after as many others."""
    calls = iter([*[None] * after, failure])

    def raises() -> None:
        if (found := next(calls, None)) is not None:
            raise found

    return raises
