"""Stops before too much is changed, blanked, deleted or opted in, and asks.

Part of decide: contacts whose plan has a guarded effect are counted over a sliding hour
for their integration; those above the limit wait, and while somebody is asked so does every
further one with that effect. Everything else goes on. A contact counts once, so a write that is
tried again is not counted again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog
from django.db import transaction
from django.db.models.functions import Now

from raccord.connections.models import Integration
from raccord.contacts.models import OutboxItem, OutboxState
from raccord.engine.errors import GuardStopped
from raccord.engine.guards import CODES, USUAL, Effect, Limit, effects, read_limit
from raccord.engine.records import Plan
from raccord.sync.guard_models import GuardStop
from raccord.sync.statements import change, fetch
from raccord.sync.steps import Route, Sighting

log = structlog.get_logger(__name__)

_COUNTED = """
SELECT effect, array_agg(contact) FROM sync_guardedcontact
WHERE integration_id = %(integration)s AND effect = ANY(%(effects)s)
  AND at > statement_timestamp() - interval '1 hour'
GROUP BY effect
"""
_COUNT = """
INSERT INTO sync_guardedcontact (integration_id, effect, contact, at)
SELECT %(integration)s, %(effect)s, contact, statement_timestamp()
FROM unnest(%(contacts)s::bigint[]) AS contact ORDER BY contact
ON CONFLICT (integration_id, effect, contact) DO UPDATE SET at = statement_timestamp()
"""
_LINKED = """
SELECT count(*) FROM sync_link AS link
JOIN connections_datatransfer AS transfer ON transfer.id = link.transfer_id
WHERE transfer.connection_id = %(connection)s AND link.state = 'linked'
"""
_STOP = """
INSERT INTO sync_guardstop (integration_id, effect, "limit", stopped_at, released_by, allowed)
VALUES (%(integration)s, %(effect)s, %(limit)s, statement_timestamp(), '', 0)
ON CONFLICT DO NOTHING
"""
_OPEN = """
SELECT effect FROM sync_guardstop
WHERE integration_id = %(integration)s AND released_at IS NULL
"""
# What a person let go on comes on top of the limit, for the hour in which it goes.
_ALLOWED = """
SELECT effect, sum(allowed)::bigint FROM sync_guardstop
WHERE integration_id = %(integration)s
  AND released_at > statement_timestamp() - interval '1 hour'
GROUP BY effect
"""
_FORGET = "DELETE FROM sync_guardedcontact WHERE at < statement_timestamp() - interval '1 hour'"


def held(route: Route, plans: Sequence[tuple[Sighting, Plan]]) -> dict[int, GuardStopped]:
    """Contact -> why it has to wait; the others were counted, and may go."""
    wanted: dict[Effect, list[int]] = {}
    for sighting, made in plans:
        for effect in effects(made, sighting.subject, route.spec):
            wanted.setdefault(effect, []).append(made.contact)
    if not wanted:
        return {}
    with transaction.atomic():
        # Under the integration's lock: two runs must not both find the last place free.
        integration = Integration.objects.select_for_update(no_key=True).get(pk=route.integration)
        return _count(integration, wanted)


def release(integration: Integration, effect: Effect, *, person: str = "") -> int:
    """Let what waits for this effect go on; how many contacts that were.

    They come on top of the limit, once. To be called in the transaction that makes them due.
    """
    waiting = OutboxItem.objects.filter(
        subscription__transfer__in=list(
            integration.connection.transfers.values_list("pk", flat=True)
        ),
        state=OutboxState.PARKED,
        reason=CODES[effect],
    )
    count = waiting.count()
    GuardStop.objects.filter(integration=integration, effect=effect, released_at=None).update(
        released_at=Now(), released_by=person[:255], allowed=count
    )
    log.info("guard.released", integration=integration.pk, effect=str(effect), contacts=count)
    return count


def limits_of(integration: Integration) -> dict[Effect, Limit]:
    """The limit of each effect; the usual one where nobody chose another."""
    chosen = integration.guards
    return {
        effect: read_limit(str(chosen.get(effect, usual)), at=effect)
        for effect, usual in USUAL.items()
    }


def change_limits(integration: Integration, typed: Mapping[Effect, str]) -> None:
    """Store limits as typed; raises BadInput at the effect's name."""
    limits = {effect: read_limit(text, at=effect).text for effect, text in typed.items()}
    guards = {**integration.guards, **{str(effect): text for effect, text in limits.items()}}
    Integration.objects.filter(pk=integration.pk).update(guards=guards)
    log.info("guard.limits_changed", integration=integration.pk)


def forget() -> None:
    """Drop what no hour counts any more; for the sweep."""
    change(_FORGET)


def _count(
    integration: Integration, wanted: Mapping[Effect, Sequence[int]]
) -> dict[int, GuardStopped]:
    limits = limits_of(integration)
    about = {"integration": integration.pk}
    known = {
        effect: set(contacts) for effect, contacts in fetch(_COUNTED, **about, effects=list(wanted))
    }
    asked = {effect for (effect,) in fetch(_OPEN, **about)}
    allowed = dict(fetch(_ALLOWED, **about))
    stopped: dict[int, GuardStopped] = {}
    for effect, contacts in wanted.items():
        limit = _number(limits[effect], integration)
        if limit is None:
            continue
        counted: set[int] = known.get(effect, set())
        room = 0 if effect in asked else limit + allowed.get(effect, 0) - len(counted)
        new = [contact for contact in contacts if contact not in counted]
        over = new[max(room, 0) :]
        if over:
            change(_STOP, **about, effect=effect, limit=limit)
            log.warning("guard.stopped", **about, effect=str(effect), contacts=len(over))
        failure = GuardStopped(CODES[effect], {"limit": str(limit)})
        stopped.update(dict.fromkeys(over, failure))
    for effect, contacts in wanted.items():
        going = [contact for contact in contacts if contact not in stopped]
        if going and limits[effect].text:
            change(_COUNT, **about, effect=effect, contacts=going)
    return stopped


def _number(limit: Limit, integration: Integration) -> int | None:
    if limit.percent is None:
        return limit.count
    ((linked,),) = fetch(_LINKED, connection=integration.connection_id)
    return limit.of(linked)
