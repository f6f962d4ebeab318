"""Everybody's permissions: `org.permissions.of(user_id).has("ModifyMetadata")`."""

from typing import TYPE_CHECKING, Any

from salesforce_simulator.permissions.grants import Grants, parse
from salesforce_simulator.schema import Schema, SObjectType

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

USUAL = Grants()
ADMINISTRATOR = Grants(system={"ViewAllData": True, "ModifyAllData": True})


class Permissions:
    """The permissions of every user. One without any named may do everything; the first user of
    the org is, unless permissions are named, its administrator, who sees all records whatever is
    shared."""

    def __init__(self, org: "Org") -> None:
        self._org = org
        self._specs: dict[str, Any] = {}
        self._grants: dict[str, Grants] = {}
        self._schemas: dict[str, tuple[tuple[SObjectType, ...], Schema]] = {}

    def of(self, user_id: str) -> Grants:
        """Return what a user may do."""
        found = self._grants.get(user_id)
        if found is not None:
            return found
        return ADMINISTRATOR if user_id == self._org.users.first() else USUAL

    def set(self, user_id: str, spec: Any) -> None:
        """Give a user these permissions, described as in a seed, in place of the former ones.

        Nothing, or an empty description, takes all limits away. ValueError for what makes no sense.
        """
        with self._org.lock:
            grants = parse(spec, find=self._org.whole.schema.find)
            self._schemas.pop(user_id, None)
            self._specs.pop(user_id, None)
            self._grants.pop(user_id, None)
            if spec:
                self._specs[user_id] = spec
                self._grants[user_id] = grants
            self._org.journal.permissions(user_id, spec)

    def specs(self) -> dict[str, Any]:
        """The permissions by user id as they were described, of those who have any."""
        return dict(self._specs)

    def schema(self, user_id: str) -> Schema:
        """Return the org's schema as a user sees it: the org's own where nothing is hidden."""
        whole = self._org.whole.schema
        grants = self.of(user_id)
        if not grants.restricts:
            return whole
        kinds = tuple(whole)
        known = self._schemas.get(user_id)
        # Object types are never changed in place: other ones mean that the metadata changed.
        if known is None or len(known[0]) != len(kinds) or any(map(_differ, known[0], kinds)):
            seen = (grants.seen(each) for each in kinds)
            known = kinds, Schema(each for each in seen if each is not None)
            self._schemas[user_id] = known
        return known[1]


def _differ(one: SObjectType, other: SObjectType) -> bool:
    return one is not other
