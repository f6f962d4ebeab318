"""Stage 4 of applying: the integration. Whom it alerts is written with the rest; only after that
was committed are its operations ticked and it is switched on or off.
"""

from __future__ import annotations

from dataclasses import dataclass

from raccord.alerts import recipients
from raccord.blueprint.apply_run import ApplyRun
from raccord.blueprint.document import IntegrationPart
from raccord.blueprint.reading import Keys
from raccord.connections import editing
from raccord.connections.models import Connection, Integration, IntegrationState
from raccord.sync import activate


@dataclass(frozen=True, slots=True)
class Switch:
    """What is still to be done with an integration once everything else is committed."""

    integration: Integration
    part: IntegrationPart
    keys: Keys

    def turn(self, run: ApplyRun) -> None:
        """Tick the operations, then switch on or off. Raises InvalidBlueprint."""
        with run.placed(self.keys):
            result = self._ticked() or "unchanged"
            result = self._switched() or result
        run.note("data integration", self.integration.connection.name, result)

    def _ticked(self) -> str:
        ids = {one.object: one.pk for one in self.integration.connection.transfers.all()}
        wanted = {ids[name]: set(ticked) for name, ticked in self.part.operations.items()}
        rows = self.integration.update_types.all()
        current = {one.transfer_id: set(one.operations) for one in rows}
        if all(current.get(key, set()) == ticked for key, ticked in wanted.items()):
            return ""
        activate.change_operations(self.integration, wanted)
        return "changed"

    def _switched(self) -> str:
        if self.part.active and self.integration.state == IntegrationState.DISABLED:
            activate.activate(self.integration)
            return "activated"
        if not self.part.active and self.integration.state == IntegrationState.ACTIVE:
            activate.deactivate(self.integration)
            return "deactivated"
        return ""


def set_up_integration(
    connection: Connection, part: IntegrationPart, keys: Keys, *, run: ApplyRun
) -> Switch:
    """The connection's integration with its recipients, not switched yet."""
    integration = editing.create_integration(connection)
    with run.placed((*keys, "alerts")):
        recipients.set_recipients(
            integration, [(alert.email, alert.language) for alert in part.alerts]
        )
    return Switch(integration, part, keys)
