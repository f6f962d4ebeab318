"""The contract of `connectors/base.py`, spoken to one Salesforce org.

Each method is a short story over `collections` (many records by id), `query` (by value) and
`describe`; what a refusal means is said in `errors`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from raccord.connectors.base import Connector, Conversation, Identity, Limits, Usage
from raccord.connectors.salesforce import collections, describe, errors, query, wire
from raccord.connectors.salesforce.calls import DATA, Calls
from raccord.engine.errors import BadInput, SchemaChanged
from raccord.engine.records import Action, Lookup, Outcome, Record, Values, Write
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

# Read with every record: when it last changed, and by whom.
_ALWAYS_READ = ("Id", "SystemModstamp", "LastModifiedById")
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
        self._described: dict[str, RemoteObject] = {}

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
        path = f"{DATA}/sobjects/{quote(object_name, safe='')}/describe"
        said = self._calls.call("GET", path)
        try:
            described = describe.parse_object(said)  # type: ignore[arg-type]
        except (KeyError, TypeError, ValueError):
            raise errors.malformed(writes=False) from None
        self._described[object_name] = described
        return described

    def push(self, writes: Sequence[Write]) -> list[Outcome]:
        if not writes:
            return []
        if len(writes) > LIMITS.rows_per_write:
            raise ValueError(f"{len(writes)} rows do not fit one call")
        external_id_field = ""
        if writes[0].action is Action.CREATE and writes[0].external_id:
            external_id_field = self._external_id_field(writes[0].object)
        return collections.write(self._calls, writes, external_id_field=external_id_field)

    def fetch(self, object_name: str, ids: Sequence[str], fields: Sequence[str]) -> list[Record]:
        wanted = list(dict.fromkeys(ids))
        if not wanted:
            return []
        if len(wanted) > LIMITS.rows_per_read:
            raise ValueError(f"{len(wanted)} records do not fit one call")
        schema = self._schema(object_name, fields)
        names = list(dict.fromkeys((*_ALWAYS_READ, *fields)))
        read = collections.retrieve(self._calls, object_name, ids=wanted, fields=names)
        reader = _Reader(schema, fields)
        return [reader.record(record) for record in read]

    def find(self, lookups: Sequence[Lookup], fields: Mapping[str, Sequence[str]]) -> list[Record]:
        wanted: list[query.Query] = []
        readers: dict[str, _Reader] = {}
        for lookup in lookups:
            names = _fields_to_read(lookup.object, lookups, fields)
            schema = self._schema(lookup.object, names)
            _require_searchable(schema, lookup.field)
            readers[lookup.object] = _Reader(schema, names)
            wanted += query.queries(
                lookup.object,
                where=lookup.field,
                values=_distinct(lookup.values),
                fields=tuple(dict.fromkeys((*_ALWAYS_READ, *names))),
                most=LIMITS.values_per_lookup,
            )
        found = {
            (object_name, record["Id"]): readers[object_name].record(record)
            for object_name, record in query.run(self._calls, wanted)
        }
        return list(found.values())

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

    def _schema(self, object_name: str, fields: Sequence[str]) -> RemoteObject:
        """The object as described, once more if a field seems to be missing."""
        schema = self._described.get(object_name)
        if schema is None or not schema.fields.keys() >= set(fields):
            schema = self.describe(object_name)
        for name in fields:
            if name not in schema.fields or wire.parser(schema.fields[name].type) is None:
                raise errors.unreadable_field(name)
        return schema

    def _external_id_field(self, object_name: str) -> str:
        """Our field, if the org's administrator has installed it and lets us write it."""
        field = self._schema(object_name, ()).fields.get(EXTERNAL_ID_FIELD)
        return EXTERNAL_ID_FIELD if field and field.external_id and field.createable else ""


class _Reader:
    """Turns JSON records of one object into ours, with the parsers looked up once."""

    def __init__(self, schema: RemoteObject, fields: Sequence[str]) -> None:
        self._object = schema.name
        self._parsers = [
            (name, parse)
            for name in dict.fromkeys(fields)
            if (parse := wire.parser(schema.fields[name].type))
        ]

    def record(self, said: Mapping[str, Any]) -> Record:
        try:
            return Record(
                object=self._object,
                id=said["Id"],
                values=self._values(said),
                modified_at=wire.instant(said["SystemModstamp"]),
                modified_by=str(said["LastModifiedById"] or ""),
            )
        except (KeyError, TypeError, ValueError):
            raise errors.malformed(writes=False) from None

    def _values(self, said: Mapping[str, Any]) -> Values:
        values = {}
        for name, parse in self._parsers:
            try:
                values[name] = parse(said[name])
            except (ValueError, ArithmeticError):
                raise errors.unreadable_field(name) from None
        return values


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


def _distinct(values: Sequence[str]) -> list[str]:
    """Values to look for, once each: Salesforce compares without regard to case."""
    return list({value.casefold(): value for value in values if value.strip()}.values())
