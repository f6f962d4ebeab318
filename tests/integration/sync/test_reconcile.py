"""Comparing both sides: what is equal, what differs by a rule, what drifted, and its repair."""

from __future__ import annotations

import time
import tracemalloc
from datetime import timedelta

import pytest
from django.utils import timezone

from raccord.connections.models import FieldMapping
from raccord.contacts import changes, projects
from raccord.contacts.models import Contact, OutboxItem
from raccord.engine.errors import BadInput
from raccord.engine.reconcile import DRIFT, Result, Why
from raccord.engine.records import Direction, FieldType, OnlyThere, Operation, Rule
from raccord.sync import backfill, poll
from raccord.sync.models import InboxItem, Link, Reading
from raccord.sync.reconcile import comparing, runs
from raccord.sync.reconcile.findings import Figures, Scope
from raccord.sync.reconcile.models import Cause, Finding, ReconcileState, Reconciliation
from tests import cast
from tests.integration.sync.comparing_scene import (
    agreed,
    begin,
    compare,
    go_on,
    listed,
    number,
    polling_is_off,
    settle,
    two_way,
    unstamped,
)
from tests.integration.sync.scene import LONG_AGO, a_scene

pytestmark = pytest.mark.django_db(transaction=True)


def stored(contact: Contact) -> dict[str, object]:
    values: dict[str, object] = Contact.objects.get(pk=contact.pk).values
    return values


def test_equal_is_proven_by_counting_both_sides() -> None:
    scene = two_way()
    agreed(scene, 3)
    scene.deliver_described()
    called = scene.org.calls
    run = compare(scene)
    figures = Figures.of(run)
    assert run.state == ReconcileState.DONE
    assert (figures.pairs, figures.number(Result.EQUAL), figures.drift) == (3, 3, 0)
    assert (run.theirs, run.seen) == (3, 3)
    assert Finding.objects.count() == 0
    # One reading of the pairs, one count; nothing else was asked, as the counts agree.
    assert scene.org.calls - called == run.calls == 2


def test_what_a_formula_field_changed_without_a_stamp_is_found_and_repaired() -> None:
    scene = two_way()
    people = agreed(scene, 3)
    unstamped(scene, people[1], company="By formula")
    before = scene.org.people[scene.link(people[1]).remote_id or ""].modified_at
    polling_is_off(scene)
    run = compare(scene)
    assert listed(run) == [(Result.DRIFTED, "", people[1].pk)]
    assert run.fields == {"company": 1}
    assert stored(people[1])["company"] == "Firm 1"  # compared, and nothing else

    runs.repair(run)
    run = go_on(scene, run)
    assert run.proven == {Result.EQUAL: 1}
    assert stored(people[1])["company"] == "By formula"
    assert scene.org.people[scene.link(people[1]).remote_id or ""].modified_at == before
    assert Figures.of(compare(scene)).drift == 0


def test_a_read_only_field_that_only_comes_in_is_compared_too() -> None:
    scene = two_way()
    field = projects.add_field(scene.project, key="score", label="Score", type=FieldType.INTEGER)
    FieldMapping.objects.create(
        transfer=scene.transfer,
        field=field,
        remote_field="score",
        direction=Direction.INBOUND,
        position=20,
    )
    people = agreed(scene, 2)
    unstamped(scene, people[0], score=42)
    polling_is_off(scene)
    run = compare(scene, repair=True)
    assert run.fields == {"score": 1}
    assert run.proven == {Result.EQUAL: 1}
    assert stored(people[0])["score"] == 42


def test_a_record_that_changed_while_nobody_read_changes_is_found() -> None:
    scene = two_way()
    people = agreed(scene, 2)
    scene.org.edit(scene.link(people[0]).remote_id or "", {"first_name": "Unread"})
    polling_is_off(scene)
    run = compare(scene, repair=True)
    assert run.fields == {"first_name": 1}
    assert run.proven == {Result.EQUAL: 1}
    assert stored(people[0])["first_name"] == "Unread"


