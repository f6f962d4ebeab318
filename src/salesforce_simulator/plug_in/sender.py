"""Posts what waits, signed as the platform signs it, and again until it is taken.

Waits are a hundredth of the plug-in's own, so that nobody watches a simulation for minutes.
"""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
import uuid
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

_MOST_EVENTS = 2000
_TIMEOUT_SECONDS = 15
_NEVER = frozenset({400, 413, 422})
_LONGEST_WAIT = 10_000
_NO_PROXY = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def send(org: "Org") -> None:
    """Make one attempt with the oldest events; the next one follows by itself if any are left."""
    plug_in = org.plug_in
    with org.lock:
        batch = list(islice(plug_in.waiting, _MOST_EVENTS))
        address, secret = plug_in.address, plug_in.secret
        stamp = org.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    status = post(batch, address=address, secret=secret, stamp=stamp) if batch else 0
    with org.lock:
        plug_in.sending = False
        plug_in.last = status or plug_in.last
        # What this message can never be, it is not tried again; the polling finds it.
        settled = 200 <= status < 300 or status in _NEVER
        plug_in.attempts = 0 if settled else plug_in.attempts + 1
        if settled:
            for _ in batch:
                plug_in.waiting.popleft()
        wait = min(_LONGEST_WAIT, 50 * 2 ** min(plug_in.attempts, 10))
        plug_in.wake(milliseconds=20 if settled else wait)


def post(events: list[dict[str, Any]], *, address: str, secret: str, stamp: str) -> int:
    """Post a message; the status of the answer, 0 for none."""
    message = {"v": 1, "sent_at": stamp, "nonce": str(uuid.uuid4()), "events": events}
    body = json.dumps(message, separators=(",", ":")).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    if not address.startswith(("http://", "https://")):
        return 0
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        f"{address}/",
        data=body,
        headers={"Content-Type": "application/json", "X-Raccord-Signature": f"v1={signature}"},
    )
    try:
        with _NO_PROXY.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            status: int = answer.status
            return status
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0
