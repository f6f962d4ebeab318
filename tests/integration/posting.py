"""Posting to the webhook of a connection, as the other side does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from types import MappingProxyType
from typing import Any

from django.test import Client
from django.urls import reverse

from raccord.connections import receiving_address
from raccord.connections.models import Connection, ReceivingAddress
from raccord.connectors import webhook

Answer = Any  # what Django's test client gives: a response, and more

_numbers = count(1)


@dataclass
class Sender:
    """What posts over there: it knows the address and the secret."""

    address: ReceivingAddress
    secret: str

    @property
    def path(self) -> str:
        return reverse("receive", args=[self.address.key])

    def post(
        self,
        body: bytes,
        *,
        client: Client | None = None,
        environ: Mapping[str, Any] = MappingProxyType({}),
    ) -> Answer:
        """Post these bytes, signed as they are unless `environ` says otherwise."""
        signed = {"HTTP_X_RACCORD_SIGNATURE": webhook.signature(body, key=self.secret.encode())}
        return (client or Client()).post(
            self.path, data=body, content_type="application/json", **{**signed, **environ}
        )

    def tell(self, *events: dict[str, Any], **changed: Any) -> Answer:
        """Tell of events."""
        return self.post(said(*events, **changed))


def a_sender(connection: Connection) -> Sender:
    made = receiving_address.make_secret(connection, seen=0)
    return Sender(made.address, made.secret)


def said(*events: dict[str, Any], late: timedelta = timedelta(0), **changed: Any) -> bytes:
    """A message that was signed just now, or `late` ago."""
    stamp = (datetime.now(UTC) - late).isoformat()
    content = {"v": 1, "sent_at": stamp, "nonce": str(next(_numbers)), "events": events}
    return json.dumps({**content, **changed}).encode()


def event(remote_id: str, *, object_name: str = "person", **changed: Any) -> dict[str, Any]:
    """An event with an id of its own."""
    return {
        "id": f"e{next(_numbers)}",
        "object": object_name,
        "record_id": remote_id,
        "kind": "updated",
        **changed,
    }


def content(answer: Answer) -> dict[str, Any]:
    """The answer's JSON; everything there is answered so."""
    assert answer.headers["Content-Type"] == "application/json", answer.content[:200]
    parsed: dict[str, Any] = json.loads(answer.content)
    assert parsed["now"].endswith("Z")
    return parsed


def code(answer: Answer) -> tuple[int, str]:
    """Its status and the code of its error."""
    return answer.status_code, content(answer)["error"]["code"]
