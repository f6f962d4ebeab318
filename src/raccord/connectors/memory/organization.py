"""The in-process third party itself: named organizations that validate, store and fail.

It knows nothing of Raccord's flow. Tests act as its users (`edit`, `delete`, `merge`) and as
its bad days (`fail_next`, `lock`, `refuse_token`); the connector acts as our user (`write`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import uuid4

from raccord.connectors.memory.objects import PERSON
from raccord.engine.errors import (
    DuplicateBlocked,
    PermissionMissing,
    RecordRejected,
    RemoteGone,
    RowBusy,
    SchemaChanged,
)
from raccord.engine.records import Record, Value, Values
from raccord.engine.schema import RemoteField, RemoteType

OUR_USER = "raccord"

_PYTHON_TYPES: dict[RemoteType, tuple[type, ...]] = {
    RemoteType.INTEGER: (int,),
    RemoteType.DECIMAL: (Decimal, int),
    RemoteType.BOOLEAN: (bool,),
    RemoteType.OPT_OUT: (bool,),
    RemoteType.DATE: (date,),
    RemoteType.DATETIME: (datetime,),
    RemoteType.MULTIPICKLIST: (tuple,),
}


class Fault(StrEnum):
    """What can befall the next calls, in the order a call passes these points."""

    UNREACHABLE = "unreachable"
    UNAVAILABLE = "unavailable"
    QUOTA_EXHAUSTED = "quota_exhausted"
    LOST_BEFORE_WRITE = "lost_before_write"
    LOST_AFTER_WRITE = "lost_after_write"


@dataclass
class Person:
    """One stored record; `values` holds every field but the id."""

    id: str
    values: dict[str, Value]
    modified_at: datetime
    modified_by: str
    deleted: bool = False
    merged_into: str | None = None

    def as_record(self, fields: Iterable[str]) -> Record:
        values: dict[str, Value] = {
            name: self.id if name == "id" else self.values.get(name) for name in fields
        }
        return Record(
            object=PERSON.name,
            id=self.id,
            values=values,
            modified_at=self.modified_at,
            modified_by=self.modified_by,
            deleted=self.deleted,
            merged_into=self.merged_into,
        )


@dataclass
class Organization:
    """One organization: its people, its open faults, its count of calls. Thread-safe.

    held_back_at: since when a change is under way that will appear late, if one is.
    on_arrival, on_answer: called around each push, without a lock: a slow way there or back.
    on_look: called after each reading of changes, before its answer is on its way.
    """

    name: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    on_arrival: Callable[[], None] = lambda: None
    on_answer: Callable[[], None] = lambda: None
    on_look: Callable[[], None] = lambda: None
    people: dict[str, Person] = field(default_factory=dict)
    calls: int = 0
    held_back_at: datetime | None = None
    lock_all: threading.RLock = field(default_factory=threading.RLock)
    _owners: dict[str, str] = field(default_factory=dict)
    _faults: list[Fault] = field(default_factory=list)
    _locked: set[str] = field(default_factory=set)
    _refused_tokens: set[str] = field(default_factory=set)

    def edit(self, person_id: str, values: Values, *, by: str = "colleague") -> None:
        """Change a record as a user of this organization would."""
        with self.lock_all:
            self._store(self._living(person_id), values, by=by)

    def delete(self, person_id: str, *, by: str = "colleague") -> None:
        with self.lock_all:
            person = self._living(person_id)
            person.deleted, person.modified_at, person.modified_by = True, self.clock(), by

    def merge(self, loser: str, *, into: str, by: str = "colleague") -> None:
        """Delete `loser` and leave a trace to the survivor."""
        with self.lock_all:
            self.delete(loser, by=by)
            self.people[loser].merged_into = into

    def undelete(self, person_id: str, *, by: str = "colleague") -> None:
        with self.lock_all:
            person = self.people[person_id]
            person.deleted, person.modified_at, person.modified_by = False, self.clock(), by

    def stable_until(self) -> datetime:
        """Up to when nothing can appear any more."""
        return self.held_back_at or self.clock()

    def fail_next(self, fault: Fault, *, times: int = 1) -> None:
        """Let the next calls meet `fault`, one each."""
        with self.lock_all:
            self._faults.extend([fault] * times)

    def next_fault(self) -> Fault | None:
        with self.lock_all:
            self.calls += 1
            return self._faults.pop(0) if self._faults else None

    def lock(self, person_id: str) -> None:
        """Somebody else holds this record until `unlock`."""
        self._locked.add(person_id)

    def unlock(self, person_id: str) -> None:
        self._locked.discard(person_id)

    def refuse_token(self, token: str) -> None:
        self._refused_tokens.add(token)

    def accepts(self, token: str) -> bool:
        return token not in self._refused_tokens

    def create(self, values: Values, *, by: str = OUR_USER) -> tuple[str, bool]:
        """Store a new person, or the one that has the same external id: (id, whether new)."""
        with self.lock_all:
            existing = self._by_external_id(values.get("raccord_id"))
            if existing:
                self._store(existing, values, by=by)
                return existing.id, False
            person = Person(str(uuid4()), {"active": True, "opted_out": False}, self.clock(), by)
            self._store(person, {"last_name": None, **values}, by=by)
            self.people[person.id] = person
            return person.id, True

    def update(self, person_id: str, values: Values, *, by: str = OUR_USER) -> None:
        with self.lock_all:
            self._store(self._living(person_id), values, by=by)

    def find(self, field_name: str, values: Iterable[str]) -> list[Person]:
        """Living people whose field equals one of `values`, whatever the case."""
        wanted = {value.casefold() for value in values}
        with self.lock_all:
            return [
                person
                for person in self.people.values()
                if not person.deleted
                and str(person.values.get(field_name) or "").casefold() in wanted
            ]

    def _living(self, person_id: str) -> Person:
        person = self.people.get(person_id)
        if person is None:
            raise RecordRejected("memory.unknown_id")
        if person.deleted:
            raise RemoteGone("memory.deleted", merged_into=person.merged_into)
        if person_id in self._locked:
            raise RowBusy("memory.locked")
        return person

    def _by_external_id(self, external_id: Value) -> Person | None:
        person = self.people.get(self._owners.get(str(external_id), ""))
        return person if person and not person.deleted else None

    def _store(self, person: Person, values: Values, *, by: str) -> None:
        """Validate everything first, so that a refused row changes nothing."""
        cleaned = {name: _checked(name, value) for name, value in values.items()}
        owner = self._by_external_id(cleaned.get("raccord_id"))
        if owner and owner.id != person.id:
            raise DuplicateBlocked(
                "memory.duplicate_value", {"fields": "raccord_id"}, fields=("raccord_id",)
            )
        if external_id := cleaned.get("raccord_id"):
            self._owners[str(external_id)] = person.id
        person.values.update(cleaned)
        person.modified_at, person.modified_by = self.clock(), by


_organizations: dict[str, Organization] = {}


def organization(name: str) -> Organization:
    """The organization of that name; made when it is first asked for."""
    return _organizations.setdefault(name, Organization(name))


def _checked(name: str, value: Value) -> Value:
    """The value as it is stored, or the reason why it is refused."""
    spec = PERSON.fields.get(name)
    if spec is None:
        raise SchemaChanged("memory.unknown_field", {"fields": name})
    if not spec.updateable:
        raise PermissionMissing("memory.read_only_field", {"fields": name})
    if isinstance(value, str):
        value = value.strip() or None
    if value is None:
        if spec.required:
            raise RecordRejected("memory.required", {"fields": name}, fields=(name,))
        return False if spec.type in (RemoteType.BOOLEAN, RemoteType.OPT_OUT) else None
    if reason := _refused(spec, value):
        raise RecordRejected(f"memory.{reason}", {"fields": name}, fields=(name,))
    return value.lower() if spec.lowercased and isinstance(value, str) else value


def _refused(spec: RemoteField, value: Value) -> str:
    # Exactly: to Python a bool is an int and a datetime is a date.
    if type(value) not in _PYTHON_TYPES.get(spec.type, (str,)):
        return "wrong_type"
    if spec.max_length and isinstance(value, str) and len(value) > spec.max_length:
        return "too_long"
    if spec.type is RemoteType.EMAIL and "@" not in str(value):
        return "invalid_email"
    if spec.restricted and value not in spec.choices:
        return "not_a_choice"
    return ""
