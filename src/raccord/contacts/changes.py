"""The one way to write a contact. Step 1 of everything that flows out; after: a worker claims.

A call is one transaction, in this order, whatever the number of contacts:

1. the capture barrier, shared (`barrier.py`);
2. the contacts concerned, locked (`contact_rows.py`);
3. for each, what the change means for it (`differences.py`: pure);
4. contacts and change log written (`contact_rows.py`);
5. an outbox item for every subscription that wants it, and a wake-up after the commit
   (`outbox.py`).

Steps 2 to 5 are put together in `writing.py`.

Callers give *changes*, never rows: a field that is not named stays as it is, and one that holds
the same already is no change. What cannot be taken is refused with every reason, and of a refused
contact nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Sized
from dataclasses import dataclass, field, replace

from raccord.contacts import barrier, writing
from raccord.contacts.differences import Clash, ContactChange, Judge, Mode, Outcome, RowResult
from raccord.contacts.invalid import InvalidContact
from raccord.contacts.keepers import KEPT_ELSEWHERE
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.records import ConsentEvidence, Origin
from raccord.engine.values import missing

__all__ = [
    "MOST_CONTACTS",
    "RESTORE",
    "Clash",
    "ContactChange",
    "EditResult",
    "InvalidContact",
    "Mode",
    "Outcome",
    "RowResult",
    "apply_by_id",
    "apply_many",
    "create",
    "delete",
    "edit",
    "restore",
]

MOST_CONTACTS = 5_000
"""In one call: what one transaction may hold on to."""

RESTORE = "restore"
"""The cause (`records.Origin`) of a creation that brought a deleted contact back."""


@dataclass(frozen=True, slots=True)
class EditResult:
    """What became of an edit.

    contact: as it is now. changed: whether anything was written.
    clashes: fields that somebody else changed since they were rendered; then nothing was written.
    refused: fields that were left out although the others were taken.
    """

    contact: Contact
    changed: bool
    clashes: Mapping[str, Clash] = field(default_factory=dict)
    refused: tuple[BadInput, ...] = ()


def create(
    project: Project,
    values: Mapping[str, object],
    *,
    origin: Origin,
    evidence: Mapping[str, ConsentEvidence] | None = None,
) -> Contact:
    """Make a contact from given values (text or typed). A deleted one of the same key revives.

    A field that comes from elsewhere (see `keepers.py`) stays empty, unless it is required.
    Raises InvalidContact with every problem; `at` is the field's key.
    """
    with barrier.shared(project.pk):
        fields = ProjectFields.of(project)
        parsed, problems = fields.parse(values)
        empty = (key for key in fields.required if parsed.get(key) is None)
        complained = {problem.at for problem in problems}
        problems += [missing(fields.specs[key]) for key in empty if key not in complained]
        if problems:
            raise InvalidContact(problems)
        change = ContactChange(parsed, evidence=evidence or {})
        (result,) = apply_many(project, [change], origin=origin, mode=Mode.ADD)
        unwanted = [each for each in result.problems if each.code != KEPT_ELSEWHERE]
        if unwanted or result.contact is None:
            raise InvalidContact(unwanted)
        return Contact.objects.get(pk=result.contact)


def edit(
    project: Project,
    contact_id: int,
    changes: Mapping[str, object],
    *,
    origin: Origin,
    rendered: Mapping[str, object] | None = None,
    evidence: Mapping[str, ConsentEvidence] | None = None,
) -> EditResult:
    """Change fields of one contact, given as text or typed.

    rendered: what the form showed. A posted value equal to it is no change; a field changed by
    the person and, since rendering, by somebody else is a clash: nothing is written then.
    Raises InvalidContact with every problem, Contact.DoesNotExist.
    """
    seen = rendered or {}
    # Compared before parsing: a value that its field no longer allows must not stop the others.
    posted = {k: v for k, v in changes.items() if k not in seen or _text(seen[k]) != _text(v)}
    with barrier.shared(project.pk):
        fields = ProjectFields.of(project)
        values, problems = fields.parse(posted)
        if problems:
            raise InvalidContact(problems)
        shown, _ = fields.parse({key: seen[key] for key in posted if key in seen})
        change = ContactChange(values, contact_id, rendered=shown, evidence=evidence or {})
        (result,) = apply_by_id(project, [change], origin=origin)
    if result.contact is None:
        raise Contact.DoesNotExist
    if result.outcome is Outcome.REJECTED and not result.clashes:
        raise InvalidContact(result.problems)
    return EditResult(
        contact=Contact.objects.get(pk=contact_id),
        changed=result.outcome is Outcome.UPDATED,
        clashes=result.clashes,
        refused=result.problems,
    )


def apply_many(
    project: Project,
    rows: Sequence[ContactChange],
    *,
    origin: Origin,
    mode: Mode = Mode.BOTH,
    priority: int | None = None,
) -> list[RowResult]:
    """Create or update contacts by the unique key in their values; one result per row, in order.

    The values are typed (`ProjectFields.parse` makes them); at most 5,000 rows. Of several rows
    with one key the later ones change what the earlier ones made.
    priority: of the outbox items, unless a consent is tightened; by default the origin's.
    """
    _refuse_too_many(rows)
    with barrier.shared(project.pk) as now:
        fields = ProjectFields.of(project)
        if not fields.key_specs:
            raise InvalidContact([BadInput("raccord.contact.no_key")])
        judge = Judge(fields, origin, now, priority)
        keys = [fields.unique_key(row.values) for row in rows]
        results = {
            number: judge.without_key(row)
            for number, (key, row) in enumerate(zip(keys, rows, strict=True))
            if key is None
        }
        for numbers in _rounds(keys):
            changes = {str(keys[number]): rows[number] for number in numbers}
            made = writing.write_by_key(project.pk, changes, judge=judge, mode=mode)
            results |= {number: made[str(keys[number])] for number in numbers}
    return [results[number] for number in range(len(rows))]


def apply_by_id(
    project: Project,
    rows: Sequence[ContactChange],
    *,
    origin: Origin,
    priority: int | None = None,
) -> list[RowResult]:
    """Change existing contacts, named by `ContactChange.contact`; one result per row, in order.

    The values are text or typed; each contact may be named once, and at most 5,000. A contact
    that does not exist is rejected without `contact` in its result, a deleted one with the code
    ``raccord.contact.deleted``.
    """
    _refuse_too_many(rows)
    named = {row.contact: row for row in rows if row.contact is not None}
    if len(named) != len(rows):
        raise ValueError("every change must name its contact, and none twice")
    with barrier.shared(project.pk) as now:
        judge = Judge(ProjectFields.of(project), origin, now, priority)
        results: dict[int, RowResult] = {}
        changes: dict[int, ContactChange] = {}
        for contact, row in named.items():
            values, problems = judge.fields.parse(row.values)
            if problems:
                results[contact] = RowResult(Outcome.REJECTED, contact, tuple(problems))
            else:
                changes[contact] = replace(row, values=values)
        results |= writing.write_by_id(project.pk, changes, judge=judge)
    return [results[contact] for contact in named]


def delete(
    project: Project,
    contact_ids: Sequence[int],
    *,
    origin: Origin,
    priority: int | None = None,
) -> int:
    """Delete contacts: they stay as tombstones. Gives how many were there to be deleted."""
    _refuse_too_many(contact_ids)
    with barrier.shared(project.pk) as now:
        judge = Judge(ProjectFields.of(project), origin, now, priority)
        return writing.delete(project.pk, contact_ids, judge=judge)


def restore(project: Project, contact_id: int, *, origin: Origin) -> RowResult:
    """Bring a deleted contact back with the values and consents it had; the log says so.

    Rejected where another contact has its key by now, or a field that is required since has no
    value. The result's problems are otherwise the fields whose values were left out, since they
    cannot be held any more.
    """
    with barrier.shared(project.pk) as now:
        judge = Judge(ProjectFields.of(project), replace(origin, cause=RESTORE), now)
        return writing.restore(project.pk, contact_id, judge=judge)


def _refuse_too_many(rows: Sized) -> None:
    if len(rows) > MOST_CONTACTS:
        raise ValueError(f"{len(rows)} contacts in one call; at most {MOST_CONTACTS}")


def _text(value: object) -> str:
    """A posted or rendered value as a form would carry it."""
    return "" if value is None else str(value)


def _rounds(keys: Sequence[str | None]) -> list[list[int]]:
    """Row numbers in as few groups as possible, so that no key is twice in a group."""
    rounds: list[list[int]] = []
    met: dict[str, int] = {}
    for number, key in enumerate(keys):
        if key is None:
            continue
        met[key] = met.get(key, 0) + 1
        if met[key] > len(rounds):
            rounds.append([])
        rounds[met[key] - 1].append(number)
    return rounds
