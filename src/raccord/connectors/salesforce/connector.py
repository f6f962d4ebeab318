"""The contract of `connectors/base.py`, spoken to one Salesforce org.

Each method is a short story over `collections` (many records by id), `query` (by value) and
`describe`; what a refusal means is said in `errors`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from urllib.parse import quote

from raccord.connectors.base import (
    Changes,
    Connector,
    Conversation,
    Identity,
    Limits,
    Page,
    Position,
    Usage,
)
from raccord.connectors.salesforce import (
    changes,
    collections,
    describe,
    errors,
    query,
    scanning,
)
from raccord.connectors.salesforce.calls import DATA, Calls
from raccord.connectors.salesforce.reader import Reader
from raccord.connectors.salesforce.schemas import Schemas
from raccord.engine.errors import BadInput, SchemaChanged
from raccord.engine.records import Action, Lookup, Outcome, Record, Write
from raccord.engine.schema import RemoteObject, RemoteType

EXTERNAL_ID_FIELD = "Raccord_Id__c"

LIMITS = Limits(
    rows_per_write=200,
    rows_per_read=2000,
    values_per_lookup=200,
    parallel_calls=4,
    call_deadline=timedelta(seconds=120),
    # No request lives longer on Salesforce's servers, whatever became of its connection.
    max_request_time=timedelta(minutes=10),
)

# What SOQL compares as quoted strings; long text is stored where no filter reaches it.
_SEARCHABLE = frozenset(
    {
        RemoteType.ID,
        RemoteType.STRING,
        RemoteType.EMAIL,
        RemoteType.PHONE,
        RemoteType.URL,
        RemoteType.PICKLIST,
        RemoteType.REFERENCE,
        RemoteType.TEXT,
    }
)
_LONGEST_SEARCHABLE = 255


def open_connector(conversation: Conversation) -> Connector:
    """Talk to the org that the conversation's grant belongs to."""
    return SalesforceConnector(conversation)


