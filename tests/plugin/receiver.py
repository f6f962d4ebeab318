"""A receiver that checks what the plug-in posts by the contract, and answers as it is told."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "a-secret-of-the-webhook"
KINDS = {"created", "updated", "deleted", "undeleted", "merged", "converted"}
MEMBERS = {"id", "object", "record_id", "kind", "into", "by_integration"}


@dataclass
class Receiver:
    """What came, in order; `answers` are statuses, the last one for ever."""

    url: str
    answers: Sequence[int]
    bodies: list[bytes] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(body) for body in self.bodies]

    @property
    def events(self) -> list[dict[str, Any]]:
        return [event for message in self.messages for event in message["events"]]

    def take(self, body: bytes, signature: str | None) -> tuple[int, dict[str, Any]]:
        """Check one message and answer it."""
        place = min(len(self.bodies), len(self.answers) - 1)
        self.bodies.append(body)
        self.problems += problems_of(body, signature)
        ids = [event["id"] for event in json.loads(body)["events"]]
        answer = {"v": 1, "taken": ids, "refused": [], "now": "2026-11-22T10:15:30Z"}
        status = self.answers[place]
        refused = {"v": 1, "error": {"code": f"told_to_say_{status}"}}
        return status, answer if status == 202 else refused


def problems_of(body: bytes, signature: str | None) -> list[str]:
    """What in a message breaks the contract."""
    wanted = "v1=" + hmac.new(SECRET.encode("ascii"), body, hashlib.sha256).hexdigest()
    found = [] if signature == wanted else [f"the signature is {signature}"]
    message = json.loads(body.decode("utf-8"))
    if set(message) != {"v", "sent_at", "nonce", "events"} or message["v"] != 1:
        found.append(f"the message has {sorted(message)}")
    if len(body) > 1_000_000:
        found.append(f"the message has {len(body)} bytes")
    odd = (e for e in message["events"] if not set(e) <= MEMBERS or e["kind"] not in KINDS)
    return [*found, *(f"the event has {event}" for event in odd)]


@contextmanager
def receiving(*answers: int) -> Iterator[Receiver]:
    """A receiver that listens while the block runs."""
    receiver = Receiver("", answers or (202,))

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = receiver.take(body, self.headers.get("X-Raccord-Signature"))
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    receiver.url = f"http://127.0.0.1:{server.server_port}/receive/some-address"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
