"""A person at work in the org: what tests and demonstrations do on the other side.

    jo = simulator.representative("jo@simulated.example")
    jo.update("Contact", record_id, {"Phone": "+33 1 23 45 67 89"})

Each act is one transaction with that user as its author, and no API call.
"""

from collections.abc import Mapping
from typing import Any

from salesforce_simulator.events.origin import LIGHTNING
from salesforce_simulator.lifecycle import Conversion, clone, convert_lead, merge
from salesforce_simulator.org import Org
from salesforce_simulator.store import Row
from salesforce_simulator.transaction import Actor


class Representative:
    """Acts as one user. Refusals are RecordError, worded as the API words them."""

    def __init__(self, org: Org, username: str | None = None) -> None:
        user = org.users.find(username) if username else None
        if username and user is None:
            raise LookupError(f"no user {username!r}")
        self._org = org
        self._actor = Actor(
            user_id=user["Id"] if user else org.users.salesperson(),
            allow_duplicates=True,
            origin=LIGHTNING,
        )

    def create(self, object_name: str, values: Mapping[str, Any]) -> str:
        with self._org.transaction(self._actor) as writes:
            return writes.create(object_name, values)

    def update(self, object_name: str, record_id: str, values: Mapping[str, Any]) -> None:
        with self._org.transaction(self._actor) as writes:
            writes.update(object_name, record_id, values)

    def delete(self, object_name: str, record_id: str) -> None:
        with self._org.transaction(self._actor) as writes:
            writes.delete(object_name, record_id)

    def undelete(self, object_name: str, record_id: str) -> None:
        with self._org.transaction(self._actor) as writes:
            writes.undelete(object_name, record_id)

    def merge(
        self,
        object_name: str,
        master_id: str,
        *loser_ids: str,
        values: Mapping[str, Any] | None = None,
    ) -> None:
        with self._org.transaction(self._actor) as writes:
            merge(writes, object_name, master_id, loser_ids, values)

    def clone(
        self, object_name: str, record_id: str, values: Mapping[str, Any] | None = None
    ) -> str:
        with self._org.transaction(self._actor) as writes:
            return clone(writes, object_name, record_id, values or {})

    def convert_lead(
        self, lead_id: str, *, account_id: str | None = None, contact_id: str | None = None
    ) -> Conversion:
        with self._org.transaction(self._actor) as writes:
            return convert_lead(writes, lead_id, account_id=account_id, contact_id=contact_id)

    def records(self, object_name: str) -> list[Row]:
        """Return copies of the living rows of an object, in no promised order."""
        with self._org.lock:
            return [dict(row) for row in self._org.store(object_name).live.values()]

    def record(self, object_name: str, record_id: str) -> Row:
        """Return a copy of one row, deleted or not. KeyError if it never was."""
        with self._org.lock:
            row = self._org.store(object_name).get(record_id)
        if row is None:
            raise KeyError(record_id)
        return dict(row)
