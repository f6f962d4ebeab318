"""The org: one customer's whole Salesforce, in memory.

Everything the pages and the API show is read here and every record is written through
`transaction`. One lock guards it all: a call sees the state between two transactions, never the
middle of one. What must outlive the process goes to the journal at the end of each transaction.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from salesforce_simulator.app_usage import AppUsage
from salesforce_simulator.bulk.jobs import Jobs
from salesforce_simulator.clock import Clock, OrgTime, to_stamp, utc_now
from salesforce_simulator.concurrency import Concurrency
from salesforce_simulator.cursors import Cursors
from salesforce_simulator.events.bus import EventBus
from salesforce_simulator.formula.field import computed
from salesforce_simulator.ids import make_id, normal_id
from salesforce_simulator.journal import Journal
from salesforce_simulator.later import Later
from salesforce_simulator.maintenance import Maintenance
from salesforce_simulator.metadata.components import Components
from salesforce_simulator.metadata.deployments import Deployments
from salesforce_simulator.metadata.retrievals import Retrievals
from salesforce_simulator.oauth.grants import Grants
from salesforce_simulator.oauth.signing import SigningKey
from salesforce_simulator.permissions.registry import Permissions
from salesforce_simulator.permissions.sharing import Sharing
from salesforce_simulator.plug_in.twin import PlugIn
from salesforce_simulator.rules.registry import Rules
from salesforce_simulator.schema import Field, Schema
from salesforce_simulator.schema.custom import custom_field
from salesforce_simulator.schema.custom_object import custom_object
from salesforce_simulator.store import Row, Store
from salesforce_simulator.transaction import Actor, Transaction
from salesforce_simulator.usage import Usage
from salesforce_simulator.users import Users

BeforeSave = Callable[[str, Row], None]
# How long the recycle bin keeps what is deleted.
BIN_REACH = timedelta(days=15)


class Org:
    """The state of one org. Settings may be changed while it runs; tests do."""

    def __init__(self, *, clock: Clock = utc_now, journal: Journal | None = None) -> None:
        self.time = OrgTime(clock)
        self.lock = threading.RLock()
        self.journal = journal or Journal.none()
        self.id = make_id("00D", secrets.randbelow(62**6))
        self.name = "Simulated org"
        self.secret = secrets.token_hex(32)
        # Itself, also where this is the view of one user (`permissions/seen_org.py`).
        self.whole = self
        self._schema = Schema()
        self.metadata_changed = clock().replace(microsecond=0)
        self._stores = {each.name: Store(each) for each in self._schema}
        self._transaction: Transaction | None = None
        self.users = Users(self)
        self.grants = Grants(self)
        self.signing_key = SigningKey(self)
        self.permissions = Permissions(self)
        self.sharing = Sharing(self)
        self.usage = Usage(self)
        self.app_usage = AppUsage(self)
        self.cursors = Cursors()
        self.jobs = Jobs(self)
        self.events = EventBus(self)
        self.rules = Rules(self)
        self.later = Later()
        self.concurrency = Concurrency()
        self.maintenance = Maintenance(self.time)
        self._long_transactions: list[datetime] = []
        self.components = Components(self)
        self.deployments = Deployments(self)
        self.plug_in = PlugIn(self)
        self.retrievals = Retrievals(self)
        self.held_back_at: datetime | None = None
        # Ids of records that nobody may change; how many records there is room for.
        self.locked: set[str] = set()
        self.storage_records: int | None = None
        self.before_save: list[BeforeSave] = []
        self.custom_objects: list[dict[str, Any]] = []
        self.custom_fields: list[tuple[str, dict[str, Any]]] = []

    @property
    def clock(self) -> Clock:
        """What the org's time runs on; `now` is what it shows, skewed or stopped."""
        return self.time.base

    @clock.setter
    def clock(self, base: Clock) -> None:
        self.time.base = base

    def now(self) -> datetime:
        return self.time()

    @property
    def schema(self) -> Schema:
        """The object types."""
        return self._schema

    @property
    def stores(self) -> Mapping[str, Store]:
        """The rows of each object, by its name."""
        return self._stores

    def seen_by(self, user_id: str) -> "Org":
        """Return the org as a user sees it: itself where nothing is hidden from that user."""
        from salesforce_simulator.permissions.seen_org import SeenOrg

        with self.lock:
            if not (self.permissions.of(user_id).restricts or self.sharing.restricts):
                return self.whole
            return SeenOrg(self.whole, user_id)

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
            self._transaction = writes = Transaction(self.whole, actor)
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
                self.plug_in.notice(writes)
                self.rules.follow_up(writes)

    def find_by_key(self, store: Store, key: Field, value: Any) -> tuple[str, ...]:
        """Return the ids of the living records whose key field holds a value."""
        if key.name == "Id":
            known = normal_id(str(value))
            return (known,) if known is not None and known in store.live else ()
        return store.ids_with(key.name, str(value).strip())

    def add_custom_object(self, spec: Mapping[str, Any]) -> None:
        """Make an object, described as in a seed; one that is there already stays as it is.

        ValueError where the description makes no sense.
        """
        with self.lock:
            if any(known["name"] == spec.get("name") for known in self.custom_objects):
                return
            kind = custom_object(spec, number=len(self.custom_objects))
            self._schema.add_object(kind)
            self._stores[kind.name] = Store(kind)
            for field in kind.fields:
                if field.formula is not None:
                    ready = self._schema.add_field(kind.name, computed(self, kind.name, field))
                    self._stores[kind.name].set_kind(ready)
            self.metadata_changed = self.now().replace(microsecond=0)
            self.custom_objects.append(dict(spec))
            self.journal.custom_object(dict(spec))

    def add_custom_field(self, object_name: str, spec: Mapping[str, Any]) -> None:
        """Give an object a field, described as in a seed. ValueError where it makes no sense."""
        with self.lock:
            found = self._schema.find(object_name)
            if found is None:
                raise ValueError(f"custom field: there is no object {object_name!r}")
            field = computed(self, found.name, custom_field(spec))
            kind = self._schema.add_field(object_name, field)
            self._stores[kind.name].set_kind(kind)
            self.metadata_changed = self.now().replace(microsecond=0)
            entry = (kind.name, dict(spec))
            if entry not in self.custom_fields:
                self.custom_fields.append(entry)
                self.journal.custom_field(*entry)

    def forget_object(self, name: str) -> None:
        """Take an object type away with all its rows: see `schema_changes.py`."""
        self._schema.remove_object(name)
        self._stores.pop(name, None)

    @property
    def never_had_records(self) -> bool:
        """Nobody, no seed either, created anything here. Removing it all does not undo that."""
        return not any(
            store.last_serial for store in self._stores.values() if not store.kind.read_only
        )

    def remove_records(self) -> None:
        """Forget every record but users and the organization itself."""
        self.jobs.clear()
        self.events.reset()
        with self.lock:
            gone = [
                (name, row["Id"])
                for name, store in self._stores.items()
                if not store.kind.read_only
                for row in list(store.rows(deleted=True))
            ]
            for name, record_id in gone:
                self._stores[name].remove(record_id)
            self.sharing.forget_records()
            self.locked.clear()
            self.journal.purged([(name, record_id, None) for name, record_id in gone])

    def empty_bin(self, record_ids: list[str] | None = None) -> int:
        """Remove records from the recycle bin for good, all of them unless ids are given."""
        wanted = None if record_ids is None else set(record_ids)
        with self.lock:
            gone = [
                (name, record_id)
                for name, store in self._stores.items()
                for record_id in list(store.deleted)
                if wanted is None or record_id in wanted
            ]
            self._erase(gone)
            return len(gone)

    def expire_bin(self) -> None:
        """Remove what has been in the recycle bin for longer than it keeps anything."""
        with self.lock:
            if not any(store.deleted for store in self._stores.values()):
                return
            oldest = to_stamp(self.now() - BIN_REACH)
            gone = [
                (name, row["Id"])
                for name, store in self._stores.items()
                for row in takewhile(lambda row: _stamp(row) < oldest, store.deleted.values())
            ]
            if gone:
                self._erase(gone)

    def _erase(self, gone: list[tuple[str, str]]) -> None:
        """Remove deleted records for good; the log of deletions goes on naming them."""
        logged = [(name, each, self._stores[name].erase(each)) for name, each in gone]
        self.journal.purged(logged)

    def covered_until(self) -> datetime:
        """Up to when the feed of changes is complete: a transaction under way holds it back."""
        with self.lock:
            held = [each for each in (self.held_back_at, *self._long_transactions) if each]
            return min([self.now(), *held])

    @property
    def is_held_back(self) -> bool:
        """A transaction is under way that holds the feed of changes back."""
        return bool(self._long_transactions)

    @contextmanager
    def long_transaction(self) -> Iterator[datetime]:
        """Hold the feed of changes back at this moment while the block runs; gives the moment."""
        with self.lock:
            began = self.now()
            self._long_transactions.append(began)
        try:
            yield began
        finally:
            with self.lock:
                self._long_transactions.remove(began)

    def integration_users(self) -> list[str]:
        """Return the ids of the users as whom apps act."""
        acting = {session.user_id for session in self.grants.sessions.values()}
        acting |= {approval.user_id for approval in self.grants.approvals.values()}
        found = (self.users.find(app.run_as) for app in self.grants.apps.values() if app.run_as)
        return sorted(acting | {row["Id"] for row in found if row is not None})

    def now_stamp(self) -> str:
        return to_stamp(self.now())


def _stamp(row: Row) -> str:
    return str(row["SystemModstamp"])
