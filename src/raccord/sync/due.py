"""Asks for a look at contacts whose counterparts may have changed: the outbox takes it from there.

One mover works on a link, whichever side a change came from: it looks at both sides, merges, and
writes to either. An item without operations says just that: look.
"""

from __future__ import annotations

from collections.abc import Sequence

from raccord.engine.records import Priority
from raccord.sync.statements import change

# The version is raised: a verdict that is on its way knows nothing of this.
_LOOK = """
INSERT INTO contacts_outboxitem AS item
    (subscription_id, contact, version, operations, priority, due_at, state, claims, attempts,
     reason, parameters, detail)
SELECT %(subscription)s, contact, 1, '{}', %(priority)s, clock_timestamp(), 'due', 0, 0,
       '', '{}', ''
FROM unnest(%(contacts)s::bigint[]) AS given (contact)
ORDER BY contact
ON CONFLICT (subscription_id, contact) DO UPDATE SET
    version = item.version + 1, due_at = clock_timestamp(), state = 'due',
    priority = least(item.priority, EXCLUDED.priority),
    reason = '', parameters = '{}', detail = ''
"""


def look_at(subscription: int, contacts: Sequence[int], *, priority: int = Priority.LIVE) -> None:
    """Make these contacts due for one subscription, whatever it says of operations."""
    if contacts:
        change(_LOOK, subscription=subscription, contacts=sorted(set(contacts)), priority=priority)
