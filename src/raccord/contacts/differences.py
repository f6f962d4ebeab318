"""What a change means for a contact as it is stored: the decision half of `changes.py`, pure.

A change names the fields its caller means to change. Compared with what is stored it becomes a
`Draft` (what to write, what to log, what to send) or nothing at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from raccord.contacts import evidence as evidences
from raccord.contacts import keepers, tombstones
from raccord.contacts.project_fields import ProjectFields, typed_value, unknown_field
from raccord.engine.errors import BadInput
from raccord.engine.records import (
    ConsentEvidence,
    FieldSpec,
    Operation,
    Origin,
    OriginKind,
    Priority,
    Value,
    Values,
)
from raccord.engine.values import Stored, equal, from_json, missing, to_json

LogChanges = dict[str, tuple[Stored, Stored]]

_BULK = frozenset({OriginKind.IMPORT, OriginKind.SETUP})


class Mode(StrEnum):
    """What `apply_many` may do with a change."""

    BOTH = "both"
    ADD = "add"
    UPDATE = "update"


@dataclass(frozen=True, slots=True)
class ContactChange:
    """The fields a caller means to change, with typed values; None clears a field.

    contact: whom, for `apply_by_id`; `apply_many` goes by the unique key in `values`.
    rendered: the values the caller saw when it decided. A value equal to its rendered one is no
        change, and one that was changed since is a clash.
    evidence: per consent field, where the caller knows it better than its origin tells.
    """

    values: Values
    contact: int | None = None
    rendered: Values | None = None
    evidence: Mapping[str, ConsentEvidence] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that somebody else changed between rendering and posting."""

    rendered: Value
    now: Value
    posted: Value


