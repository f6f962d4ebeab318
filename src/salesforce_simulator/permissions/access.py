"""What a writer may do to a record: the checks that `transaction.py` makes before it writes."""

from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import RecordError
from salesforce_simulator.schema import SObjectType
from salesforce_simulator.store import Row, Store

if TYPE_CHECKING:
    from salesforce_simulator.org import Org


class Access:
    """The rights of one user. Each check is a RecordError where the user has not the right."""

    def __init__(self, org: "Org", user_id: str) -> None:
        self._org = org
        self._user_id = user_id
        self._grants = org.permissions.of(user_id)
        self._schema = org.permissions.schema(user_id)

    @classmethod
    def of(cls, org: "Org", user_id: str) -> "Access | None":
        """Return the rights of a user, or None where nothing limits them."""
        limited = org.permissions.of(user_id).restricts or org.sharing.restricts
        return cls(org, user_id) if limited else None

    def kind(self, kind: SObjectType) -> SObjectType:
        """Return an object type as the user sees it."""
        seen = self._schema.find(kind.name)
        if seen is None:
            message = f"sObject type '{kind.name}' is not supported."
            raise RecordError("INVALID_TYPE", message)
        return seen

    def check_object(self, kind: SObjectType, right: str) -> None:
        """Refuse a user who may not create, edit or delete records of an object at all."""
        if not self._grants.may(right, kind.name):
            raise _no_access()

    def check_record(self, store: Store, row: Row, right: str) -> None:
        """Refuse a user who may not edit or delete this record."""
        self.check_visible(store, row)
        self.check_object(store.kind, right)
        if not self._org.sharing.may_edit(store.kind.name, row, self._user_id):
            raise _no_access()

    def check_visible(self, store: Store, row: Row, *, fields: list[str] | None = None) -> None:
        """Refuse a user who does not even see a record, as the one written or as its parent."""
        sees = self._org.sharing.sees(store.kind.name, self._user_id)
        if not self._grants.may("read", store.kind.name) or (sees is not None and not sees(row)):
            raise RecordError(
                "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
                f"insufficient access rights on cross-reference id: {row['Id'][:15]}",
                fields=fields,
            )

    def sees(self, store: Store, record_id: str) -> bool:
        """Tell whether the user sees a record, deleted or not."""
        row: dict[str, Any] | None = store.get(record_id)
        sees = self._org.sharing.sees(store.kind.name, self._user_id)
        return row is not None and (sees is None or sees(row))


def _no_access() -> RecordError:
    return RecordError("INSUFFICIENT_ACCESS_OR_READONLY", "insufficient access rights on object id")