class SalesforceConnector:
    """One authorized conversation with one org; safe to use from several threads."""

    def __init__(
        self, conversation: Conversation, *, deadline: timedelta = LIMITS.call_deadline
    ) -> None:
        self._calls = Calls(conversation, deadline=deadline)
        self._schemas = Schemas(conversation, read=self._read_schema)
        self._clock = conversation.clock

    def check(self) -> Identity:
        said = self._calls.call("GET", "/services/oauth2/userinfo")
        if not isinstance(said, dict):
            raise errors.malformed(writes=False)
        try:
            return Identity(
                organization=str(said["organization_id"]),
                organization_name=self._organization_name(),
                user=str(said["user_id"]),
                username=str(said["preferred_username"]),
            )
        except KeyError:
            raise errors.malformed(writes=False) from None

    def describe(self, object_name: str) -> RemoteObject:
        return self._schemas.fresh(object_name)

    def push(self, writes: Sequence[Write]) -> list[Outcome]:
        if not writes:
            return []
        if len(writes) > LIMITS.rows_per_write:
            raise ValueError(f"{len(writes)} rows do not fit one call")
        first = writes[0]
        identified = first.action is Action.CREATE and first.external_id
        with self._schemas.doubted(first.object):
            external_id_field = self._external_id_field(first.object) if identified else ""
            return collections.write(self._calls, writes, external_id_field=external_id_field)

    def fetch(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return []
        if len(wanted) > LIMITS.rows_per_read:
            raise ValueError(f"{len(wanted)} records do not fit one call")
        with self._schemas.doubted(object_name):
            reader = Reader(self._schemas.get(object_name, fields), fields)
            read = collections.retrieve(
                self._calls, object_name, ids=wanted, fields=reader.fields_to_read
            )
            records = [reader.record(record) for record in read]
            seen = {_short(record.id) for record in records}
            missing = [id_ for id_ in wanted if _short(id_) not in seen]
            return records + self._deleted(object_name, missing, reader)

    def find(self, lookups: Sequence[Lookup], fields: Mapping[str, Sequence[str]]) -> list[Record]:
        with ExitStack() as stack:
            wanted: list[query.Query] = []
            readers: dict[str, Reader] = {}
            for lookup in lookups:
                stack.enter_context(self._schemas.doubted(lookup.object))
                names = _fields_to_read(lookup.object, lookups, fields)
                schema = self._schemas.get(lookup.object, names)
                _require_searchable(schema, lookup.field)
                reader = readers[lookup.object] = Reader(schema, names)
                wanted += query.queries(
                    lookup.object,
                    where=lookup.field,
                    values=_distinct(lookup.values),
                    fields=reader.fields_to_read,
                    most=LIMITS.values_per_lookup,
                )
            found = {
                (object_name, record["Id"]): readers[object_name].record(record)
                for object_name, record in query.run(self._calls, wanted)
            }
        return list(found.values())

    def changes(self, object_name: str, fields: Sequence[str], *, after: Position) -> Changes:
        with self._schemas.doubted(object_name):
            return changes.read(
                self._calls,
                self._schemas,
                object_name,
                fields,
                after=after,
                most=LIMITS.rows_per_read,
            )

    def stable_until(self, object_name: str) -> datetime | None:
        return changes.stable_until(self._calls, object_name, now=self._clock())

    def count(self, object_name: str) -> int:
        with self._schemas.doubted(object_name):
            return scanning.count(self._calls, object_name)

    def scan(self, object_name: str, fields: Sequence[str], *, after: str = "") -> Page:
        with self._schemas.doubted(object_name):
            return scanning.page(
                self._calls,
                self._schemas,
                object_name,
                fields,
                after=after,
                most=LIMITS.rows_per_read,
            )

    def usage(self) -> Usage | None:
        return self._calls.usage

    def _organization_name(self) -> str:
        """The org's name for people; "" where our user may not read it.

        The first call to the data API, so it also shows whether that is allowed at all.
        """
        try:
            said = self._calls.call("GET", f"{DATA}/query?q=SELECT+Id,Name+FROM+Organization")
        except SchemaChanged:
            return ""
        records = said.get("records") if isinstance(said, dict) else None
        return str(records[0].get("Name") or "") if records else ""

    def _deleted(self, object_name: str, ids: Sequence[str], reader: Reader) -> list[Record]:
        """Those of `ids` that the org says were deleted, and what they were merged into.

        A record that is merely not returned may be one that our user may not see.
        """
        known = self._schemas.get(object_name).fields
        evidence = [name for name in changes.DELETION_FIELDS if name in known]
        wanted = query.queries(
            object_name,
            where="Id",
            values=ids,
            fields=tuple(dict.fromkeys((*reader.fields_to_read, *evidence))),
            most=LIMITS.rows_per_read,
            deleted_too=True,
        )
        return [
            replace(
                reader.record(said), deleted=True, merged_into=said.get("MasterRecordId") or None
            )
            for _, said in query.run(self._calls, wanted)
            if said.get("IsDeleted") is True
        ]

    def _read_schema(self, object_name: str) -> RemoteObject:
        path = f"{DATA}/sobjects/{quote(object_name, safe='')}/describe"
        said = self._calls.call("GET", path)
        try:
            return describe.parse_object(said)  # type: ignore[arg-type]
        except (KeyError, TypeError, ValueError):
            raise errors.malformed(writes=False) from None

    def _external_id_field(self, object_name: str) -> str:
        """Our field, if the org's administrator has installed it and lets us write it."""
        field = self._schemas.get(object_name).fields.get(EXTERNAL_ID_FIELD)
        return EXTERNAL_ID_FIELD if field and field.external_id and field.createable else ""


def _fields_to_read(
    object_name: str, lookups: Sequence[Lookup], fields: Mapping[str, Sequence[str]]
) -> tuple[str, ...]:
    """What the caller wants of an object, and every field that it is looked up by."""
    looked_up = (lookup.field for lookup in lookups if lookup.object == object_name)
    return tuple(dict.fromkeys((*fields.get(object_name, ()), *looked_up)))


def _require_searchable(schema: RemoteObject, field_name: str) -> None:
    field = schema.fields[field_name]
    too_long = (field.max_length or 0) > _LONGEST_SEARCHABLE
    if field.type not in _SEARCHABLE or too_long:
        raise BadInput("salesforce.FIELD_NOT_SEARCHABLE", {"fields": field_name}, at=field_name)


def _short(record_id: str) -> str:
    """The part of an id that tells records apart: its 15 characters, without the checksum."""
    return record_id[:15]


def _distinct(values: Sequence[str]) -> list[str]:
    """Values to look for, once each: Salesforce compares without regard to case."""
    return list({value.casefold(): value for value in values if value.strip()}.values())
