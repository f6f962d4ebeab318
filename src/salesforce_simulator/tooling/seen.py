"""The org through the tables of the Tooling API: queries run on it as they run on records."""

from collections.abc import Mapping

from salesforce_simulator.org import Org
from salesforce_simulator.schema import Schema
from salesforce_simulator.store import Store
from salesforce_simulator.tooling.rows import rows_of
from salesforce_simulator.tooling.tables import SHARED, TABLES


class ToolingOrg(Org):
    """A view of an org, made for one call: its tables are filled when a query asks for them."""

    def __init__(self, org: Org) -> None:
        self.__dict__ = dict(org.__dict__)
        shared = [kind for each in SHARED if (kind := org.schema.find(each)) is not None]
        self._tooling_schema = Schema([*TABLES, *shared])
        self._tooling_stores = _Filled(org, [each.name for each in shared])

    @property
    def schema(self) -> Schema:
        return self._tooling_schema

    @property
    def stores(self) -> Mapping[str, Store]:
        return self._tooling_stores


class _Filled(dict[str, Store]):
    """The stores, each filled at first sight."""

    def __init__(self, org: Org, shared: list[str]) -> None:
        super().__init__({name: org.stores[name] for name in shared})
        self._org = org
        self._tables = {each.name: each for each in TABLES}

    def __missing__(self, name: str) -> Store:
        store = Store(self._tables[name])
        for row in rows_of(self._org, name):
            store.put({key: value for key, value in row.items() if value is not None})
        self[name] = store
        return store

    def get(self, name: str, default: Store | None = None) -> Store | None:  # type: ignore[override]
        return self[name] if name in self or name in self._tables else default
