"""How an org was set up by its seed, to come back to it when a test asks for a reset."""

from dataclasses import dataclass
from typing import Any

from salesforce_simulator.org import Org
from salesforce_simulator.switches import settings


@dataclass(frozen=True, slots=True)
class StartingPoint:
    """Settings, rules, sharing and permissions as they were."""

    settings: dict[str, Any]
    rules: dict[str, list[Any]]
    sharing: dict[str, str]
    permissions: dict[str, Any]

    @classmethod
    def of(cls, org: Org) -> "StartingPoint":
        return cls(
            settings=settings.values(org),
            rules={kind: list(specs) for kind, specs in org.rules.specs.items()},
            sharing=org.sharing.as_dict()["defaults"],
            permissions=org.permissions.specs(),
        )

    def restore(self, org: Org) -> None:
        """Set everything as it was. Records are no part of it."""
        with org.lock:
            org.later.cancel()
            org.maintenance.clear()
            org.locked.clear()
            settings.restore(org, self.settings)
            org.rules.clear()
            for kind, specs in self.rules.items():
                for spec in specs:
                    org.rules.add(kind, spec)
            org.sharing.clear()
            for name, level in self.sharing.items():
                org.sharing.set_default(name, level)
            for user_id in {*org.permissions.specs(), *self.permissions}:
                org.permissions.set(user_id, self.permissions.get(user_id, {}))
