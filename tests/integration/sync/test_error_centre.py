"""What was refused, by cause: counted, tried again as a group, mended, left aside."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from raccord.connections import describing, mappings, mending
from raccord.connections.mappings import MappingLine
from raccord.connections.models import FieldMapping, IntegrationState
from raccord.contacts import changes, projects
from raccord.contacts.models import Contact, OutboxItem, OutboxState, Subscription
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction, FieldType, Operation, Priority
from raccord.engine.remedies import Remedy
from raccord.engine.retry import PROBE_ROWS
from raccord.sync import activate, outbound
from raccord.sync.models import InboxItem, InboxState
from raccord.sync.parked import aside, groups, remedies, replaying
from raccord.sync.parked.groups import Cause, Group
from raccord.sync.parked.models import ReplayState, SetAside, Side
from tests import cast
from tests.integration.sync.scene import LONG_AGO, Scene

pytestmark = pytest.mark.django_db(transaction=True)

TOO_LONG = "raccord.value.longer_there"
MISSING = "raccord.plan.required_missing"
REFUSED = "memory.too_long"
_numbers = count(1)


def park(scene: Scene, many: int, *, reason: str = REFUSED, **parameters: str) -> list[Contact]:
    """So many contacts that were refused, their items in place of those that are due."""
    people = [
        scene.contact(email=f"p{next(_numbers)}@example.org", last_name=f"P{n}")
        for n in range(many)
    ]
    OutboxItem.objects.filter(contact__in=[person.pk for person in people]).update(
        state=OutboxState.PARKED,
        reason=reason,
        parameters=parameters or {"fields": "company"},
        detail="It said so.",
    )
    return people


def only(scene: Scene) -> Group:
    (found,) = groups.groups(scene.project)
    return found


def work_to_the_end(run_id: int, scene: Scene) -> None:
    """The worker's turns, with what it sends in between."""
    for _ in range(100):
        wait = replaying.work(run_id)
        if wait is None:
            return
        scene.make_due()
        while outbound.deliver(scene.transfer.pk).claimed:
            pass
    raise AssertionError("the run never ended")


@pytest.fixture
def active(scene: Scene) -> Scene:
    scene.activate()
    scene.deliver_described()
    return scene


def test_refusals_are_grouped_by_code_field_and_value(active: Scene) -> None:
    park(active, 3)
    park(active, 1, reason="memory.required", fields="last_name")
    park(active, 2, reason="raccord.value.missing_there", field="Rank", remote="R", value="Foo")
    found = groups.groups(active.project)
    assert [(group.code, group.count) for group in found] == [
        ("memory.too_long", 3),
        ("raccord.value.missing_there", 2),
        ("memory.required", 1),
    ]
    first = found[0]
    assert first.detail == "It said so." and first.parameters == {"fields": "company"}
    assert first.since <= first.newest
    assert groups.count(active.project, up_to=100) == 6
    assert groups.count(active.project, up_to=2) == 2
    assert groups.groups(active.project, connection=active.connection.pk + 1) == []


def test_a_cause_has_one_name_in_the_database_and_out_of_it(active: Scene) -> None:
    park(active, 1, reason="a.b", fields="", value="é = ' \\ ; ☃")
    park(active, 1, reason="a.b", field="Rank")
    park(active, 1, reason="a.b", nothing="at all")
    named = set(OutboxItem.objects.values_list("cause", flat=True))
    assert {group.cause.name for group in groups.groups(active.project)} == named
    for group in groups.groups(active.project):
        assert Cause.parse(str(group.cause)) == group.cause
        assert groups.group(active.project, group.cause) == group


@pytest.mark.parametrize(
    "text", ["", "out", "out-1", "out-x-" + "a" * 32, "up-1-" + "a" * 32, "out-1-" + "g" * 32]
)
def test_what_names_no_cause(text: str) -> None:
    assert Cause.parse(text) is None


