"""Where a consent comes from: kept with the contact, weighed by the engine's consent table."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from raccord.engine.records import ConsentEvidence, Origin, OriginKind
from raccord.engine.values import Stored

# Behind these stands the person concerned, or somebody of the team who answers for it.
BY_PERSON = frozenset({OriginKind.PERSON, OriginKind.FORM})


def evidence_of_change(
    before: Stored, *, origin: Origin, now: datetime, given: ConsentEvidence | None
) -> ConsentEvidence:
    """The evidence for a consent that changes now.

    before: the stored value so far: whoever says yes over a "no" has seen the refusal.
    given: what the caller knows better than its origin tells (a proof from elsewhere).
    """
    by_person = given.by_person if given else origin.kind in BY_PERSON
    return ConsentEvidence(
        at=given.at if given and given.at else now,
        source=given.source if given and given.source else source_of(origin),
        by_person=by_person,
        saw_refusal=given.saw_refusal if given else by_person and before == "no",
    )


def source_of(origin: Origin) -> str:
    """The origin in one word or two: ``import``, ``person:ana@example.org``."""
    return f"{origin.kind}:{origin.actor}" if origin.actor else str(origin.kind)


def to_json(evidence: ConsentEvidence) -> dict[str, Any]:
    return {
        "at": evidence.at.isoformat() if evidence.at else None,
        "source": evidence.source,
        "by_person": evidence.by_person,
        "saw_refusal": evidence.saw_refusal,
    }


def from_json(stored: Mapping[str, Any]) -> dict[str, ConsentEvidence]:
    """A contact's `evidence` column as the engine wants it: field key -> evidence."""
    return {
        key: ConsentEvidence(
            at=datetime.fromisoformat(entry["at"]) if entry.get("at") else None,
            source=entry.get("source", ""),
            by_person=entry.get("by_person", False),
            saw_refusal=entry.get("saw_refusal", False),
        )
        for key, entry in stored.items()
    }
