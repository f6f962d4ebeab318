"""Installations and removals carried out in a test, without waiting for their pauses."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from raccord.connections.models import Connection
from raccord.connections.plug_in import carrying_out, installing, looking_after, removing
from raccord.connections.plug_in.models import Installation, InstalledPlugIn
from salesforce_simulator.server import Simulator
from tests.waiting import wait_until

INTEGRATION = "integration@simulated.example"


def begin(connection: Connection) -> Installation:
    return installing.begin(
        connection, started_by="ana", address_of=lambda each: f"http://127.0.0.1:9/{each.key}/"
    )


def time_passes() -> None:
    Installation.objects.update(due_at=timezone.now() - timedelta(hours=1))
    InstalledPlugIn.objects.update(due_at=timezone.now() - timedelta(hours=1))


def turn(run: Installation) -> bool:
    """Let a worker have its turn; whether the run is over."""
    time_passes()
    carrying_out.work(run.pk)
    run.refresh_from_db()
    return run.is_over


def to_the_end(run: Installation) -> Installation:
    wait_until(lambda: turn(run), seconds=90)
    return run


def installed(connection: Connection) -> Installation:
    return to_the_end(begin(connection))


def removed(connection: Connection, *, everything: bool = False) -> Installation:
    return to_the_end(removing.begin(connection, started_by="ana", everything=everything))


def looked_after(connection: Connection) -> InstalledPlugIn:
    """A worker has looked after the plug-in; what is known of it then."""
    time_passes()
    looking_after.look_after(connection.pk)
    return InstalledPlugIn.objects.get(connection=connection)


def may_not(simulator: Simulator, *system: str) -> None:
    """Take permissions away from the user that Raccord works as; none gives all of them back."""
    user = simulator.org.users.find(INTEGRATION)
    assert user is not None
    simulator.org.permissions.set(user["Id"], {"system": dict.fromkeys(system, False)})
