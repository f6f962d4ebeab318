"""What a session was told about the org's objects, remembered for ten minutes.

A describe is a call and some 80 KB, and every look needs the types of what it reads. Who opens a
conversation may know them already; else, since connectors live for one run only, the answers stay
with the HTTP client, which lives as long as the process. They are told apart by access token,
because what a describe shows depends on who asks; the token itself is not kept.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import httpx

from raccord.connectors.base import Conversation
from raccord.connectors.salesforce import errors, wire
from raccord.engine.errors import SchemaChanged
from raccord.engine.schema import RemoteObject

FRESH_FOR = timedelta(minutes=10)

_Key = tuple[str, bytes, str]
_told: WeakKeyDictionary[httpx.Client, dict[_Key, tuple[datetime, RemoteObject]]]
_told = WeakKeyDictionary()
_lock = threading.Lock()


class Schemas:
    """The described objects of one conversation. `read` makes the describe call."""

    def __init__(self, conversation: Conversation, *, read: Callable[[str], RemoteObject]) -> None:
        self._conversation = conversation
        self._read = read

    def get(self, object_name: str, fields: Sequence[str] = ()) -> RemoteObject:
        """The object with all of `fields`, read again if one seems to be missing.

        Raises SchemaChanged for a field that is not there or has no single value.
        """
        schema = self._remembered(object_name)
        if schema is None or not schema.fields.keys() >= set(fields):
            schema = self.fresh(object_name)
        for name in fields:
            if name not in schema.fields or wire.parser(schema.fields[name].type) is None:
                raise errors.unreadable_field(name)
        return schema

    def fresh(self, object_name: str) -> RemoteObject:
        """The object as it is now; remembered for those who ask next."""
        schema = self._read(object_name)
        now = self._conversation.clock()
        with _lock:
            told = _told.setdefault(self._conversation.client, {})
            for key in [key for key, (at, _) in told.items() if now - at >= FRESH_FOR]:
                del told[key]
            told[self._key(object_name)] = (now, schema)
        self._conversation.schemas[object_name] = schema
        return schema

    @contextmanager
    def doubted(self, object_name: str) -> Iterator[None]:
        """Forget the object if what was built on it turns out to be out of date."""
        try:
            yield
        except SchemaChanged:
            self._conversation.schemas.pop(object_name, None)
            with _lock:
                _told.get(self._conversation.client, {}).pop(self._key(object_name), None)
            raise

    def _remembered(self, object_name: str) -> RemoteObject | None:
        if (known := self._conversation.schemas.get(object_name)) is not None:
            return known
        with _lock:
            found = _told.get(self._conversation.client, {}).get(self._key(object_name))
        if found is None or self._conversation.clock() - found[0] >= FRESH_FOR:
            return None
        return found[1]

    def _key(self, object_name: str) -> _Key:
        token = self._conversation.tokens.current().encode()
        return self._conversation.instance_url, hashlib.sha256(token).digest(), object_name