class Outcome(StrEnum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one change.

    problems: why it was rejected; with any other outcome, the fields that were left out of it.
    clashes: by field; a change with clashes is rejected as a whole.
    """

    outcome: Outcome
    contact: int | None = None
    problems: tuple[BadInput, ...] = ()
    clashes: Mapping[str, Clash] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredContact:
    """A contact's row, locked."""

    id: int
    key: str
    values: dict[str, Stored]
    evidence: dict[str, Any]
    deleted: bool


@dataclass(slots=True)
class Draft:
    """What is to be written for one contact, and what is told of it afterwards.

    contact: None until it is inserted. entries: for the change log, by operation.
    refused: fields that were left out.
    """

    outcome: Outcome
    contact: int | None
    key: str
    values: dict[str, Stored]
    evidence: dict[str, Any]
    entries: dict[Operation, LogChanges]
    priority: int
    refused: tuple[BadInput, ...] = ()
    revived: bool = False

    def result(self) -> RowResult:
        return RowResult(self.outcome, self.contact, self.refused)


@dataclass(frozen=True, slots=True)
class Judge:
    """Decides all changes of one call: one project, one origin, one moment.

    kept: what is kept elsewhere of the contacts in question; see `knowing`.
    """

    fields: ProjectFields
    origin: Origin
    now: datetime
    priority: int | None = None
    kept: keepers.Kept = keepers.NOTHING

    def knowing(self, project_id: int, contacts: Collection[int]) -> Judge:
        """The same with what others keep of these contacts; what is pulled in is theirs anyway."""
        if self.origin.kind is OriginKind.SYNC:
            return self
        return replace(self, kept=keepers.kept(project_id, contacts))

    def by_key(
        self, change: ContactChange, *, key: str, stored: StoredContact | None, mode: Mode
    ) -> RowResult | Draft:
        """Decide a change that goes by the unique key."""
        alive = stored is not None and not stored.deleted
        if mode is Mode.ADD and alive:
            return self._rejected(stored, self.key_taken())
        if mode is Mode.UPDATE and not alive:
            return self._rejected(None, BadInput("raccord.contact.missing"))
        if stored is None:
            return self.new(change, key)
        return self.existing(stored, change) if alive else self.revived(stored, change)

    def by_id(self, change: ContactChange, *, stored: StoredContact | None) -> RowResult | Draft:
        """Decide a change that names its contact."""
        if stored is None:
            return self._rejected(None, BadInput("raccord.contact.missing"))
        if stored.deleted:
            return self._rejected(stored, BadInput("raccord.contact.deleted"))
        return self.existing(stored, change)

    def without_key(self, change: ContactChange) -> RowResult:
        """Reject a change that goes by the unique key and does not have it."""
        return self._rejected(None, *self._problems_of_new(change))

    def key_taken(self) -> BadInput:
        """The refusal of a key that another contact has."""
        first = self.fields.key_specs[0]
        return BadInput(
            "raccord.contact.key_taken", at=first.key, params={"field": first.label or first.key}
        )

    def new(self, change: ContactChange, key: str) -> RowResult | Draft:
        """Decide a contact that does not exist."""
        if problems := self._problems_of_new(change):
            return RowResult(Outcome.REJECTED, problems=tuple(problems))
        given = {name: v for name, v in change.values.items() if v is not None}
        refused = self.kept.refusals(None, given, specs=self._not_of_key())
        left_out = {problem.at for problem in refused}
        values = {name: to_json(v) for name, v in given.items() if name not in left_out}
        consents = self.fields.consents & values.keys()
        return Draft(
            outcome=Outcome.CREATED,
            contact=None,
            key=key,
            values=values,
            evidence={name: self._evidence(name, None, change) for name in consents},
            entries={Operation.CREATED: {name: (None, v) for name, v in values.items()}},
            priority=self.usual_priority(),
            refused=refused,
        )

    def revived(self, stored: StoredContact, change: ContactChange) -> RowResult | Draft:
        """Decide a contact that is made anew under the key of a deleted one.

        Nothing of the deleted one comes back but its refusals, which outlive it until a person
        says yes; a form that leaves a consent open says nothing.
        """
        said_yes = {name for name, value in change.values.items() if value == "yes"}
        refusals = {
            name
            for name in self.fields.consents
            if stored.values.get(name) == "no"
            and not (name in said_yes and self._by_person(name, change))
        }
        values = {**change.values, **dict.fromkeys(refusals, "no")}
        draft = self.new(replace(change, values=values), stored.key)
        if isinstance(draft, Draft):
            draft.contact, draft.revived = stored.id, True
            draft.evidence |= {n: stored.evidence[n] for n in refusals if n in stored.evidence}
            draft.refused += tuple(map(needs_person, sorted(refusals & said_yes)))
        return draft

    def restored(self, stored: StoredContact | None) -> RowResult | Draft:
        """Decide the return of a deleted contact with everything it had, consents included.

        What a field cannot hold any more is left out, and told.
        """
        if stored is None:
            return self._rejected(None, BadInput("raccord.contact.missing"))
        if not stored.deleted:
            return RowResult(Outcome.UNCHANGED, stored.id)
        unfit = tuple(self._unfit(stored.values))
        left_out = {problem.at for problem in unfit}
        values = {name: v for name, v in stored.values.items() if name not in left_out}
        if empty := [name for name in self.fields.required if values.get(name) is None]:
            return self._rejected(stored, *(missing(self.fields.specs[name]) for name in empty))
        return Draft(
            outcome=Outcome.CREATED,
            contact=stored.id,
            key=self.fields.unique_key(self.fields.typed(values)) or stored.key,
            values=values,
            evidence={n: proof for n, proof in stored.evidence.items() if n not in left_out},
            entries={Operation.CREATED: {name: (None, v) for name, v in values.items()}},
            priority=self.usual_priority(),
            refused=unfit,
            revived=True,
        )

    def existing(self, stored: StoredContact, change: ContactChange) -> RowResult | Draft:
        """Decide a change of a living contact."""
        if problems := self._unknown(change):
            return RowResult(Outcome.REJECTED, stored.id, tuple(problems))
        changes = self._changes(stored, change)
        if not changes:
            return RowResult(Outcome.UNCHANGED, stored.id)
        if problems := self._emptied(changes):
            return RowResult(Outcome.REJECTED, stored.id, tuple(problems))
        if clashes := self._clashes(change, changes):
            return RowResult(Outcome.REJECTED, stored.id, clashes=clashes)
        refused = self._refused_consents(change, changes)
        refused += self.kept.refusals(stored.id, changes, specs=self.fields.specs)
        for problem in refused:
            del changes[problem.at]
        if not changes:
            return RowResult(Outcome.UNCHANGED, stored.id, refused)
        return self._draft(stored, change, changes, refused)

    def inherit(self, draft: Draft, left: StoredContact, *, before: StoredContact) -> None:
        """Let a draft that gets the key of the tombstone `left` have its refusals, too."""
        names = tombstones.inherited(
            self.fields.consents, left=left.values, values=draft.values, evidence=draft.evidence
        )
        for name in list(names):
            draft.values[name] = "no"
            draft.evidence[name] = left.evidence.get(name, {})
            operation = Operation.CREATED if draft.revived else Operation.CONSENT_CHANGED
            was = None if draft.revived else before.values.get(name)
            draft.entries.setdefault(operation, {})[name] = (was, "no")
            draft.priority = Priority.CONSENT_TIGHTENED

    def _rejected(self, stored: StoredContact | None, *problems: BadInput) -> RowResult:
        return RowResult(Outcome.REJECTED, stored.id if stored else None, problems)

    def _problems_of_new(self, change: ContactChange) -> list[BadInput]:
        empty = (name for name in self.fields.required if change.values.get(name) is None)
        return [*self._unknown(change), *(missing(self.fields.specs[name]) for name in empty)]

    def _unknown(self, change: ContactChange) -> list[BadInput]:
        # As a set first: nearly always there are none, and this is asked for every contact.
        return [unknown_field(name) for name in change.values.keys() - self.fields.specs.keys()]

    def _unfit(self, values: Mapping[str, Stored]) -> Iterator[BadInput]:
        """Stored values that their fields, which may have changed since, do not take any more."""
        for name, spec in self.fields.specs.items():
            try:
                self.fields.parsers[name](typed_value(spec, values.get(name)))
            except BadInput as problem:
                yield problem

    def _changes(self, stored: StoredContact, change: ContactChange) -> LogChanges:
        """Where stored and new value mean different things, and the caller meant to change it."""
        changes: LogChanges = {}
        rendered = change.rendered or {}
        for name, value in change.values.items():
            before, after = stored.values.get(name), to_json(value)
            if before == after:
                continue
            kind = self.fields.specs[name].type
            if equal(kind, from_json(kind, before), value):
                continue
            if name in rendered and equal(kind, rendered[name], value):
                continue
            changes[name] = (before, after)
        return changes

    def _emptied(self, changes: LogChanges) -> list[BadInput]:
        specs = self.fields.specs
        emptied = (name for name, (_, after) in changes.items() if after is None)
        return [missing(specs[name]) for name in emptied if specs[name].required]

    def _clashes(self, change: ContactChange, changes: LogChanges) -> dict[str, Clash]:
        clashes: dict[str, Clash] = {}
        for name, rendered in (change.rendered or {}).items():
            if name not in changes:
                continue
            kind = self.fields.specs[name].type
            now = from_json(kind, changes[name][0])
            if not equal(kind, rendered, now):
                clashes[name] = Clash(rendered, now, change.values[name])
        return clashes

    def _refused_consents(self, change: ContactChange, changes: LogChanges) -> tuple[BadInput, ...]:
        """A "no" is only ever lifted by a person."""
        return tuple(
            needs_person(name)
            for name in sorted(self.fields.consents & changes.keys())
            if changes[name][0] == "no" and not self._by_person(name, change)
        )

    def _not_of_key(self) -> dict[str, FieldSpec]:
        """The fields that a new contact may be without."""
        return {k: s for k, s in self.fields.specs.items() if s not in self.fields.key_specs}

    def _by_person(self, name: str, change: ContactChange) -> bool:
        given = change.evidence.get(name)
        return given.by_person if given else self.origin.kind in evidences.BY_PERSON

    def _draft(
        self,
        stored: StoredContact,
        change: ContactChange,
        changes: LogChanges,
        refused: tuple[BadInput, ...],
    ) -> Draft:
        after = stored.values | {name: new for name, (_, new) in changes.items()}
        values: dict[str, Stored] = {n: value for n, value in after.items() if value is not None}
        consents = self.fields.consents & changes.keys()
        entries = {
            Operation.UPDATED: {n: c for n, c in changes.items() if n not in consents},
            Operation.CONSENT_CHANGED: {n: c for n, c in changes.items() if n in consents},
        }
        proofs = {n: self._evidence(n, changes[n][0], change) for n in consents}
        return Draft(
            outcome=Outcome.UPDATED,
            contact=stored.id,
            key=self._key_after(stored, changes, values),
            values=values,
            evidence=stored.evidence | proofs,
            entries={operation: found for operation, found in entries.items() if found},
            priority=self._priority_of(changes[n][1] for n in consents),
            refused=refused,
        )

    def _key_after(
        self, stored: StoredContact, changes: LogChanges, values: dict[str, Stored]
    ) -> str:
        if not any(spec.key in changes for spec in self.fields.key_specs):
            return stored.key
        return self.fields.unique_key(self.fields.typed(values)) or stored.key

    def _evidence(self, name: str, before: Stored, change: ContactChange) -> dict[str, Any]:
        given = change.evidence.get(name)
        return evidences.to_json(
            evidences.evidence_of_change(before, origin=self.origin, now=self.now, given=given)
        )

    def _priority_of(self, consents: Iterable[Stored]) -> int:
        return Priority.CONSENT_TIGHTENED if "no" in consents else self.usual_priority()

    def usual_priority(self) -> int:
        if self.priority is not None:
            return self.priority
        return Priority.IMPORT if self.origin.kind in _BULK else Priority.LIVE


def needs_person(name: str) -> BadInput:
    """The refusal of a consent that an import or a sync would have loosened."""
    return BadInput("raccord.consent.needs_person", at=name, params={"field": name})
