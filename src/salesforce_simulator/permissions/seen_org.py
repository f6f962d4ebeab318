"""The org as one user sees it, for whoever reads on that user's behalf.

    call.org = org.seen_by(user_id)

It is the same org, with the objects, fields and records missing that the user may not see: a
query, a describe or a search through it cannot tell what it does not find.
"""

from collections.abc import Mapping

from salesforce_simulator.org import Org
from salesforce_simulator.permissions.seen_store import SeenStore
from salesforce_simulator.schema import Schema
from salesforce_simulator.store import Store


class SeenOrg(Org):
    """A view of an org. All state is the org's own: what is set through either is set on both."""

    __slots__ = ("_seen_schema", "_seen_stores")

    def __init__(self, org: Org, user_id: str) -> None:
        self.__dict__ = org.__dict__
        self._seen_schema = org.permissions.schema(user_id)
        self._seen_stores: dict[str, Store] = {}
        for kind in self._seen_schema:
            store = org.whole.stores[kind.name]
            sees = org.sharing.sees(kind.name, user_id)
            whole = kind is store.kind and sees is None
            self._seen_stores[kind.name] = store if whole else SeenStore(store, kind, sees)

    @property
    def schema(self) -> Schema:
        return self._seen_schema

    @property
    def stores(self) -> Mapping[str, Store]:
        return self._seen_stores