def test_decisions_are_no_errors_and_other_projects_are_not_ours(active: Scene) -> None:
    (person,) = park(active, 1, reason="raccord.sync.conflict", fields="company")
    InboxItem.objects.create(
        transfer=active.transfer,
        remote_id="x",
        state=InboxState.PARKED,
        reason="raccord.sync.several_contacts",
    )
    assert groups.groups(active.project) == []
    item = active.item(person)
    strange = Cause(Side.OUT, active.transfer.pk, str(item.cause))
    assert groups.group(active.project, strange) is None
    park(active, 1)
    other = cast.a_project("Other")
    assert groups.groups(other) == [] and groups.group(other, only(active).cause) is None


def test_records_of_theirs_that_could_not_be_taken_are_groups_of_their_own(active: Scene) -> None:
    for number in range(3):
        InboxItem.objects.create(
            transfer=active.transfer,
            remote_id=f"r{number}",
            state=InboxState.PARKED,
            reason="raccord.value.required",
            parameters={"field": "last_name"},
        )
    group = only(active)
    assert (group.cause.side, group.count) == (Side.IN, 3)
    assert len(groups.records_of(group.cause, offset=1, limit=5)) == 2
    run = replaying.begin(active.project, group.cause, person="a@b.c")
    assert replaying.work(run.pk) is None
    run.refresh_from_db()
    assert (run.state, run.done) == (ReplayState.DONE, 3)
    assert InboxItem.objects.filter(state=InboxState.DUE).count() == 3


def test_all_of_a_group_is_tried_again_and_arrives(active: Scene) -> None:
    people = park(active, PROBE_ROWS * 3)
    run = replaying.begin(active.project, only(active).cause, person=cast.MARKETER)
    assert run.total == len(people)
    work_to_the_end(run.pk, active)
    run.refresh_from_db()
    assert (run.state, run.done) == (ReplayState.DONE, len(people))
    while outbound.deliver(active.transfer.pk).claimed:
        pass
    assert len(active.people()) == len(people)
    assert groups.groups(active.project) == [] and replaying.refused_again(run) == 0


def test_when_the_first_ones_are_refused_again_the_others_are_not_sent(active: Scene) -> None:
    """Else trying 4,000 again in vain would suspend the integration."""
    people = [
        active.contact(email=f"n{number}@example.org", last_name=None)
        for number in range(PROBE_ROWS + 15)
    ]
    active.deliver()
    group = only(active)
    assert (group.code, group.count) == (MISSING, len(people))
    run = replaying.begin(active.project, group.cause, person=cast.MARKETER)
    work_to_the_end(run.pk, active)
    run.refresh_from_db()
    assert (run.state, run.done) == (ReplayState.REFUSED, PROBE_ROWS)
    assert replaying.refused_again(run) == PROBE_ROWS
    assert only(active).count == len(people)
    assert not replaying.unfinished()


def test_two_people_who_begin_at_once_begin_one_run(active: Scene) -> None:
    park(active, 2)
    cause = only(active).cause
    assert (
        replaying.begin(active.project, cause, person="a").pk
        == replaying.begin(active.project, cause, person="b").pk
    )


def test_a_run_whose_worker_died_goes_on_and_tries_nothing_twice(
    active: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replaying, "CHUNK", 7)
    people = park(active, 20)
    activate.deactivate(active.integration)  # nothing is sent, so nothing is probed
    run = replaying.begin(active.project, only(active).cause, person="a")
    assert replaying.work(run.pk, seconds=0) is not None
    type(run).objects.filter(pk=run.pk).update(claim="0" * 32, lease_until=LONG_AGO)
    assert replaying.unfinished() == [run.pk]
    while replaying.work(run.pk) is not None:
        pass
    run.refresh_from_db()
    assert (run.state, run.done) == (ReplayState.DONE, len(people))
    versions = set(OutboxItem.objects.values_list("version", flat=True))
    assert len(versions) == 1


def test_a_stopped_run_leaves_the_rest(active: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "CHUNK", 5)
    park(active, 20)
    activate.deactivate(active.integration)
    run = replaying.begin(active.project, only(active).cause, person="a")
    while not run.done:
        assert replaying.work(run.pk, seconds=0) is not None
        run.refresh_from_db()
    assert replaying.cancel(run) and not replaying.cancel(run)
    assert replaying.work(run.pk) is None
    assert 0 < only(active).count < 20


