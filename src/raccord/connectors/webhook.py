"""Reading what was posted to us: proven first, then unpacked, then understood.

The one contract that senders of every connector keep (docs/reference/webhook.md); a connector
only says which records an event names. Nothing of a message is looked at before its signature
fits, and nothing is unpacked beyond its limit.
"""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

from raccord.connectors import webhook_refusals as refusals
from raccord.connectors.events import (
    Announcement,
    Event,
    EventKind,
    Message,
    NamedRecord,
    RefusedEvent,
)
from raccord.engine.errors import BadInput

SIGNATURE = "x-raccord-signature"
LARGEST = 1_048_576
"""Bytes: of what is transmitted, and of what comes out when it is unpacked."""

MOST_EVENTS = 20_000
WINDOW = timedelta(minutes=5)

_SCHEME = "v1="
_MOST_SIGNATURES = 8
_GZIP = 16 + zlib.MAX_WBITS
_BECAME_ANOTHER = {EventKind.MERGED, EventKind.CONVERTED}

RecordsOf = Callable[[EventKind, str, str, str], tuple[NamedRecord, ...]]
"""(kind, object, record id, what it became or "") -> the records named; raises BadInput."""


def read(message: Message, *, records_of: RecordsOf) -> Announcement:
    """What the message says; an event that is no use is refused by itself.

    Raises BadInput, with one of the codes of `webhook_refusals`, for a message of which nothing
    may be taken.
    """
    if len(message.body) > LARGEST:
        raise BadInput(refusals.TOO_LARGE)
    _prove(message)
    content = _parsed(_unpacked(message))
    _check_moment(content, now=message.now)
    events: list[Event] = []
    refused: list[RefusedEvent] = []
    for position, each in enumerate(_listed(content)):
        try:
            events.append(_event(each, records_of))
        except BadInput as problem:
            refused.append(RefusedEvent(position, problem.code, _id_of(each)))
    return Announcement(tuple(events), tuple(refused))


def signature(body: bytes, *, key: bytes) -> str:
    """What a sender puts into the header for a body as it is transmitted."""
    return _SCHEME + hmac.new(key, body, sha256).hexdigest()


def _prove(message: Message) -> None:
    """One signature that fits one of the keys is enough; each pair takes the same time."""
    given = [
        part.strip().encode("utf-8", "replace")
        for part in message.headers.get(SIGNATURE, "").split(",")[:_MOST_SIGNATURES]
        if part.strip().startswith(_SCHEME)
    ]
    if not given:
        raise BadInput(refusals.SIGNATURE_MISSING)
    expected = [signature(message.body, key=key).encode() for key in message.keys]
    fits = [hmac.compare_digest(one, other) for one in given for other in expected]
    if not any(fits):
        raise BadInput(refusals.SIGNATURE_WRONG)


def _unpacked(message: Message) -> bytes:
    encoding = message.headers.get("content-encoding", "").strip().lower()
    if encoding in {"", "identity"}:
        return message.body
    if encoding not in {"gzip", "x-gzip"}:
        raise BadInput(refusals.UNKNOWN_ENCODING)
    unzip = zlib.decompressobj(_GZIP)
    try:
        content = unzip.decompress(message.body, LARGEST + 1)
    except zlib.error:
        raise BadInput(refusals.NOT_GZIP) from None
    if len(content) > LARGEST:
        raise BadInput(refusals.TOO_LARGE)
    if not unzip.eof or unzip.unused_data:
        raise BadInput(refusals.NOT_GZIP)
    return content


def _parsed(content: bytes) -> Mapping[str, Any]:
    """orjson takes UTF-8 only, no NaN, no lone surrogate, and no nesting that never ends."""
    try:
        parsed = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise BadInput(refusals.NOT_JSON) from None
    if not isinstance(parsed, dict):
        raise BadInput(refusals.NOT_AN_OBJECT)
    return parsed


def _check_moment(content: Mapping[str, Any], *, now: datetime) -> None:
    """An old message may be somebody's copy; the nonce keeps two of one second apart."""
    nonce = content.get("nonce")
    if not isinstance(nonce, str) or not 1 <= len(nonce) <= 128:
        raise BadInput(refusals.NO_NONCE)
    if abs(now - _sent_at(content.get("sent_at"))) > WINDOW:
        raise BadInput(refusals.CLOCK_OFF)


def _sent_at(stated: object) -> datetime:
    if not isinstance(stated, str) or len(stated) > 64:
        raise BadInput(refusals.NO_SENT_AT)
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError:
        raise BadInput(refusals.NO_SENT_AT) from None
    if moment.tzinfo is None:
        raise BadInput(refusals.NO_SENT_AT)
    return moment


def _listed(content: Mapping[str, Any]) -> Iterable[object]:
    """The events; later versions of the contract only add to what this one says."""
    version, events = content.get("v"), content.get("events")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise BadInput(refusals.UNUSABLE_VERSION)
    if not isinstance(events, list):
        raise BadInput(refusals.UNUSABLE_EVENTS)
    if len(events) > MOST_EVENTS:
        raise BadInput(refusals.TOO_MANY_EVENTS)
    return events


def _event(given: object, records_of: RecordsOf) -> Event:
    if not isinstance(given, dict):
        raise BadInput(refusals.EVENT_MALFORMED)
    key = _id_of(given)
    if key is None:
        raise BadInput(refusals.EVENT_ID)
    kind = _kind(given.get("kind"))
    object_name = _word(given.get("object"), refusals.EVENT_OBJECT, longest=80)
    record = _word(given.get("record_id"), refusals.EVENT_RECORD, longest=64)
    became = ""
    if kind in _BECAME_ANOTHER and given.get("into") is not None:
        became = _word(given["into"], refusals.EVENT_INTO, longest=64)
    return Event(
        id=key,
        kind=kind,
        records=records_of(kind, object_name, record, became),
        by_integration=given.get("by_integration") is True,
    )


def _id_of(given: object) -> str | None:
    key = given.get("id") if isinstance(given, dict) else None
    return key if isinstance(key, str) and 1 <= len(key) <= 64 and _is_printable(key) else None


def _kind(stated: object) -> EventKind:
    if not isinstance(stated, str):
        raise BadInput(refusals.EVENT_KIND)
    try:
        return EventKind(stated)
    except ValueError:
        return EventKind.UPDATED


def _word(given: object, code: str, *, longest: int) -> str:
    """A name or an id: printable ASCII, as the database and every log can hold it."""
    if not isinstance(given, str) or not 1 <= len(given) <= longest or not _is_printable(given):
        raise BadInput(code)
    return given


def _is_printable(text: str) -> bool:
    return text.isascii() and text.isprintable()
