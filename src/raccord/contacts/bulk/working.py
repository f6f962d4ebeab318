"""Step 4 of a bulk act: 2,000 contacts at a time, written together with how far the run is.

A worker that dies inside a chunk has written nothing of it, one that dies after it leaves a
position that says so: no contact is taken twice, none is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import F

from raccord.contacts import barrier, changes, contact_rows, leases, turns, wakeups
from raccord.contacts.bulk import choosing
from raccord.contacts.bulk.edits import FieldEdit, outcome, rechecked
from raccord.contacts.changes import ContactChange, Outcome, RowResult
from raccord.contacts.lists.matching import Elsewhere
from raccord.contacts.models import BulkAct, BulkReject, BulkRun, Contact, RunState
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput
from raccord.engine.records import ConsentEvidence, Origin, OriginKind, Priority, Value

CHUNK = 2_000

_GONE = frozenset({"raccord.contact.deleted", "raccord.contact.missing"})
_OWN = """
SELECT position FROM contacts_bulkrun
WHERE id = %s AND claim = %s AND position = %s AND state = 'running' FOR UPDATE
"""
_NEXT = """
SELECT contact FROM contacts_bulkitem WHERE run_id = %s AND contact > %s ORDER BY contact LIMIT %s
"""
# What is left of a selection is what is left to do.
_TAKEN = "DELETE FROM contacts_bulkitem WHERE run_id = %s AND contact > %s AND contact <= %s"

log = structlog.get_logger("raccord.contacts")


def work(
    run_id: int, *, seconds: float = turns.SECONDS, elsewhere: Elsewhere | None = None
) -> bool:
    """Go on with a run for about so many seconds; True if work is left.

    elsewhere: answers what the list asks about other systems, while a selection is frozen.
    """

    def step(run: BulkRun, claim: UUID) -> bool:
        if run.state == RunState.CHECKING:
            choosing.freeze(run, claim, elsewhere=elsewhere)
            return False
        return _take(run, claim)

    return turns.take(BulkRun, run_id, step=step, wakeup=wakeups.BULK, seconds=seconds)


def _take(run: BulkRun, claim: UUID) -> bool:
    """Write one chunk and move the run, in one transaction; True if more may be left."""
    with barrier.shared(run.project_id):
        _own(run, claim)
        contacts = _next(run)
        if not contacts:
            leases.end(run, claim, state=RunState.DONE)
            return False
        counts = _delete(run, contacts) if run.act == BulkAct.DELETE else _edit(run, contacts)
        moved = {name: F(name) + count for name, count in counts.items()}
        BulkRun.objects.filter(pk=run.pk).update(position=contacts[-1], **moved)
    run.position = contacts[-1]
    log.info("bulk.chunk", run=run.pk, **counts)
    return True


def _own(run: BulkRun, claim: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [run.pk, claim, run.position])
        if cursor.fetchone() is None:
            raise leases.LeaseLost


def _next(run: BulkRun) -> list[int]:
    """The contacts of the next chunk, which are taken off the selection."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT, [run.pk, run.position, CHUNK])
        contacts = [contact for (contact,) in cursor.fetchall()]
        if contacts:
            cursor.execute(_TAKEN, [run.pk, run.position, contacts[-1]])
    return contacts


def _delete(run: BulkRun, contacts: Sequence[int]) -> dict[str, int]:
    deleted = changes.delete(run.project, contacts, origin=_origin(run), priority=Priority.IMPORT)
    return {"done": deleted, "gone": len(contacts) - deleted}


def _edit(run: BulkRun, contacts: Sequence[int]) -> dict[str, int]:
    fields = ProjectFields.of(run.project_id)
    edits = rechecked(run, fields=fields)
    now = _present_values(run, contacts, fields) if _needs_present_values(edits) else {}
    evidence = _evidence(run, edits, fields)
    given = [
        ContactChange(
            outcome(edits, now=now.get(contact, {}), fields=fields), contact, evidence=evidence
        )
        for contact in contacts
    ]
    results = changes.apply_by_id(run.project, given, origin=_origin(run), priority=Priority.IMPORT)
    told = dict(zip(contacts, results, strict=True))
    _note_rejects(run, told)
    judged = [_counted_as(result) for result in results]
    return {name: judged.count(name) for name in ("done", "unchanged", "gone", "rejected")}


def _needs_present_values(edits: Sequence[FieldEdit]) -> bool:
    return any(edit.needs_present_value for edit in edits)


def _present_values(
    run: BulkRun, contacts: Sequence[int], fields: ProjectFields
) -> dict[int, dict[str, Value]]:
    """What the contacts hold, locked until the chunk is written: nobody changes it in between."""
    stored = contact_rows.locked_by_id(run.project_id, contacts)
    return {contact: fields.typed(found.values) for contact, found in stored.items()}


def _evidence(
    run: BulkRun, edits: Sequence[FieldEdit], fields: ProjectFields
) -> dict[str, ConsentEvidence]:
    """Nobody spoke with so many people one by one: a "no" among them is never lifted."""
    proof = ConsentEvidence(source=f"bulk:{run.grounds}", by_person=False)
    return {edit.field: proof for edit in edits if edit.field in fields.consents}


def _origin(run: BulkRun) -> Origin:
    return Origin(OriginKind.PERSON, actor=run.started_by, cause=f"bulk:{run.pk}")


def _counted_as(result: RowResult) -> str:
    """The run's counter for one contact. A refusal that left nothing to write is a rejection."""
    if result.outcome is Outcome.UPDATED:
        return "done"
    if result.outcome is Outcome.REJECTED and result.problems[0].code in _GONE:
        return "gone"
    return "rejected" if result.problems else "unchanged"


def _note_rejects(run: BulkRun, results: dict[int, RowResult]) -> None:
    refused = {
        contact: result
        for contact, result in results.items()
        if result.problems and _counted_as(result) != "gone"
    }
    names = dict(Contact.objects.filter(pk__in=refused).values_list("pk", "key"))
    BulkReject.objects.bulk_create(
        _reject(run, contact, problem, name=names.get(contact, ""), result=result)
        for contact, result in refused.items()
        for problem in result.problems
    )


def _reject(
    run: BulkRun, contact: int, problem: BadInput, *, name: str, result: RowResult
) -> BulkReject:
    return BulkReject(
        run=run,
        contact=contact,
        name=shortened(name, 255),
        field=problem.at,
        code=problem.code,
        parameters={key: shortened(str(told), 500) for key, told in problem.params.items()},
        taken=result.outcome is Outcome.UPDATED,
    )