def test_what_is_refused_after_a_run_began_is_none_of_its_business(active: Scene) -> None:
    park(active, 2)
    activate.deactivate(active.integration)
    run = replaying.begin(active.project, only(active).cause, person="a")
    OutboxItem.objects.filter(state=OutboxState.PARKED).update(
        due_at=run.begun_at + timedelta(seconds=5)
    )
    assert replaying.work(run.pk) is not None or replaying.work(run.pk) is None
    assert only(active).count == 2


def test_what_is_tried_again_stands_behind_edits_but_for_refusals_of_consent(
    active: Scene,
) -> None:
    park(active, 3)
    no, live, loaded = OutboxItem.objects.order_by("pk")
    for item, priority in ((no, 0), (live, Priority.LIVE), (loaded, Priority.BACKFILL)):
        OutboxItem.objects.filter(pk=item.pk).update(priority=priority)
    activate.deactivate(active.integration)
    run = replaying.begin(active.project, only(active).cause, person="a")
    while replaying.work(run.pk) is not None:
        pass
    kept = list(OutboxItem.objects.order_by("pk").values_list("priority", flat=True))
    assert kept == [Priority.CONSENT_TIGHTENED, Priority.IMPORT, Priority.BACKFILL]


def test_nothing_waits_any_more(active: Scene) -> None:
    park(active, 1)
    cause = only(active).cause
    OutboxItem.objects.all().delete()
    with pytest.raises(BadInput) as refused:
        replaying.begin(active.project, cause, person="a")
    assert refused.value.code == replaying.NOTHING_WAITS


def test_a_cause_that_is_left_aside_is_not_counted_until_it_is_taken_back(active: Scene) -> None:
    people = park(active, 3)
    cause = only(active).cause
    for note in ("", " \0 ", "x" * 501):
        with pytest.raises(BadInput):
            aside.leave(cause, note=note, person="a@b.c")
    aside.leave(cause, note="  They come\nin spring. ", person="a@b.c")
    aside.leave(cause, note="In summer.", person="d@e.f")
    kept = only(active)
    assert kept.aside is not None
    assert (kept.aside.note, kept.aside.person, kept.count) == ("In summer.", "d@e.f", 3)
    assert groups.group(active.project, cause) == kept
    assert groups.count(active.project, up_to=9) == 0
    active.edit(people[0], company="Short")
    active.deliver()
    assert active.person(people[0].values["email"]).values["company"] == "Short"
    assert only(active).count == 2
    assert aside.take_back(cause) and not aside.take_back(cause)
    assert groups.count(active.project, up_to=9) == 2
    assert not SetAside.objects.exists()


@pytest.mark.parametrize("ticked", [tuple(Operation), (Operation.CREATED,)])
def test_a_corrected_contact_is_tried_again_by_itself(
    active: Scene, ticked: tuple[Operation, ...]
) -> None:
    """Also where its correction would not be sent by itself: the contact waits for it."""
    activate.change_operations(active.integration, {active.transfer.pk: ticked})
    contact = active.contact(last_name=None)
    active.deliver()
    assert only(active).count == 1
    active.edit(contact, last_name="Known")
    assert groups.groups(active.project) == []
    active.deliver()
    assert [person.values["last_name"] for person in active.people()] == ["Known"]


def test_texts_that_are_too_long_are_cut_once_somebody_says_so(active: Scene) -> None:
    remote = describing.described(active.transfer).fields["first_name"]
    assert remote.max_length is not None
    whole = "Very " * remote.max_length
    contact = active.contact(first_name=whole)
    active.deliver()
    group = only(active)
    assert group.code == TOO_LONG
    found = remedies.of_group(group)
    assert found is not None and found.line is not None
    assert (found.remedy, found.line.remote_field) == (Remedy.CUT, "first_name")
    assert mending.cut(found.line, remote) and not mending.cut(found.line, remote)
    work_to_the_end(replaying.begin(active.project, group.cause, person="a").pk, active)
    assert groups.groups(active.project) == []
    there = active.person(contact.values["email"]).values["first_name"]
    assert isinstance(there, str) and whole.startswith(there) and len(there) > 5
    contact.refresh_from_db()
    assert contact.values["first_name"] == whole.strip()


