"""A contact that was just made of a record agrees with it: noted with the link, without a look.

Part of `meeting.py`, in the transaction that makes the contacts. Nobody but us knows the contact
yet, and a change of the record after our view of it is heard of like any other: so the view holds.
The engine decides here, too: where it finds anything to do, the look that follows does it.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson
import structlog

from raccord.contacts.evidence import from_json
from raccord.engine.plan import plan
from raccord.engine.records import Action, LinkState, Plan, Record, Subject
from raccord.sync.statements import fetch
from raccord.sync.steps import Route
from raccord.sync.stored_forms import StoredForms, dump_base

log = structlog.get_logger(__name__)

# What was stored, and not what was given: whoever writes contacts has the last word.
_MADE = """
SELECT id, uid::text, values::text, evidence::text FROM contacts_contact
WHERE id = ANY(%(contacts)s) AND deleted_at IS NULL
"""


def bases(route: Route, made: Mapping[int, Record]) -> dict[int, dict[str, list[object]]]:
    """contact -> its link's base, for those that hold all that their record shows.

    made: contact -> the record it was made of.
    """
    if not made:
        return {}
    forms = StoredForms(route.spec)
    found = {}
    for contact, uid, values, evidence in fetch(_MADE, contacts=list(made)):
        view = made[contact]
        subject = Subject(
            contact=contact,
            external_id=uid,
            local=forms.contact_values(values),
            operations=frozenset(),
            link=LinkState(remote_id=view.id, base={}),
            view=view,
            evidence={} if evidence == "{}" else from_json(orjson.loads(evidence)),
        )
        decided = _planned(route, subject)
        if decided is not None and _agrees(decided):
            found[contact] = dump_base(decided.base_seen)
    return found


def _planned(route: Route, subject: Subject) -> Plan | None:
    """None for a bug: the look meets it again, and parks the contact for it."""
    try:
        return plan(subject, route.spec)
    except Exception:
        log.exception("inbound.plan_failed", contact=subject.contact)
        return None


def _agrees(decided: Plan) -> bool:
    left = decided.local or decided.conflicts or decided.failure is not None
    return decided.action is Action.NOTHING and not left
