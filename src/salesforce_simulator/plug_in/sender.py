"""Posts what waits, signed as the platform signs it, and again until it is taken.

Waits are a hundredth of the plug-in's own, so that nobody watches a simulation for minutes.
"""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
import uuid
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

_MOST_EVENTS = 2000
_TIMEOUT_SECONDS = 15
_NEVER = frozenset({400, 413, 422})
_PASSING = frozenset({408, 411, 429})
_LONGEST_WAIT = 10_000
_LONGEST_ANSWER = 100_000
_NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. status: 0 for no answer. reason: Raccord's code, or one of the plug-in's."""

    status: int
    reason: str

    @property
    def is_taken(self) -> bool:
        # A sign-in page or a proxy may say "OK" as well; only Raccord says what it took.
        return 200 <= self.status < 300 and self.reason == "taken"

    @property
    def is_final(self) -> bool:
        """What this message can never be, it is not tried again; the polling finds it."""
        return self.status in _NEVER

    @property
    def is_passing(self) -> bool:
        return self.status == 0 or self.status >= 500 or self.status in _PASSING


def send(org: "Org") -> None:
    """Make one attempt with the oldest events; the next one follows by itself if any are left."""
    plug_in = org.plug_in
    with org.lock:
        batch = list(islice(plug_in.waiting, _MOST_EVENTS))
        address, secret, stamp = plug_in.address, plug_in.secret, _stamp(org)
        if not batch or plug_in.paused or not plug_in.is_installed:
            plug_in.sending = False
            return
    events = [each for _, each in batch]
    answer = post(events, address=address, secret=secret, stamp=stamp)
    with org.lock:
        plug_in.sending = False
        settled = answer.is_taken or answer.is_final
        plug_in.note(answer)
        if settled:
            for _ in range(min(len(batch), len(plug_in.waiting))):
                plug_in.waiting.popleft()
            plug_in.list_delivery(answer, len(batch))
        if answer.is_final:
            plug_in.dead.extend(batch)
        wait = min(_LONGEST_WAIT, 50 * 2 ** min(plug_in.attempts, 10))
        plug_in.wake(milliseconds=20 if settled else wait)


def test(org: "Org") -> None:
    """Post a message without events and remember the answer; a good one ends the waiting."""
    plug_in = org.plug_in
    answer = post([], address=plug_in.address, secret=plug_in.secret, stamp=_stamp(org))
    with org.lock:
        plug_in.note(answer)
        if answer.is_taken:
            plug_in.wake()


def post(events: list[dict[str, Any]], *, address: str, secret: str, stamp: str) -> Answer:
    """Post a message."""
    message = {"v": 1, "sent_at": stamp, "nonce": str(uuid.uuid4()), "events": events}
    body = json.dumps(message, separators=(",", ":")).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not secret:
        return Answer(0, "no_credential")
    if not address.startswith(("http://", "https://")):
        return Answer(0, "no_answer")
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        f"{address}/",
        data=body,
        headers={"Content-Type": "application/json", "X-Raccord-Signature": f"v1={signature}"},
    )
    try:
        with _NO_PROXY.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            return _read(answer.status, answer.read(_LONGEST_ANSWER))
    except urllib.error.HTTPError as refused:
        return _read(refused.code, refused.read(_LONGEST_ANSWER))
    except OSError:
        return Answer(0, "no_answer")


def _read(status: int, body: bytes) -> Answer:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    said = said if isinstance(said, dict) else {}
    if 200 <= status < 300:
        return Answer(status, "taken" if isinstance(said.get("taken"), list) else "not_raccord")
    error = said.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    return Answer(status, code if isinstance(code, str) else f"http_{status}")


def _stamp(org: "Org") -> str:
    return org.now().strftime("%Y-%m-%dT%H:%M:%SZ")
