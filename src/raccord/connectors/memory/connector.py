"""How Raccord talks to the in-process third party: the contract of `base.py`, to the letter.

Every method is one "call": it is counted, it may meet a fault, and a refused token is renewed
once. A row's problem is returned in its outcome, a problem of the whole call is raised.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from urllib.parse import urlsplit

from raccord.connectors.base import (
    Changes,
    Connector,
    Conversation,
    Identity,
    Page,
    Position,
    Usage,
)
from raccord.connectors.memory.objects import PERSON
from raccord.connectors.memory.organization import OUR_USER, Fault, Organization, organization
from raccord.engine.clocks import measured
from raccord.engine.errors import (
    AuthorizationLost,
    Failure,
    OutcomeUnknown,
    QuotaExhausted,
    RemoteGone,
    RowBusy,
    SchemaChanged,
    Transient,
    Who,
    sentence,
)
from raccord.engine.records import Action, Lookup, Outcome, Record, Status, Write
from raccord.engine.remedies import Remedy
from raccord.engine.schema import RemoteObject

_ALLOWANCE = 100_000
_PAGE = 2_000

SENTENCES: Mapping[str, tuple[str, str]] = {
    "memory.unavailable": (
        sentence("The other side is briefly unavailable."),
        sentence("Raccord tries again by itself."),
    ),
    "memory.quota_exhausted": (
        sentence("The allowance of calls is used up."),
        sentence("Raccord goes on when calls are allowed again."),
    ),
    "memory.token_refused": (
        sentence("The other side no longer accepts this authorization."),
        sentence("Authorize access again. Nothing that was waiting is lost."),
    ),
    "memory.locked": (
        sentence("Somebody else is saving this record at the moment."),
        sentence("Raccord tries this record again by itself."),
    ),
    "memory.deleted": (
        sentence("The record was deleted on the other side."),
        sentence("Decide whether the contact stays without a counterpart."),
    ),
    "memory.unknown_id": (
        sentence("The other side has no record with this id."),
        sentence("Unlink the contact, so that Raccord looks for its counterpart again."),
    ),
    "memory.unknown_object": (
        sentence("The other side has no such object."),
        sentence("Choose another object for this data transfer."),
    ),
    "memory.unknown_field": (
        sentence("A mapped field no longer exists on the other side: %(fields)s."),
        sentence("Map another field, or have the field restored."),
    ),
    "memory.read_only_field": (
        sentence("A mapped field cannot be written on the other side: %(fields)s."),
        sentence("Let the field flow inbound only, or map another one."),
    ),
    "memory.required": (
        sentence("A required value is missing: %(fields)s."),
        sentence("Fill in the field on the contact."),
    ),
    "memory.too_long": (
        sentence("A value is too long: %(fields)s."),
        sentence("Shorten the value on the contact."),
    ),
    "memory.wrong_type": (
        sentence("A value does not fit the other side's type: %(fields)s."),
        sentence("Correct the value, or map a field of a fitting type."),
    ),
    "memory.invalid_email": (
        sentence("The other side refuses the e-mail address."),
        sentence("Correct the address on the contact."),
    ),
    "memory.not_a_choice": (
        sentence("A value is not one of the choices: %(fields)s."),
        sentence("Use one of the other side's choices."),
    ),
    "memory.duplicate_value": (
        sentence("Another record already has this value: %(fields)s."),
        sentence("Merge the two records on the other side."),
    ),
}

WHO: Mapping[str, Who] = {
    **dict.fromkeys(SENTENCES, Who.USER),
    "memory.unavailable": Who.NOBODY,
    "memory.quota_exhausted": Who.NOBODY,
    "memory.locked": Who.NOBODY,
    "memory.unknown_object": Who.THEIR_ADMINISTRATOR,
    "memory.unknown_field": Who.THEIR_ADMINISTRATOR,
    "memory.read_only_field": Who.THEIR_ADMINISTRATOR,
}

REMEDIES: Mapping[str, Remedy] = {
    "memory.required": Remedy.FILL,
    "memory.too_long": Remedy.CUT,
    "memory.not_a_choice": Remedy.PAIR,
}


def open_connector(conversation: Conversation) -> Connector:
    """Talk to the organization that the address ``memory://name`` names."""
    return MemoryConnector(conversation)


