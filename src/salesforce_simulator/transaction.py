"""One transaction of the org: the writes of one call, kept or undone together.

    with org.transaction(actor_id=user) as writes:
        record_id = writes.create("Contact", {"LastName": "Durand"})

Every write judges its record completely before it touches a row, so a refused record leaves
nothing behind and the caller may go on with the next. An exception that leaves the block, or
`undo_all`, puts every row back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from salesforce_simulator import integrity, references
from salesforce_simulator.clock import to_stamp
from salesforce_simulator.errors import RecordError, entity_is_deleted
from salesforce_simulator.ids import make_id, normal_id
from salesforce_simulator.permissions.access import Access
from salesforce_simulator.schema import Field, SObjectType
from salesforce_simulator.schema.custom import numbered
from salesforce_simulator.store import Row, Store
from salesforce_simulator.validation import stored_value

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


# What goes to the recycle bin, and comes back, with the account it belongs to.
_GO_ALONG = {"Account": ("Contact", "Opportunity")}
_LAST_MODIFIED = ("LastModifiedDate", "LastModifiedById")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who writes, and with which options of the call.

    unlimited: the org itself acts in that name; automated: it does so by an automation. began: when
    the transaction did, for one that commits late; its stamps are of that moment.
    """

    user_id: str
    client: str | None = None
    allow_duplicates: bool = False
    version: str = "62.0"
    # As change events name it, see events/origin.py.
    origin: str = ""
    unlimited: bool = False
    automated: bool = False
    began: datetime | None = None


