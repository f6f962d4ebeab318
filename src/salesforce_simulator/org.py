"""The org: one customer's whole Salesforce, in memory.

Everything the pages and the API show is read here and every record is written through
`transaction`. One lock guards it all: a call sees the state between two transactions, never the
middle of one. What must outlive the process goes to the journal at the end of each transaction.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from salesforce_simulator.bulk.jobs import Jobs
from salesforce_simulator.clock import Clock, to_stamp, utc_now
from salesforce_simulator.cursors import Cursors
from salesforce_simulator.events.bus import EventBus
from salesforce_simulator.ids import make_id, normal_id
from salesforce_simulator.journal import Journal
from salesforce_simulator.oauth.grants import Grants
from salesforce_simulator.rules import DuplicateRule, ValidationRule
from salesforce_simulator.schema import Field, Schema
from salesforce_simulator.schema.custom import custom_field
from salesforce_simulator.schema.custom_object import custom_object
from salesforce_simulator.store import Row, Store
from salesforce_simulator.transaction import Actor, Transaction
from salesforce_simulator.usage import Usage
from salesforce_simulator.users import Users

BeforeSave = Callable[[str, Row], None]


class Org:
    """The state of one org. Settings may be changed while it runs; tests do."""

    def __init__(self, *, clock: Clock = utc_now, journal: Journal | None = None) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.journal = journal or Journal.none()
        self.id = make_id("00D", secrets.randbelow(62**6))
        self.name = "Simulated org"
        self.secret = secrets.token_hex(32)
        self.schema = Schema()
        self.metadata_changed = clock().replace(microsecond=0)
        self.stores = {each.name: Store(each) for each in self.schema}
        self._transaction: Transaction | None = None
        self.users = Users(self)
        self.grants = Grants(self)
        self.usage = Usage(self)
        self.cursors = Cursors()
        self.jobs = Jobs(self)
        self.events = EventBus(self)
        self.validation_rules: list[ValidationRule] = []
        self.duplicate_rules: list[DuplicateRule] = []
        self.held_back_at: datetime | None = None
        self.before_save: list[BeforeSave] = []
        self.custom_objects: list[dict[str, Any]] = []
        self.custom_fields: list[tuple[str, dict[str, Any]]] = []

    def store(self, object_name: str) -> Store:
        """Return the rows of an object, named in any case. KeyError if there is no such object."""
        found = self.stores.get(object_name)
        if found is not None:
            return found
        kind = self.schema.find(object_name)
        if kind is None:
            raise KeyError(object_name)
        return self.stores[kind.name]

    @contextmanager
    def transaction(self, actor: Actor) -> Iterator[Transaction]:
        """Hold the org for one transaction: commits at the end, undoes all on an exception.

        One within another is a part of it, which can be undone by itself.
        """
        with self.lock:
            outer = self._transaction
            self._transaction = writes = Transaction(self, actor)
            try:
                yield writes
            except BaseException:
                writes.undo_all()
                raise
            finally:
                self._transaction = outer
            if outer is not None:
                outer.absorb(writes)
            else:
                events = self.events.events_of(writes)
                self.journal.rows(writes.changed, events)
                self.events.publish(events)

    def find_by_key(self, store: Store, key: Field, value: Any) -> tuple[str, ...]:
        """Return the ids of the living records whose key field holds a value."""
        if key.name == "Id":
            known = normal_id(str(value))
            return (known,) if known in store.live else ()
        return store.ids_with(key.name, str(value).strip())

    def add_custom_object(self, spec: Mapping[str, Any]) -> None:
        """Make an object, described as in a seed; one that is there already stays as it is.

        ValueError where the description makes no sense.
        """
        with self.lock:
            if any(known["name"] == spec.get("name") for known in self.custom_objects):
                return
            kind = custom_object(spec, number=len(self.custom_objects))
            self.schema.add_object(kind)
            self.stores[kind.name] = Store(kind)
            self.metadata_changed = self.clock().replace(microsecond=0)
            self.custom_objects.append(dict(spec))
            self.journal.custom_object(dict(spec))

    def add_custom_field(self, object_name: str, spec: Mapping[str, Any]) -> None:
        """Give an object a field, described as in a seed. ValueError where it makes no sense."""
        with self.lock:
            kind = self.schema.add_field(object_name, custom_field(spec))
            self.stores[kind.name].set_kind(kind)
            self.metadata_changed = self.clock().replace(microsecond=0)
            entry = (kind.name, dict(spec))
            if entry not in self.custom_fields:
                self.custom_fields.append(entry)
                self.journal.custom_field(*entry)

    @property
    def never_had_records(self) -> bool:
        """Nobody, no seed either, created anything here. Removing it all does not undo that."""
        return not any(
            store.last_serial for store in self.stores.values() if not store.kind.read_only
        )

    def remove_records(self) -> None:
        """Forget every record but users and the organization itself."""
        self.jobs.clear()
        self.events.reset()
        with self.lock:
            gone = [
                (name, row["Id"])
                for name, store in self.stores.items()
                if not store.kind.read_only
                for row in list(store.rows(deleted=True))
            ]
            for name, record_id in gone:
                self.stores[name].remove(record_id)
            self.journal.purged(gone)

    def empty_bin(self, record_ids: list[str] | None = None) -> int:
        """Remove records from the recycle bin for good, all of them unless ids are given."""
        wanted = None if record_ids is None else set(record_ids)
        with self.lock:
            gone = [
                (name, record_id)
                for name, store in self.stores.items()
                for record_id in list(store.deleted)
                if wanted is None or record_id in wanted
            ]
            for name, record_id in gone:
                self.stores[name].remove(record_id)
            self.journal.purged(gone)
            return len(gone)

    def covered_until(self) -> datetime:
        """Up to when the feed of changes is complete: a transaction under way holds it back."""
        return min(self.clock(), self.held_back_at or self.clock())

    def now_stamp(self) -> str:
        return to_stamp(self.clock())
