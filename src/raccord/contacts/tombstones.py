"""What a deleted contact leaves to others: its unique key, and with the key its refusals.

Whoever has the key of somebody who said no is that person again as far as anybody can tell, so
the no goes over to them. Keys change hands one by one in `writing.py`, and all at once in
`unique_key.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from raccord.engine.values import Stored


def freed(contact_id: int) -> str:
    """The key of a tombstone whose own key went to somebody else; no contact has such a key."""
    return f"\x1f{contact_id}"


def inherited(
    consents: Iterable[str],
    *,
    left: Mapping[str, Stored],
    values: Mapping[str, Stored],
    evidence: Mapping[str, Any],
) -> Iterator[str]:
    """The consents that a tombstone with the values `left` turns into a no.

    values, evidence: of the contact that gets its key. As between two systems (`engine/consent.py`)
    a yes stands only if a person gave it who knew of a refusal.
    """
    for name in consents:
        if left.get(name) == "no" and values.get(name) != "no":
            proof = evidence.get(name, {})
            knew = proof.get("by_person") and proof.get("saw_refusal")
            if not (values.get(name) == "yes" and knew):
                yield name