class Transaction:
    """Writes under the org's lock. `changed` holds (object, row) of every row put, in order."""

    def __init__(self, org: "Org", actor: Actor) -> None:
        self.org = org
        self.actor = actor
        self.stamp = to_stamp(actor.began or org.now())
        self._access = None if actor.unlimited else Access.of(org, actor.user_id)
        self.changed: list[tuple[str, Row]] = []
        self._undo: list[tuple[Store, str, Row | None]] = []

    def create(self, object_name: str, values: Mapping[str, Any]) -> str:
        """Create a record and return its id. RecordError says why not."""
        store = self.org.store(object_name)
        kind = self.seen(store.kind)
        self._check_writable(kind, "createable")
        if self._access is not None:
            self._access.check_object(kind, "create")
        row = self._new_row(store)
        row.update(self._stored_values(kind, values, creating=True))
        self._save(store, row, None)
        return str(row["Id"])

    def update(self, object_name: str, record_id: str, values: Mapping[str, Any]) -> None:
        """Change the named fields of a living record."""
        store = self.org.store(object_name)
        self._check_writable(store.kind, "updateable")
        kind = self.seen(store.kind)
        old = self._living(store, record_id)
        self.check_record(store, old, "edit")
        integrity.check_unlocked(self.org, old["Id"])
        if old.get("IsConverted"):
            raise RecordError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        changes = self._stored_values(kind, values, creating=False)
        row = {name: value for name, value in {**old, **changes}.items() if value is not None}
        self._save(store, row, old)

    def upsert(
        self, object_name: str, key: Field, value: Any, values: Mapping[str, Any]
    ) -> tuple[str, bool]:
        """Update the one record whose key field holds the value, or create it.

        Returns (id, created). Several such records are a DUPLICATE_VALUE.
        """
        store = self.org.store(object_name)
        found = self.org.find_by_key(store, key, value)
        if self._access is not None:
            found = tuple(each for each in found if self._access.sees(store, each))
        if len(found) > 1:
            raise RecordError(
                "DUPLICATE_VALUE",
                f"duplicate value found: {key.name} duplicates value on record with id: {found[0]}",
                fields=[key.name],
            )
        if found:
            self.update(object_name, found[0], values)
            return found[0], False
        if key.name == "Id":
            raise RecordError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        return self.create(object_name, {**values, key.name: value}), True

    def delete(self, object_name: str, record_id: str) -> None:
        """Move a record to the recycle bin, an account with its contacts and opportunities."""
        store = self.org.store(object_name)
        self._check_writable(store.kind, "deletable")
        row = self._living(store, record_id)
        self.check_record(store, row, "delete")
        integrity.check_unlocked(self.org, row["Id"])
        self.put_changed(store, {**row, "IsDeleted": True})
        for name in _GO_ALONG.get(store.kind.name, ()):
            children = self.org.store(name)
            for each in children.ids_with("AccountId", row["Id"]):
                child = children.live[each]
                gone = {**child, "IsDeleted": True, references.DELETED_WITH: row["Id"]}
                self.put_changed(children, gone)

    def undelete(self, object_name: str, record_id: str) -> None:
        """Take a record back out of the bin, with what was deleted along with it."""
        store = self.org.store(object_name)
        row = store.deleted.get(normal_id(record_id) or "")
        if row is None:
            raise RecordError("UNDELETE_FAILED", "Entity is not in the recycle bin")
        if row.get("MasterRecordId"):
            raise RecordError("UNDELETE_FAILED", "Cannot undelete a record that was merged")
        self.check_record(store, row, "delete")
        restored = {**row, "IsDeleted": False}
        restored.pop(references.DELETED_WITH, None)
        references.check_unique(store, restored)
        self.put_changed(store, restored)
        for name in _GO_ALONG.get(store.kind.name, ()):
            for child in list(self.org.store(name).deleted.values()):
                if child.get(references.DELETED_WITH) == row["Id"]:
                    self.undelete(name, child["Id"])

    def check_record(self, store: Store, row: Row, right: str) -> None:
        """Refuse an actor who may not edit or delete this record."""
        if self._access is not None:
            self._access.check_record(store, row, right)

    def put_changed(self, store: Store, row: Row) -> None:
        """Store a row as changed now by the actor. For writes that are the org's own as well."""
        self._stamp(row)
        self.put(store, row)

    def put(self, store: Store, row: Row) -> None:
        """Store a row as it is."""
        self._undo.append((store, row["Id"], store.put(row)))
        self.changed.append((store.kind.name, row))

    def changes(self) -> Iterator[tuple[str, Row | None, Row]]:
        """Yield (object, row before, row now) of every row put, in order."""
        for (name, row), (_, _, before) in zip(self.changed, self._undo, strict=True):
            yield name, before, row

    def absorb(self, part: "Transaction") -> None:
        """Make the writes of an inner transaction a part of this one."""
        self._undo += part._undo
        self.changed += part.changed

    def undo_all(self) -> None:
        """Put every row back as it was before the transaction."""
        for store, record_id, old in reversed(self._undo):
            if old is None:
                store.remove(record_id)
            else:
                store.put(old)
        for store in {store for store, _, old in self._undo if old is not None}:
            store.reorder()
        self._undo.clear()
        self.changed.clear()

    def _stamp(self, row: Row) -> None:
        row["LastModifiedDate"] = row["SystemModstamp"] = self.stamp
        row["LastModifiedById"] = self.actor.user_id

    def seen(self, kind: SObjectType) -> SObjectType:
        """Return an object type as the actor sees it."""
        return kind if self._access is None else self._access.kind(kind)

    def _new_row(self, store: Store) -> Row:
        store.last_serial += 1
        row: Row = {"Id": make_id(store.kind.key_prefix, store.last_serial)}
        row.update(store.kind.initial)
        for field in store.kind.numbered:
            row[field.name] = numbered(field.number_format or "", store.last_serial)
        owner = store.kind.field("OwnerId")
        if owner is not None:
            row["OwnerId"] = self.actor.user_id
        row["CreatedDate"] = self.stamp
        row["CreatedById"] = self.actor.user_id
        return row

    def _stored_values(
        self, kind: SObjectType, values: Mapping[str, Any], *, creating: bool
    ) -> Row:
        stored: Row = {}
        refused: list[str] = []
        for name, value in values.items():
            field = kind.field(name)
            if field is None:
                if name != "attributes":
                    stored.update(
                        references.by_external_id(self.org, kind, name, value, access=self._access)
                    )
                continue
            if not (field.createable if creating else field.updateable):
                refused.append(field.name)
                continue
            known = stored_value(field, value)
            if known is not None and field.type == "reference":
                references.check_target(self.org, field, known, access=self._access)
            stored[field.name] = known
        if refused:
            raise _read_only(refused)
        if creating:
            return {name: value for name, value in stored.items() if value is not None}
        return stored

    def _check_required(self, kind: SObjectType, row: Row) -> None:
        missing = [name for name in kind.required if row.get(name) is None]
        if missing:
            names = ", ".join(missing)
            raise RecordError(
                "REQUIRED_FIELD_MISSING", f"Required fields are missing: [{names}]", fields=missing
            )

    def _save(self, store: Store, row: Row, old: Row | None) -> None:
        name = store.kind.name
        for rewrite in self.org.before_save:
            rewrite(name, row)
        if store.kind.worked_out is not None:
            row.update(store.kind.worked_out(old, row))
        self.org.rules.before_save(name, row, old)
        self._check_required(store.kind, row)
        integrity.check_saved(self.org, store, row, old)
        references.check_unique(store, row, access=self._access)
        self.org.rules.judge(name, row, old, actor=self.actor, access=self._access)
        # A new row holds these only where its writer may set audit fields, and did.
        given = {each: row[each] for each in _LAST_MODIFIED if old is None and each in row}
        self._stamp(row)
        self.put(store, row | given)

    def _living(self, store: Store, record_id: str) -> Row:
        known = normal_id(record_id)
        if known is None:
            raise RecordError("MALFORMED_ID", f"malformed id {record_id}", fields=["Id"])
        row = store.live.get(known)
        if row is not None:
            return row
        if known in store.deleted:
            raise entity_is_deleted()
        raise RecordError("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")

    def _check_writable(self, kind: SObjectType, verb: str) -> None:
        if kind.read_only:
            raise RecordError(
                "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", f"entity type {kind.name} is not {verb}"
            )


def _read_only(names: list[str]) -> RecordError:
    if names == ["Id"]:
        message = "The Id field should not be specified in the sobject data."
        return RecordError("INVALID_FIELD", message)
    return RecordError(
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        f"Unable to create/update fields: {', '.join(names)}. Please check the security settings "
        "of this field and verify that it is read/write for your profile or permission set.",
        fields=names,
    )
