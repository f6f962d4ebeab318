"""When both sides changed a field and the newest change wins: when did which side change it?

Asked only where the plan would otherwise have to ask a person, since few fields are ever changed
on both sides between two looks. Our time is that of the change log; theirs lies between the moment
up to which their record was read as unchanged, and its stamp. The two clocks are not the same: ours
is set to theirs by the measured offset (`clocks.py`), and what that leaves open proves nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from raccord.engine.clocks import Offset
from raccord.engine.merge import Step
from raccord.engine.records import Interval, Plan
from raccord.sync import clocks
from raccord.sync.statements import fetch
from raccord.sync.steps import Sighting

MARGIN = timedelta(seconds=1)
"""What clocks that answer and clocks that stamp may differ by, within each side."""

STAMP_GRANULARITY = timedelta(seconds=1)
_UNDECIDED = frozenset({"both_changed_newest", "first_link_newest"})

_LAST_CHANGES = """
SELECT entry.contact_id, field.key, max(entry.at)
FROM contacts_changelogentry AS entry
CROSS JOIN LATERAL jsonb_object_keys(entry.changes) AS field (key)
WHERE entry.contact_id = ANY(%(contacts)s)
GROUP BY entry.contact_id, field.key
"""


def decides(made: Plan) -> bool:
    """Whether knowing when things happened could decide what the plan leaves open."""
    return any(
        decision.outcome == Step.CONFLICT and decision.reason in _UNDECIDED
        for decision in made.decisions
    )


def with_times(sightings: Sequence[Sighting], *, connection: int) -> list[Sighting]:
    """The same sightings, with what is known of when either side changed.

    Nothing is known of our changes, on their clock, while no answer has told their time.
    """
    if not sightings:
        return []
    clocks.store()
    ahead = clocks.offset(connection)
    changed = _last_changes([each.claimed.contact for each in sightings], ahead) if ahead else {}
    for sighting in sightings:
        sighting.subject = replace(
            sighting.subject,
            ours_changed=changed.get(sighting.claimed.contact, {}),
            theirs_changed=_theirs(sighting),
        )
    return list(sightings)


def _last_changes(contacts: Sequence[int], ahead: Offset) -> dict[int, Mapping[str, Interval]]:
    found: dict[int, dict[str, Interval]] = defaultdict(dict)
    for contact, key, at in fetch(_LAST_CHANGES, contacts=contacts):
        found[contact][key] = Interval(at + ahead.low - MARGIN, at + ahead.high + MARGIN)
    return dict(found)


def _theirs(sighting: Sighting) -> Interval | None:
    subject, link = sighting.subject, sighting.link
    views = [subject.view] if subject.view else list(subject.candidates)
    if len(views) != 1 or views[0].modified_at is None:
        return None
    earliest: datetime | None = link.as_known_until if link else None
    return Interval(earliest, views[0].modified_at + STAMP_GRANULARITY)
