"""What a plug-in over there tells of, badly: late, twice, out of order, of anything, or not at all.

A message is a hint and no more, so none of this may do harm; what is lost, a reading finds.
"""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from soak.stage import Stage

KINDS = ("created", "updated", "deleted", "undeleted")
_ANSWERS = {202}


class Pushes:
    """Somebody who knows the address and the secret. Needs the settings of the installation."""

    def __init__(self, stage: Stage, chance: random.Random) -> None:
        from raccord.connections import receiving_address

        made = receiving_address.make_secret(stage.transfer.connection, seen=0)
        self._key, self._secret = made.address.key, made.secret
        self._stage = stage
        self._chance = chance
        self._held_back: list[list[dict[str, Any]]] = []

    def tell(self) -> str:
        """One message, or none; how it went."""
        events = [self._event(each) for each in self._some_records()]
        if not events:
            return "nothing to tell"
        fate = self._chance.choice(["told", "told twice", "held back", "lost"])
        if fate == "held back":
            self._held_back.append(events)
        for _ in range({"told": 1, "told twice": 2}.get(fate, 0)):
            self._post(events)
        if self._held_back and self._chance.random() < 0.5:
            self._post(self._held_back.pop(self._chance.randrange(len(self._held_back))))
        return f"a push is {fate}"

    def _some_records(self) -> list[str]:
        from raccord.sync.models import Link

        known = Link.objects.exclude(remote_id=None).values_list("remote_id", flat=True)
        there = {str(row["Id"]) for row in self._stage.organization.records()}
        ids = sorted({*map(str, known), *there})
        return self._chance.sample(ids, k=min(len(ids), self._chance.randrange(1, 4)))

    def _event(self, record_id: str) -> dict[str, Any]:
        return {
            "id": str(UUID(int=self._chance.getrandbits(128))),
            "object": "Contact",
            "record_id": record_id,
            "kind": self._chance.choice(KINDS),
        }

    def _post(self, events: list[dict[str, Any]]) -> None:
        """Through the real address: signature, limits and storing included."""
        from django.test import Client
        from django.urls import reverse

        from raccord.connectors import webhook

        nonce = str(UUID(int=self._chance.getrandbits(128)))
        stamp = datetime.now(UTC).isoformat()
        body = json.dumps({"v": 1, "sent_at": stamp, "nonce": nonce, "events": events}).encode()
        answer = Client().post(
            reverse("receive", args=[self._key]),
            data=body,
            content_type="application/json",
            headers={
                webhook.SIGNATURE: webhook.signature(body, key=self._secret.encode()),
                "Host": "127.0.0.1",
            },
        )
        if answer.status_code not in _ANSWERS:
            raise AssertionError(f"a push was answered {answer.status_code}: {answer.content!r}")