def test_what_the_next_reading_brings_is_on_its_way_and_no_drift() -> None:
    scene = two_way()
    people = agreed(scene, 2)
    scene.org.edit(scene.link(people[0]).remote_id or "", {"first_name": "Soon"})
    run = compare(scene)
    assert (number(run, *DRIFT), number(run, Result.WAITING)) == (0, 1)


def test_an_edit_of_ours_that_is_due_is_on_its_way_and_no_drift() -> None:
    scene = two_way()
    people = agreed(scene, 2)
    scene.edit(people[0], first_name="Due")
    run = begin(scene)
    comparing.work(run.pk)
    run.refresh_from_db()
    assert (number(run, *DRIFT), number(run, Result.WAITING)) == (0, 1)


def test_a_record_deleted_without_an_event_is_gone_and_repair_says_so_to_a_person() -> None:
    scene = two_way()
    people = agreed(scene, 2)
    scene.org.delete(scene.link(people[0]).remote_id or "")
    polling_is_off(scene)
    run = compare(scene, repair=True)
    assert listed(run) == [(Result.GONE, Why.DELETED_THERE, people[0].pk)]
    assert number(run, *DRIFT) == 1
    assert not set(run.proven) & set(map(str, DRIFT))
    assert Contact.objects.get(pk=people[0].pk).deleted_at is None
    assert Figures.of(compare(scene)).drift == 0


def test_a_record_that_is_not_shown_is_no_evidence_and_nothing_is_done_about_it() -> None:
    scene = two_way()
    people = agreed(scene, 2)
    hidden = scene.org.people.pop(scene.link(people[0]).remote_id or "")
    run = compare(scene, repair=True)
    assert listed(run) == [(Result.NOT_VISIBLE, "", people[0].pk)]
    assert (number(run, *DRIFT), run.repaired_at) == (0, None)
    scene.org.people[hidden.id] = hidden
    assert number(compare(scene), Result.EQUAL) == 2


def test_a_contact_whose_work_was_lost_is_found_and_created() -> None:
    scene = two_way()
    agreed(scene, 1)
    lost = scene.contact("plain", email="lost@example.org")
    OutboxItem.objects.filter(contact=lost.pk).delete()
    run = compare(scene, repair=True)
    assert listed(run) == [(Result.ONLY_HERE, "", lost.pk)]
    assert run.proven == {Result.EQUAL: 1}
    assert scene.person("lost@example.org")


def test_records_of_people_nobody_told_of_are_found_and_made_contacts() -> None:
    scene = two_way(only_there=OnlyThere.CREATE)
    agreed(scene, 1)
    missed, _ = scene.org.create({"last_name": "Missed", "email": "missed@example.org"}, by="rep")
    polling_is_off(scene)
    run = compare(scene, repair=True)
    found = run.findings.get()
    assert (found.result, found.remote_id) == (Result.ONLY_THERE, missed)
    assert run.proven == {Result.EQUAL: 1}
    assert Link.objects.get(remote_id=missed)


@pytest.mark.parametrize(
    ("only_there", "why"),
    [(OnlyThere.IGNORE, Why.IGNORED), (OnlyThere.LINK, Why.NOBODY_HERE)],
)
def test_records_that_nobody_asked_for_are_counted_and_allowed(
    only_there: OnlyThere, why: Why
) -> None:
    scene = two_way(only_there=only_there)
    agreed(scene, 1)
    scene.org.create({"last_name": "Else", "email": "else@example.org"}, by="rep")
    polling_is_off(scene)
    run = compare(scene, repair=True)
    assert Figures.of(run).by_why(Result.SETTLED, scope=Scope.THERE) == {why: 1}
    assert number(run, *DRIFT) == 0


def test_a_record_that_somebody_here_matches_is_drift_where_records_are_linked() -> None:
    scene = two_way(only_there=OnlyThere.LINK)
    agreed(scene, 1)
    scene.transfer.create_missing = False
    scene.transfer.save()
    lone = scene.contact("plain", email="match@example.org")
    settle(scene)
    OutboxItem.objects.filter(contact=lone.pk).delete()
    remote, _ = scene.org.create({"last_name": "Lee", "email": "match@example.org"}, by="rep")
    polling_is_off(scene)
    run = compare(scene, repair=True)
    assert run.findings.get(scope=Scope.THERE).remote_id == remote
    assert Link.objects.get(remote_id=remote).contact == lone.pk
    assert Figures.of(compare(scene)).drift == 0


