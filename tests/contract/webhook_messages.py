"""Messages as a sender posts them, and the shared ones of `tests/contract/webhook/`."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from raccord.connectors import webhook
from raccord.connectors.events import Message

KEY = b"bxZSCzVFVYTeg0fMbj2K0Mh4fS5-2gmcvP9JXxqrMxU"
NOW = datetime(2026, 11, 22, 10, 15, 35, tzinfo=UTC)
FOLDER = Path(__file__).parent / "webhook"


@dataclass(frozen=True)
class Shared:
    """One of the files: a message, and what it is answered."""

    name: str
    message: Message
    status: int
    answer: Mapping[str, Any]


def shared() -> list[Shared]:
    return [_shared(path) for path in sorted(FOLDER.glob("*.json"))]


def content(**changed: object) -> dict[str, object]:
    """What a message without events says."""
    stamp = "2026-11-22T10:15:30Z"
    return {"v": 1, "sent_at": stamp, "nonce": "n", "events": [], **changed}


def message(
    body: bytes, *, key: bytes = KEY, headers: Mapping[str, str] = MappingProxyType({})
) -> Message:
    """A body, signed as it is."""
    signed = {webhook.SIGNATURE: webhook.signature(body, key=key), **headers}
    return Message(headers=signed, body=body, keys=(KEY,), now=NOW)


def saying(**changed: object) -> Message:
    """A message of `content`, signed."""
    return message(json.dumps(content(**changed)).encode())


def _shared(path: Path) -> Shared:
    stored = json.loads(path.read_text(encoding="utf-8"))
    packed = stored.get("body_base64")
    return Shared(
        name=path.stem,
        message=Message(
            headers={name.lower(): value for name, value in stored["headers"].items()},
            body=base64.b64decode(packed) if packed else stored["body"].encode(),
            keys=tuple(key.encode() for key in stored["keys"]),
            now=datetime.fromisoformat(stored["now"]),
        ),
        status=stored["status"],
        answer=stored["answer"],
    )
