"""The webhook's address: JSON for whatever comes, and nobody's browser in between."""

from __future__ import annotations

import gzip
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raccord.connections import receiving_address
from raccord.connections.models import ReceivingAddress
from raccord.connectors import webhook
from raccord.connectors import webhook_refusals as refusals
from raccord.engine.records import Direction
from tests.integration.posting import Answer, Sender, a_sender, code, content, event, said
from tests.integration.sync.scene import Scene, a_scene


@pytest.fixture
def scene(db: None) -> Scene:
    scene = a_scene(directions=Direction.BOTH)
    scene.activate()
    return scene


@pytest.fixture
def sender(scene: Scene) -> Sender:
    return a_sender(scene.connection)


def test_a_test_message_is_taken(sender: Sender) -> None:
    answer = sender.post(said())
    assert answer.status_code == 202
    assert content(answer)["taken"] == []
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Length"] == str(len(answer.content))


def test_neither_a_host_nor_a_cookie_nor_a_missing_slash_matters(sender: Sender) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies["raccord_session"] = "nonsense\0"
    client.cookies["raccord_language"] = "xx"
    answer = sender.post(said(), client=client, environ={"HTTP_HOST": "another.example"})
    assert answer.status_code == 202
    assert not answer.cookies
    body = said()
    signed = webhook.signature(body, key=sender.secret.encode())
    without_slash = client.post(
        sender.path.rstrip("/"),
        data=body,
        content_type="text/plain",
        headers={"X-Raccord-Signature": signed},
    )
    assert without_slash.status_code == 202


NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("path", ["", "x", "\0", "../admin", NOBODYS, f"{NOBODYS}/more/", "é"])
def test_there_is_no_other_address(db: None, path: str) -> None:
    answer: Answer = Client().post(f"/receive/{path}", data=b"{}", content_type="application/json")
    assert code(answer) == (404, "webhook.no_such_address")


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "NONSENSE"])
def test_only_post_is_allowed(sender: Sender, method: str) -> None:
    answer = Client().generic(method, sender.path)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_closed_address_is_gone_until_it_is_opened_again(scene: Scene, sender: Sender) -> None:
    receiving_address.close(scene.connection)
    assert code(sender.tell(event("p1"))) == (410, "webhook.closed")
    receiving_address.reopen(scene.connection)
    assert sender.tell(event("p1")).status_code == 202


def test_nothing_is_read_of_what_is_too_long_or_of_unknown_length(sender: Sender) -> None:
    class Untouched(BytesIO):
        def read(self, *_: object) -> bytes:
            raise AssertionError("somebody read it")

    for stated, expected in [
        (str(webhook.LARGEST + 1), (413, "webhook.too_large")),
        ("9" * 5_000, (413, "webhook.too_large")),
        ("", (411, "webhook.length_missing")),
        ("-1", (411, "webhook.length_missing")),
        ("1e3", (411, "webhook.length_missing")),
        ("²", (411, "webhook.length_missing")),
    ]:
        extra: dict[str, Any] = {"CONTENT_LENGTH": stated, "wsgi.input": Untouched()}
        answer: Answer = Client().generic("POST", sender.path, b"x", **extra)
        assert code(answer) == expected, stated[:10]


def test_a_message_that_breaks_off_is_asked_for_again(sender: Sender) -> None:
    class Breaks(BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError("connection reset")

    body = said()
    short: dict[str, Any] = {"CONTENT_LENGTH": str(len(body) + 5), "wsgi.input": BytesIO(body)}
    assert code(sender.post(body, environ=short)) == (408, "webhook.incomplete")
    assert code(sender.post(body, environ={"wsgi.input": Breaks()})) == (408, "webhook.incomplete")


def test_who_signed_it_is_said_before_what_is_wrong_with_it(sender: Sender) -> None:
    unsigned = {"HTTP_X_RACCORD_SIGNATURE": ""}
    wrong = {"HTTP_X_RACCORD_SIGNATURE": "v1=" + "0" * 64}
    for body in (b"", b"{", said(event("p1"))):
        assert code(sender.post(body, environ=unsigned))[1] in {
            "webhook.signature_missing",
            "webhook.length_missing",
        }
        assert code(sender.post(body or b" ", environ=wrong)) == (401, "webhook.signature_wrong")


def test_a_stale_message_is_told_our_time(sender: Sender) -> None:
    answer = sender.post(said(late=timedelta(minutes=6)))
    assert code(answer) == (401, "webhook.clock_off")


def test_after_a_rotation_both_secrets_hold_for_a_day(scene: Scene, sender: Sender) -> None:
    made = receiving_address.make_secret(scene.connection, seen=1)
    after = Sender(made.address, made.secret)
    assert made.address.key == sender.address.key
    assert {sender.post(said()).status_code, after.post(said()).status_code} == {202}
    ReceivingAddress.objects.update(former_until=timezone.now() - timedelta(seconds=1))
    assert code(sender.post(said())) == (401, "webhook.signature_wrong")
    assert after.post(said()).status_code == 202


def test_packed_messages_are_taken_and_bombs_are_not(sender: Sender) -> None:
    packed = {"HTTP_CONTENT_ENCODING": "gzip"}
    assert sender.post(gzip.compress(said(event("p1"))), environ=packed).status_code == 202
    bomb = gzip.compress(b" " * 100_000_000)
    assert code(sender.post(bomb, environ=packed)) == (413, "webhook.too_large")
    assert code(sender.post(said(), environ=packed)) == (400, "webhook.not_gzip")


def test_a_vault_with_another_key_is_put_right_by_people(sender: Sender, settings: Any) -> None:
    settings.VAULT_KEYS = ["another"]
    assert code(sender.post(said())) == (503, "webhook.unavailable")


def test_a_connector_that_was_uninstalled_may_come_back(scene: Scene, sender: Sender) -> None:
    scene.connection.source = "gone"
    scene.connection.save()
    assert code(sender.post(said())) == (503, "webhook.unavailable")


PATHS = st.one_of(st.just(""), st.text(max_size=40))
METHODS = st.sampled_from(["POST", "POST", "POST", "GET", "PUT"])
HEADERS = st.dictionaries(
    st.sampled_from(
        ["HTTP_CONTENT_ENCODING", "HTTP_X_RACCORD_SIGNATURE", "HTTP_HOST", "HTTP_COOKIE", "X"]
    ),
    st.text(st.characters(max_codepoint=255), max_size=90),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(
    path=PATHS, method=METHODS, body=st.binary(max_size=200), headers=HEADERS, signs=st.booleans()
)
def test_whatever_comes_the_answer_is_json_and_none_of_our_faults(
    sender: Sender, *, path: str, method: str, body: bytes, headers: dict[str, str], signs: bool
) -> None:
    extra: dict[str, Any] = dict(headers)
    if signs:
        extra["HTTP_X_RACCORD_SIGNATURE"] = webhook.signature(body, key=sender.secret.encode())
    client = Client(raise_request_exception=False)
    answer: Answer = client.generic(
        method, (path and f"/receive/{path}") or sender.path, body, **extra
    )
    if not answer.request["PATH_INFO"].startswith("/receive/"):
        return
    assert answer.status_code in {400, 401, 404, 405, 411, 413, 422}
    assert answer.status_code == refusals.STATUSES[code(answer)[1]]