def test_differences_that_a_rule_names_are_settled_under_its_name() -> None:
    scene = two_way()
    people = agreed(scene, 3)
    scene.transfer.mappings.filter(remote_field="company").update(direction=Direction.OUTBOUND)
    scene.transfer.mappings.filter(remote_field="notes").update(direction=Direction.INBOUND)
    Contact.objects.filter(pk=people[1].pk).update(values={**stored(people[1]), "notes": "Ours"})
    unstamped(scene, people[0], company="Theirs alone")
    polling_is_off(scene)
    run = compare(scene)
    why = Figures.of(run).by_why(Result.SETTLED)
    assert why == {Why.OUTBOUND_ONLY: 1, Why.INBOUND_ONLY: 1}
    assert Figures.of(run).drift == 0


def test_what_they_cut_or_rewrote_is_settled_and_named() -> None:
    scene = two_way()
    people = agreed(scene, 2)
    for person, name, value in ((0, "last_name", "y" * 80), (1, "company", "Acme Inc.")):
        link = scene.link(people[person])
        entry = link.base[name]
        ours = "y" * 90 if name == "last_name" else entry[0]
        link.base[name] = [ours, value, entry[-1]]
        link.save()
        Contact.objects.filter(pk=people[person].pk).update(
            values={**stored(people[person]), name: ours}
        )
        scene.org.people[link.remote_id or ""].values[name] = value
    polling_is_off(scene)
    run = compare(scene, repair=True)
    assert Figures.of(run).by_why(Result.SETTLED) == {Why.CUT: 1, Why.REWRITTEN: 1}
    assert (Figures.of(run).drift, run.repaired_at) == (0, None)
    assert stored(people[0])["last_name"] == "y" * 90


def test_conflicts_and_refusals_wait_for_a_person_and_are_no_drift() -> None:
    scene = two_way(rule=Rule.ASK)
    people = agreed(scene, 2)
    scene.edit(people[0], company="Ours")
    scene.org.edit(scene.link(people[0]).remote_id or "", {"company": "Theirs"})
    settle(scene)
    polling_is_off(scene)
    run = compare(scene, repair=True)
    assert number(run, Result.UNDECIDED) == 1
    assert number(run, *DRIFT) == 0


def test_a_conflict_that_nobody_was_told_of_is_drift_and_repair_asks() -> None:
    scene = two_way(rule=Rule.ASK)
    people = agreed(scene, 1)
    scene.edit(people[0], company="Ours")
    OutboxItem.objects.all().delete()
    unstamped(scene, people[0], company="Theirs")
    polling_is_off(scene)
    run = compare(scene, repair=True)
    assert number(run, Result.DRIFTED) == 1
    assert run.proven == {Result.UNDECIDED: 1}


def test_consent_is_never_loosened_by_repair_and_a_refusal_is_taken() -> None:
    scene = two_way()
    refused = scene.contact("plain", email="no@example.org", newsletter="no")
    agreed(scene, 1)
    subscribed = scene.contact("plain", email="yes@example.org", newsletter="yes")
    settle(scene)
    unstamped(scene, refused, opted_out=False)
    unstamped(scene, subscribed, opted_out=True)
    polling_is_off(scene)
    run = compare(scene, repair=True)
    assert run.fields == {"newsletter": 2}
    assert stored(refused)["newsletter"] == "no"
    assert stored(subscribed)["newsletter"] == "no"
    assert not set(run.proven) & set(map(str, DRIFT))


def test_a_repair_writes_to_the_other_side_only_what_the_merge_says() -> None:
    scene = two_way(rule=Rule.OURS)
    people = agreed(scene, 2)
    scene.edit(people[0], company="Never sent")
    OutboxItem.objects.all().delete()
    run = compare(scene, repair=True)
    assert run.proven == {Result.EQUAL: 1}
    assert scene.person("p0@example.org").values["company"] == "Never sent"


