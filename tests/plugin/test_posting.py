"""What the plug-in posts when records change: to a receiver that checks every message."""

from collections import Counter

import pytest

from tests.plugin import apexrun
from tests.plugin.receiver import SECRET, receiving

pytestmark = pytest.mark.xdist_group("plugin")


def test_a_load_of_450_contacts_is_told_once_each_without_their_values() -> None:
    with receiving() as receiver:
        apexrun.play("watch", "insert_450", endpoint=receiver.url, secret=SECRET)
    assert receiver.problems == []
    assert len({event["record_id"] for event in receiver.events}) == 450
    assert Counter(event["kind"] for event in receiver.events) == {"created": 450}
    assert len({event["id"] for event in receiver.events}) == 450
    said = b"".join(receiver.bodies)
    assert "Żółw".encode() not in said and b"example.com" not in said


def test_a_transaction_of_9900_records_is_told_in_several_messages() -> None:
    with receiving() as receiver:
        apexrun.play("watch", "insert_9900", endpoint=receiver.url, secret=SECRET)
    assert receiver.problems == []
    assert len(receiver.bodies) > 1
    assert len({event["record_id"] for event in receiver.events}) == 9900 == len(receiver.events)


def test_a_transaction_that_leaves_no_room_is_saved_and_not_told() -> None:
    with receiving() as receiver:
        report = apexrun.play("watch", "insert_10000", endpoint=receiver.url, secret=SECRET)
    assert report["debug"] == ["10000"]
    assert receiver.bodies == []


def test_each_kind_of_change_has_its_word() -> None:
    with receiving() as receiver:
        report = apexrun.play("watch", "many_ways", endpoint=receiver.url, secret=SECRET)
    assert receiver.problems == []
    names = dict(zip(report["debug"][0].split(), ("master", "loser", "gone"), strict=True))
    told = Counter((names[event["record_id"]], event["kind"]) for event in receiver.events)
    assert told == {
        ("master", "created"): 1,
        ("loser", "created"): 1,
        ("gone", "created"): 1,
        # A field that nobody mapped changed as well: that is no news.
        ("master", "updated"): 1,
        ("loser", "merged"): 1,
        ("gone", "deleted"): 1,
        ("gone", "undeleted"): 1,
    }
    [merged] = [event for event in receiver.events if event["kind"] == "merged"]
    assert names[merged["into"]] == "master"


def test_rows_that_the_org_refuses_are_not_told_and_the_others_once() -> None:
    with receiving() as receiver:
        report = apexrun.play("watch", "refused_rows", endpoint=receiver.url, secret=SECRET)
    assert report["debug"] == ["245"]
    assert receiver.problems == []
    assert len({event["record_id"] for event in receiver.events}) == 245 == len(receiver.events)


def test_after_a_failure_the_same_events_come_again_signed_anew() -> None:
    with receiving(503, 503, 202) as receiver:
        apexrun.play("watch", "insert_one", 10, endpoint=receiver.url, secret=SECRET)
    assert receiver.problems == []
    assert len(receiver.bodies) == 3
    first, second, third = receiver.messages
    assert first["events"] == second["events"] == third["events"]
    assert len({message["nonce"] for message in (first, second, third)}) == 3
    assert first["sent_at"] < second["sent_at"] < third["sent_at"]


def test_nothing_is_lost_while_nobody_listens() -> None:
    with receiving() as receiver:
        closed = receiver.url
    report = apexrun.play("watch", "insert_450", 20, "waiting", endpoint=closed, secret=SECRET)
    assert len(report["callouts"]) > 1, "it is tried again"
    assert {each["error"] for each in report["callouts"]} == {"ECONNREFUSED"}
    assert report["debug"] == ["450"]


def test_a_refused_signature_pauses_the_sender_and_loses_nothing() -> None:
    with receiving(401, 202) as receiver:
        apexrun.play("watch", "insert_one", 55, endpoint=receiver.url, secret=SECRET)
        assert len(receiver.bodies) == 1, "an hour is the first wait"
    with receiving(401, 202) as receiver:
        apexrun.play("watch", "insert_one", 75, "insert_one", endpoint=receiver.url, secret=SECRET)
    assert receiver.problems == []
    assert len({event["record_id"] for event in receiver.events[1:]}) == 2


def test_a_message_that_is_never_taken_is_not_sent_again() -> None:
    with receiving(422, 202) as receiver:
        apexrun.play("watch", "insert_one", 90, endpoint=receiver.url, secret=SECRET)
    assert len(receiver.bodies) == 1
