"""The org as it will be after a deployment: formulas are compiled against it before it is."""

from collections.abc import Iterable, Mapping

from salesforce_simulator.org import Org
from salesforce_simulator.schema import Schema, SObjectType
from salesforce_simulator.store import Store


class PlannedOrg(Org):
    """A view of an org with some object types added or in the place of others, without rows."""

    def __init__(self, org: Org, planned: Iterable[SObjectType]) -> None:
        self.__dict__ = dict(org.__dict__)
        self.whole = self
        kinds = {each.name: each for each in org.whole.schema} | {
            each.name: each for each in planned
        }
        self._planned_schema = Schema(kinds.values())
        self._planned_stores = {name: Store(kind) for name, kind in kinds.items()}

    @property
    def schema(self) -> Schema:
        return self._planned_schema

    @property
    def stores(self) -> Mapping[str, Store]:
        return self._planned_stores
