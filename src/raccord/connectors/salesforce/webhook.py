"""What our plug-in in the org posts: which records its events name.

The message itself is read by `connectors/webhook.py`. Record ids come as 15 characters, where case
tells records apart, or as the 18 that links store, whose last three say which letters are capital
ones (Salesforce, "What is the difference between 15- and 18-character record ids").
"""

from __future__ import annotations

import re

from raccord.connectors import webhook
from raccord.connectors import webhook_refusals as refusals
from raccord.connectors.events import Announcement, EventKind, Message, NamedRecord
from raccord.engine.errors import BadInput

_ID = re.compile(r"[0-9A-Za-z]{15}(?:[0-9A-Za-z]{3})?", re.ASCII)
_SUFFIX = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
# A lead becomes a contact; an id begins with what its record is (key prefix).
_OBJECTS = {"003": "Contact", "00Q": "Lead"}


def receive(message: Message) -> Announcement:
    """The changes that the plug-in announces; raises what `webhook.read` raises."""
    return webhook.read(message, records_of=_records_of)


def long_id(record_id: str, *, code: str = refusals.EVENT_RECORD) -> str:
    """The 18-character form of an id; raises BadInput with `code` if it is none."""
    if not _ID.fullmatch(record_id):
        raise BadInput(code)
    if len(record_id) == 18:
        return record_id
    suffix = (_capitals(record_id[at : at + 5]) for at in (0, 5, 10))
    return record_id + "".join(suffix)


def _records_of(
    kind: EventKind, object_name: str, record_id: str, became: str
) -> tuple[NamedRecord, ...]:
    changed = NamedRecord(object_name, long_id(record_id))
    if not became:
        return (changed,)
    other = long_id(became, code=refusals.EVENT_INTO)
    known = _OBJECTS.get(other[:3])
    if known is None and kind is EventKind.MERGED:
        known = object_name
    return (changed, NamedRecord(known, other)) if known else (changed,)


def _capitals(five: str) -> str:
    """One character for five: which of them are capital letters, the first the lowest bit."""
    return _SUFFIX[sum(1 << place for place, each in enumerate(five) if each.isupper())]