class MemoryConnector:
    """One authorized conversation with one in-process organization."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._organization: Organization = organization(
            urlsplit(conversation.instance_url).hostname or ""
        )

    def check(self) -> Identity:
        self._call(rows=0)
        name = self._organization.name
        return Identity(
            organization=name,
            organization_name=name.title(),
            user=OUR_USER,
            username=f"{OUR_USER}@{name}",
        )

    def describe(self, object_name: str) -> RemoteObject:
        self._call(rows=0)
        return _known(object_name)

    def push(self, writes: Sequence[Write]) -> list[Outcome]:
        try:
            fault = self._call(rows=len(writes), writes=True)
        except OutcomeUnknown as failure:
            return [Outcome(w.ref, Status.UNKNOWN, w.remote_id, failure) for w in writes]
        except Transient as failure:
            return [Outcome(w.ref, Status.RETRY, w.remote_id, failure) for w in writes]
        self._organization.on_arrival()
        outcomes = [self._write(write) for write in writes]
        self._organization.on_answer()
        if fault is Fault.LOST_AFTER_WRITE:
            lost = OutcomeUnknown("http.no_answer")
            return [Outcome(w.ref, Status.UNKNOWN, w.remote_id, lost) for w in writes]
        return outcomes

    def fetch(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        self._call(rows=len(ids))
        _known(object_name, fields)
        with self._organization.lock_all:
            people = self._organization.people
            return [people[id_].as_record(fields) for id_ in ids if id_ in people]

    def find(self, lookups: Sequence[Lookup], fields: Mapping[str, Sequence[str]]) -> list[Record]:
        self._call(rows=sum(len(lookup.values) for lookup in lookups))
        found: dict[str, Record] = {}
        for lookup in lookups:
            wanted = {
                *fields.get(lookup.object, ()),
                *(other.field for other in lookups if other.object == lookup.object),
            }
            _known(lookup.object, sorted(wanted))
            for person in self._organization.find(lookup.field, lookup.values):
                found[person.id] = person.as_record(sorted(wanted))
        return list(found.values())

    def changes(self, object_name: str, fields: Sequence[str], *, after: Position) -> Changes:
        self._call(rows=0)
        _known(object_name, fields)
        with self._organization.lock_all:
            changed = [
                person.as_record(fields)
                for person in self._organization.people.values()
                if (person.modified_at, person.id) > (after.stamp, after.id)
            ]
        self._organization.on_look()
        changed.sort(key=lambda record: (record.modified_at or after.stamp, record.id))
        return Changes(tuple(changed[:_PAGE]), more=len(changed) > _PAGE)

    def stable_until(self, object_name: str) -> datetime | None:
        self._call(rows=0)
        _known(object_name)
        return self._organization.stable_until()

    def count(self, object_name: str) -> int:
        self._call(rows=0)
        _known(object_name)
        with self._organization.lock_all:
            return sum(not person.deleted for person in self._organization.people.values())

    def scan(self, object_name: str, fields: Sequence[str], *, after: str = "") -> Page:
        self._call(rows=0)
        _known(object_name, fields)
        with self._organization.lock_all:
            people = self._organization.people
            living = (id_ for id_, person in people.items() if not person.deleted and id_ > after)
            ids = sorted(living)
            page = tuple(people[id_].as_record(fields) for id_ in ids[:_PAGE])
        self._organization.on_look()
        return Page(page, more=len(ids) > _PAGE)

    def usage(self) -> Usage | None:
        return Usage(used=self._organization.calls, allowed=_ALLOWANCE)

    def _call(self, *, rows: int, writes: bool = False) -> Fault | None:
        """Everything that comes before the other side looks at a request."""
        self._authorize()
        self._conversation.on_call(rows)
        self._conversation.on_usage(Usage(used=self._organization.calls, allowed=_ALLOWANCE))
        self._tell_time()
        fault = self._organization.next_fault()
        if fault is Fault.UNREACHABLE:
            raise Transient("http.unreachable")
        if fault is Fault.UNAVAILABLE:
            raise Transient("memory.unavailable")
        if fault is Fault.QUOTA_EXHAUSTED:
            raise QuotaExhausted("memory.quota_exhausted")
        if fault in (Fault.LOST_BEFORE_WRITE, Fault.LOST_AFTER_WRITE) and not writes:
            raise Transient("http.no_answer")
        if fault is Fault.LOST_BEFORE_WRITE:
            raise OutcomeUnknown("http.no_answer")
        return fault

    def _tell_time(self) -> None:
        clock = self._conversation.clock
        asked, shown = clock(), self._organization.clock()
        self._conversation.on_clock(measured(shown, asked=asked, answered=clock()))

    def _authorize(self) -> None:
        tokens = self._conversation.tokens
        token = tokens.current()
        if not self._organization.accepts(token) and not self._organization.accepts(
            tokens.renewed(token)
        ):
            raise AuthorizationLost("memory.token_refused")

    def _write(self, write: Write) -> Outcome:
        try:
            return self._written(write)
        except RowBusy as failure:
            return Outcome(write.ref, Status.RETRY, write.remote_id, failure)
        except Failure as failure:
            return Outcome(write.ref, Status.REJECTED, write.remote_id, failure)

    def _written(self, write: Write) -> Outcome:
        _known(write.object)
        if write.action is Action.CREATE:
            identity = {"raccord_id": write.external_id} if write.external_id else {}
            person_id, new = self._organization.create({**write.values, **identity})
            return Outcome(write.ref, Status.CREATED if new else Status.UPDATED, person_id)
        person_id = write.remote_id or ""
        if write.action is Action.UPDATE:
            self._organization.update(person_id, write.values)
            return Outcome(write.ref, Status.UPDATED, person_id)
        if write.action is Action.DELETE:
            # A record that is gone already is what was asked for.
            with suppress(RemoteGone):
                self._organization.delete(person_id, by=OUR_USER)
            return Outcome(write.ref, Status.DELETED, person_id)
        raise ValueError(f"{write.action} is not something to push")


def _known(object_name: str, fields: Sequence[str] = ()) -> RemoteObject:
    if object_name != PERSON.name:
        raise SchemaChanged("memory.unknown_object", {"object": object_name})
    if missing := [name for name in fields if name not in PERSON.fields]:
        raise SchemaChanged("memory.unknown_field", {"fields": ", ".join(missing)})
    return PERSON
