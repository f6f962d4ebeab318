"""What a third party tells us by itself: whoever signed it is believed, and nobody else."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.connectors import webhook
from raccord.connectors import webhook_refusals as refusals
from raccord.connectors.base import Declaration
from raccord.connectors.events import Announcement, EventKind, Message, NamedRecord
from raccord.connectors.salesforce.webhook import long_id
from raccord.connectors.salesforce.webhook import receive as receive_salesforce
from raccord.engine.errors import BadInput
from tests.contract.webhook_messages import KEY, Shared, content, message, saying, shared

RECORD = "003Ws00000AbCdEIAV"
OTHER = "003Ws00000AbCdFIAV"


@pytest.fixture
def posting(declaration: Declaration) -> Declaration:
    if not declaration.capabilities.webhook:
        pytest.skip("nothing is posted by this source")
    return declaration


def receive(posting: Declaration, given: Message) -> Announcement:
    assert posting.receive is not None
    return posting.receive(given)


def event(posting: Declaration, key: str = "e1", **changed: object) -> dict[str, object]:
    kind = posting.data_types[0].object
    return {"id": key, "object": kind, "record_id": RECORD, "kind": "updated", **changed}


def test_who_claims_a_webhook_can_receive(declaration: Declaration) -> None:
    assert declaration.capabilities.webhook == (declaration.receive is not None)


def test_events_name_records_and_keep_their_order(posting: Declaration) -> None:
    events = [event(posting, f"e{number}") for number in range(3)]
    announced = receive(posting, saying(events=events))
    name = posting.data_types[0].object
    assert [each.id for each in announced.events] == ["e0", "e1", "e2"]
    assert {each.records for each in announced.events} == {(NamedRecord(name, RECORD),)}
    assert announced.refused == ()


def test_a_merge_names_both_records(posting: Declaration) -> None:
    merged = event(posting, kind="merged", into=OTHER)
    (announced,) = receive(posting, saying(events=[merged])).events
    assert announced.kind is EventKind.MERGED
    assert [record.id for record in announced.records] == [RECORD, OTHER]


def test_a_message_of_somebody_else_is_not_read(posting: Declaration) -> None:
    body = json.dumps(content(events=[event(posting)])).encode()
    with pytest.raises(BadInput) as raised:
        receive(posting, message(body, key=b"another"))
    assert raised.value.code == refusals.SIGNATURE_WRONG


def test_without_a_key_nobody_is_believed(posting: Declaration) -> None:
    body = json.dumps(content()).encode()
    nobody = Message({webhook.SIGNATURE: webhook.signature(body, key=b"")}, body, (), saying().now)
    with pytest.raises(BadInput) as raised:
        receive(posting, nobody)
    assert raised.value.code == refusals.SIGNATURE_WRONG


def test_one_bad_event_keeps_no_other_from_being_taken(posting: Declaration) -> None:
    events = [event(posting, "good"), event(posting, record_id=None), None]
    announced = receive(posting, saying(events=events))
    assert [each.id for each in announced.events] == ["good"]
    assert [(each.position, each.id) for each in announced.refused] == [(1, "e1"), (2, None)]


def test_what_it_names_can_be_stored(posting: Declaration) -> None:
    """PostgreSQL takes no NUL, an id has 64 characters at most, and nobody reads blanks."""
    wrong = ["", "x" * 65, "003Ws00000AbC\0E", "é" * 15, " " * 70, 3, None, [], "\ud7ff" * 15]
    for each in wrong:
        events = [event(posting, record_id=each), {**event(posting), "id": each}]
        announced = receive(posting, saying(events=events))
        assert announced.events == (), each
        assert len(announced.refused) == 2


def test_a_packed_message_never_grows_beyond_its_limit(posting: Declaration) -> None:
    bomb = gzip.compress(b" " * 200_000_000)
    assert len(bomb) < webhook.LARGEST
    with pytest.raises(BadInput) as raised:
        receive(posting, message(bomb, headers={"content-encoding": "gzip"}))
    assert raised.value.code == refusals.TOO_LARGE


@pytest.mark.parametrize(("padding", "fits"), [(0, True), (1, False)])
def test_the_limit_of_what_is_unpacked_is_exact(
    posting: Declaration, padding: int, fits: bool
) -> None:
    body = json.dumps(content()).encode()
    body += b" " * (webhook.LARGEST - len(body) + padding)
    packed = message(gzip.compress(body), headers={"content-encoding": "gzip"})
    if fits:
        assert receive(posting, packed) == receive(posting, message(body)) == Announcement()
        return
    for each in (packed, message(body)):
        with pytest.raises(BadInput) as raised:
            receive(posting, each)
        assert raised.value.code == refusals.TOO_LARGE


def test_no_more_events_than_the_contract_says(posting: Declaration) -> None:
    most = [{"id": str(number)} for number in range(webhook.MOST_EVENTS)]
    assert len(receive(posting, saying(events=most)).refused) == webhook.MOST_EVENTS
    with pytest.raises(BadInput) as raised:
        receive(posting, saying(events=[*most, {}]))
    assert raised.value.code == refusals.TOO_MANY_EVENTS


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 500_000,
        b'{"a":' * 200_000,
        b'{"v":' + b"9" * 300_000 + b"}",
        b'{"v":1e999999}',
        b'{"v":Infinity}',
        b"\xff\xfe{\0}\0",
        b"\xef\xbb\xbf{}",
        b"\xc0\x80",
        b"",
        b"\0",
        b"null",
        b'"text"',
    ],
    ids=lambda body: body[:8].hex() + f"-{len(body)}",
)
def test_what_is_no_message_is_refused(posting: Declaration, body: bytes) -> None:
    with pytest.raises(BadInput) as raised:
        receive(posting, message(body))
    assert refusals.STATUSES[raised.value.code] == 400


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=70),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=12,
)
MEMBERS = ("id", "object", "record_id", "kind", "into", "by_integration")
EVENTS = st.lists(VALUES | st.fixed_dictionaries({}, optional=dict.fromkeys(MEMBERS, VALUES)))


@given(body=st.binary(max_size=300), packed=st.sampled_from(["", "gzip", "br", "\0é", "identity"]))
def test_any_bytes_are_refused_by_a_code_of_the_contract(body: bytes, packed: str) -> None:
    try:
        receive_salesforce(message(body, headers={"content-encoding": packed}))
    except BadInput as refused:
        assert refusals.STATUSES[refused.code] == 400


@given(signature=st.text(), body=st.binary(max_size=50))
def test_any_signature_but_the_right_one_is_refused(signature: str, body: bytes) -> None:
    with pytest.raises(BadInput) as raised:
        receive_salesforce(message(body, headers={webhook.SIGNATURE: signature}))
    assert refusals.STATUSES[raised.value.code] == 401


@given(events=EVENTS | VALUES, version=VALUES | st.just(1), sent_at=VALUES | st.just(None))
def test_any_json_is_taken_or_refused_by_a_code(
    events: Any, version: object, sent_at: object
) -> None:
    said = content(events=events, v=version)
    said |= {"sent_at": sent_at} if sent_at is not None else {}
    try:
        announced = receive_salesforce(message(json.dumps(said).encode()))
    except BadInput as refused:
        assert refusals.STATUSES[refused.code] in {400, 401, 422}
        return
    assert len(announced.events) + len(announced.refused) == len(events)
    assert {each.code for each in announced.refused} <= set(refusals.SENTENCES)
    assert all(record.id.isalnum() for each in announced.events for record in each.records)


@pytest.mark.parametrize("each", shared(), ids=lambda each: str(each.name))
def test_the_shared_messages_are_answered_as_they_say(each: Shared) -> None:
    try:
        announced = receive_salesforce(each.message)
    except BadInput as refused:
        code = refused.code
        assert (refusals.STATUSES[code], {"error": {"code": code}}) == (each.status, each.answer)
        return
    assert each.status == 202
    assert list(dict.fromkeys(event.id for event in announced.events)) == each.answer["taken"]
    refused_events = [
        {"id": event.id, "position": event.position, "code": event.code}
        for event in announced.refused
    ]
    assert refused_events == each.answer["refused"]


def test_the_shared_messages_meet_every_way_to_be_refused_by_what_is_said() -> None:
    met = {each.answer["error"]["code"] for each in shared() if each.status != 202}
    of_http = {
        refusals.NOT_A_POST,
        refusals.NO_SUCH_ADDRESS,
        refusals.CLOSED,
        refusals.LENGTH_MISSING,
        refusals.INCOMPLETE,
        refusals.UNAVAILABLE,
        refusals.FAILED,
    }
    too_large_for_a_file = {refusals.TOO_LARGE, refusals.TOO_MANY_EVENTS}
    assert met == set(refusals.STATUSES) - of_http - too_large_for_a_file


def test_a_conversion_leads_from_the_lead_to_the_contact() -> None:
    (every_kind,) = [each for each in shared() if each.name == "every_kind"]
    events = {event.id: event for event in receive_salesforce(every_kind.message).events}
    assert events["e6"].records == (
        NamedRecord("Lead", "00QWs00000AbCdHIAV"),
        NamedRecord("Contact", "003Ws00000AbCdJIAV"),
    )
    assert events["e2"].records == events["e1"].records
    assert events["e2"].by_integration
    assert [record.id for record in events["e5"].records] == [
        "003Ws00000AbCdGIAV",
        "003Ws00000AbCdEIAV",
    ]


@pytest.mark.parametrize(
    ("short", "long"),
    [
        # Salesforce's own example, and the two ends of the alphabet of suffixes.
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),
        ("000000000000000", "000000000000000AAA"),
        ("AAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAA555"),
    ],
)
def test_a_short_id_becomes_the_long_one(short: str, long: str) -> None:
    assert long_id(short) == long
    assert long_id(long) == long


def test_the_key_of_the_shared_messages_is_shown_nowhere() -> None:
    assert KEY.decode() not in repr(saying())
