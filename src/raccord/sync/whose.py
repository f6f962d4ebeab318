"""Whose record is it: the contacts that a record of theirs could stand for, best evidence first.

Our identity decides if the record carries one; then the fields by which people are matched, in
their order. The project's unique key has its place in that order if it is one of these fields, and
comes before them if not: no two contacts may have it. The first level at which anybody is found is
the last that is looked at. The mirror of `lookups.py`, which finds records for contacts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from raccord.contacts import contact_rows
from raccord.contacts.models import Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.mapping import inward
from raccord.engine.records import Direction, FieldPair, Record, TransferSpec, Value
from raccord.sync.lookups import form
from raccord.sync.statements import fetch

_BY_UID = """
SELECT uid::text, id FROM contacts_contact
WHERE project_id = %(project)s AND uid = ANY(%(uids)s::uuid[]) AND deleted_at IS NULL
"""
_BY_VALUE = """
SELECT lower(values ->> %(key)s), id FROM contacts_contact
WHERE project_id = %(project)s AND deleted_at IS NULL
  AND lower(values ->> %(key)s) = ANY(%(wanted)s::text[])
"""


@dataclass(frozen=True, slots=True)
class Person:
    """A record of theirs, read as one of our contacts.

    values: what may flow to us, by local key; problems: what of it we cannot hold. contacts:
    whom it could be. deleted: the contact that had its key and was deleted here. key: the unique
    key that the person would have here.
    """

    view: Record
    values: Mapping[str, Value]
    problems: tuple[BadInput, ...] = ()
    contacts: tuple[int, ...] = ()
    deleted: int | None = None
    key: str | None = None


@dataclass(slots=True)
class _Draft:
    view: Record
    values: dict[str, Value] = field(default_factory=dict)
    problems: list[BadInput] = field(default_factory=list)
    key: str | None = None
    contacts: tuple[int, ...] = ()
    deleted: int | None = None


def recognise(project: Project, spec: TransferSpec, views: Sequence[Record]) -> list[Person]:
    """Read each record as a contact and find who it could be, in their order."""
    fields = ProjectFields.of(project)
    drafts = [_draft(spec, view, fields) for view in views]
    _by_identity(project, spec, drafts)
    own_key = [each.key for each in fields.key_specs]
    if own_key not in [[key] for _, key in spec.match_fields]:
        _by_key(project, drafts)
    for remote, key in spec.match_fields:
        if [key] == own_key:
            _by_key(project, drafts)
        else:
            _by_value(project, spec, drafts, remote=remote, key=key)
    return [
        Person(each.view, each.values, tuple(each.problems), each.contacts, each.deleted, each.key)
        for each in drafts
    ]


def _draft(spec: TransferSpec, view: Record, fields: ProjectFields) -> _Draft:
    """The record as one of ours. A field that only flows to them tells who it is all the same."""
    draft = _Draft(view)
    read: dict[str, Value] = {}
    for pair in spec.pairs:
        comes = pair.direction is not Direction.OUTBOUND
        try:
            value = inward(pair, view.values.get(pair.remote.name))
        except BadInput as problem:
            draft.problems += [problem] if comes else []
            continue
        if value is not None:
            read[pair.local.key] = value
            if comes:
                draft.values[pair.local.key] = value
    draft.key = fields.unique_key(read) if fields.key_specs else None
    return draft


def _unknown(drafts: Iterable[_Draft]) -> list[_Draft]:
    return [each for each in drafts if not each.contacts and each.deleted is None]


def _by_identity(project: Project, spec: TransferSpec, drafts: Sequence[_Draft]) -> None:
    """Those that carry the identity we gave them."""
    told = {
        uid: draft
        for draft in drafts
        if (uid := _uid(draft.view.values.get(spec.external_id_field)))
    }
    if told:
        for uid, contact in fetch(_BY_UID, project=project.pk, uids=list(told)):
            told[uid].contacts = (contact,)


def _by_key(project: Project, drafts: Sequence[_Draft]) -> None:
    wanted = defaultdict(list)
    for draft in _unknown(drafts):
        if draft.key:
            wanted[draft.key].append(draft)
    for key, found in contact_rows.found_by_key(project.pk, wanted.keys()).items():
        for draft in wanted[key]:
            if found.deleted:
                draft.deleted = found.id
            else:
                draft.contacts = (found.id,)


def _by_value(
    project: Project, spec: TransferSpec, drafts: Sequence[_Draft], *, remote: str, key: str
) -> None:
    pair = _pair(spec, remote, key)
    wanted = defaultdict(list)
    for draft in _unknown(drafts):
        if value := _as_ours(pair, draft.view.values.get(remote)):
            wanted[value].append(draft)
    if not wanted:
        return
    found = defaultdict(list)
    for value, contact in fetch(_BY_VALUE, project=project.pk, key=key, wanted=list(wanted)):
        found[value].append(contact)
    for value, contacts in found.items():
        for draft in wanted[value]:
            draft.contacts = tuple(sorted(contacts))


def _pair(spec: TransferSpec, remote: str, key: str) -> FieldPair | None:
    same = (each for each in spec.pairs if (each.remote.name, each.local.key) == (remote, key))
    return next(same, None)


def _as_ours(pair: FieldPair | None, value: Value) -> str:
    """How the value would be stored here, for a comparison without regard to case."""
    try:
        return form(value if pair is None else inward(pair, value))
    except BadInput:
        return ""


def _uid(value: Value) -> str:
    try:
        return str(UUID(str(value))) if value else ""
    except ValueError:
        return ""