def test_a_value_is_sent_where_ours_is_empty_and_ours_stays_empty(active: Scene) -> None:
    contact = active.contact(last_name=None)
    active.deliver()
    group = only(active)
    found = remedies.of_group(group)
    assert found is not None and found.line is not None and found.remedy is Remedy.FILL
    assert mending.send_when_empty(found.line, "Unknown")
    assert not mending.send_when_empty(found.line, "Unknown")
    work_to_the_end(replaying.begin(active.project, group.cause, person="a").pk, active)
    (person,) = active.people()
    assert person.values["last_name"] == "Unknown"
    contact.refresh_from_db()
    assert "last_name" not in contact.values or contact.values["last_name"] is None
    writes = active.org.calls
    active.edit(contact, notes="Something")
    active.deliver()
    assert active.people()[0].values["last_name"] == "Unknown" and active.org.calls > writes
    active.edit(contact, last_name="Found")
    active.deliver()
    assert active.people()[0].values["last_name"] == "Found"
    active.edit(contact, last_name=None)
    active.deliver()
    assert active.people()[0].values["last_name"] == "Unknown"


def test_a_value_for_empty_fields_survives_a_saved_mapping(active: Scene) -> None:
    line = active.transfer.mappings.get(field__key="last_name")
    mending.send_when_empty(line, "Unknown")
    remote = describing.described(active.transfer)
    stored = mappings.stored_lines(active.transfer)
    mappings.save_mappings(active.transfer, stored, remote=remote)
    bare = [MappingLine(e.field, e.remote_field, e.direction, e.rule, e.transform) for e in stored]
    mappings.save_mappings(active.transfer, bare, remote=remote)
    assert FieldMapping.objects.get(pk=line.pk).when_empty == "Unknown"
    assert mending.send_when_empty(line, None)
    assert FieldMapping.objects.get(pk=line.pk).when_empty is None


def test_a_value_that_cannot_be_sent_is_refused(active: Scene) -> None:
    consent = active.transfer.mappings.get(field__key="newsletter")
    with pytest.raises(BadInput) as refused:
        mending.send_when_empty(consent, "yes")
    assert refused.value.code == mending.NOT_CONSENT
    incoming = active.transfer.mappings.get(field__key="company")
    FieldMapping.objects.filter(pk=incoming.pk).update(direction=Direction.INBOUND)
    incoming.refresh_from_db()
    with pytest.raises(BadInput) as refused:
        mending.send_when_empty(incoming, "x")
    assert refused.value.code == mending.NOT_SENT
    with pytest.raises(BadInput) as refused:
        mending.cut(incoming, describing.described(active.transfer).fields["company"])
    assert refused.value.code == mending.NOT_CUT


def test_a_choice_that_left_our_list_is_no_longer_sent_for_empty_ones(active: Scene) -> None:
    projects.add_field(
        active.project, key="rank", label="Rank", type=FieldType.CHOICE, choices=["a", "b"]
    )
    line = FieldMapping.objects.create(
        transfer=active.transfer,
        field=active.project.fields.get(key="rank"),
        remote_field="segment",
        when_empty="gone",
    )
    assert mending.value_when_empty(line) is None
    line.when_empty = "a"
    assert mending.value_when_empty(line) == "a"


def test_a_suspended_integration_gets_all_of_them_at_once(active: Scene) -> None:
    """Nothing is sent, so no answer is waited for; resuming sends a few first by itself."""
    park(active, PROBE_ROWS + 5)
    active.integration.state = IntegrationState.SUSPENDED
    active.integration.save()
    run = replaying.begin(active.project, only(active).cause, person="a")
    while replaying.work(run.pk) is not None:
        pass
    run.refresh_from_db()
    assert (run.state, run.done) == (ReplayState.DONE, PROBE_ROWS + 5)


def test_items_of_a_subscription_that_ended_are_still_found(active: Scene) -> None:
    park(active, 1)
    Subscription.objects.update(active=False)
    assert only(active).count == 1


def test_a_deleted_contact_s_item_is_counted_and_tried_like_others(active: Scene) -> None:
    (person,) = park(active, 1)
    changes.delete(active.project, [person.pk], origin=cast.BY_MARKETER)
    OutboxItem.objects.update(state=OutboxState.PARKED, reason="memory.locked", parameters={})
    assert only(active).count == 1