def test_deleted_contacts_whose_record_stays_by_choice_are_settled() -> None:
    scene = a_scene(directions=Direction.BOTH, operations=(Operation.CREATED, Operation.UPDATED))
    people = agreed(scene, 2)
    changes.delete(scene.project, [people[0].pk], origin=cast.BY_MARKETER)
    settle(scene)
    run = compare(scene, repair=True)
    assert Figures.of(run).by_why(Result.SETTLED, scope=Scope.PAIRS) == {Why.DELETED_HERE: 1}


def test_an_empty_project_and_an_empty_organization_are_equal() -> None:
    scene = two_way()
    scene.activate()
    run = compare(scene)
    assert (run.state, Figures.of(run).pairs, run.theirs) == (ReconcileState.DONE, 0, 0)


def test_what_a_first_load_will_bring_is_on_its_way() -> None:
    scene = two_way()
    scene.contact("plain", email="later@example.org")
    scene.activate(load=False)
    run = begin(scene)
    comparing.work(run.pk)
    run.refresh_from_db()
    assert (number(run, Result.WAITING), number(run, *DRIFT)) == (1, 0)
    assert backfill.unfinished()


def test_a_long_gap_in_reading_compares_everything_by_itself() -> None:
    scene = two_way()
    agreed(scene, 1)
    Reading.objects.update(read_at=timezone.now() - timedelta(hours=25), due_at=LONG_AGO)
    poll.read_changes(scene.transfer.pk)
    run = Reconciliation.objects.get()
    assert (run.cause, run.repair) == (Cause.GAP, False)
    assert go_on(scene, run).state == ReconcileState.DONE
    Reading.objects.update(read_at=timezone.now() - timedelta(hours=23), due_at=LONG_AGO)
    poll.read_changes(scene.transfer.pk)
    assert Reconciliation.objects.count() == 1


def test_it_is_refused_twice_at_once_and_while_nothing_may_flow() -> None:
    scene = two_way()
    with pytest.raises(BadInput) as refused:
        begin(scene)
    assert refused.value.code == runs.NOT_ACTIVE
    agreed(scene, 1)
    begin(scene)
    with pytest.raises(BadInput) as refused:
        begin(scene)
    assert refused.value.code == runs.UNDER_WAY


def test_repair_is_refused_where_nothing_drifted_or_both_were_compared_since() -> None:
    scene = two_way()
    people = agreed(scene, 1)
    clean = compare(scene)
    with pytest.raises(BadInput) as refused:
        runs.repair(clean)
    assert refused.value.code == runs.NOTHING_TO_REPAIR
    unstamped(scene, people[0], company="Else")
    polling_is_off(scene)
    older = compare(scene)
    compare(scene)
    with pytest.raises(BadInput) as refused:
        runs.repair(older)
    assert refused.value.code == runs.OUTDATED


def test_the_list_of_an_earlier_run_ends_and_its_counts_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "LISTS_KEPT", 1)
    scene = two_way()
    people = agreed(scene, 1)
    unstamped(scene, people[0], company="Else")
    polling_is_off(scene)
    first, second = compare(scene), compare(scene)
    assert (first.findings.count(), second.findings.count()) == (0, 1)
    first.refresh_from_db()
    assert Figures.of(first).drift == 1


def test_ten_thousand_pairs_take_seconds_and_no_memory_to_speak_of() -> None:
    scene = two_way()
    people = [
        {"email": f"m{n}@example.org", "last_name": f"Lee {n}", "company": f"Firm {n}"}
        for n in range(10_000)
    ]
    for at in range(0, len(people), 2_500):
        changes.apply_many(
            scene.project,
            [changes.ContactChange(values) for values in people[at : at + 2_500]],
            origin=cast.BY_MARKETER,
        )
    scene.activate()
    while scene.deliver():
        pass
    settle(scene)
    assert Link.objects.filter(state="linked").count() == 10_000
    tracemalloc.start()
    began = time.monotonic()
    run = compare(scene)
    seconds = time.monotonic() - began
    megabytes = tracemalloc.get_traced_memory()[1] / 1024 / 1024
    tracemalloc.stop()
    assert number(run, Result.EQUAL) == 10_000
    assert run.calls == 10_000 // 2_000 + 1
    assert seconds < 240
    assert megabytes < 60
    assert InboxItem.objects.count() == 0
