"""One installation to play in: a database, two workers, an organization, everything both ways."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bench import installation
from soak.organization import Organization
from soak.programs import Killable

if TYPE_CHECKING:
    from raccord.connections.models import DataTransfer
    from raccord.contacts.models import Project
    from raccord.processes.supervisor import Program

WORKERS = 2
OUR_USERNAME = "integration@exemple.test"

RULES: Mapping[str, str] = {
    "first_name": "theirs",
    "title": "ours",
    "city": "newest",
    "country": "theirs_unless_blank",
    "state": "ask",
}
"""Every rule for what both sides changed, one field for each."""

REMOTE: Mapping[str, str] = {
    "first_name": "FirstName",
    "title": "Title",
    "city": "MailingCity",
    "country": "MailingCountry",
    "state": "MailingState",
}


@dataclass(frozen=True)
class Stage:
    """What a run plays with. our_user: the id under which Raccord writes over there."""

    folder: Path
    project: Project
    transfer: DataTransfer
    organization: Organization
    workers: tuple[Killable, ...]
    our_user: str


@contextmanager
def staged() -> Iterator[Stage]:
    """Everything started, connected and active; nothing of it is left afterwards.

    Once per process, since the settings are read once.
    """
    with installation.fresh() as folder:
        from django.conf import settings

        from raccord.demo import scenery
        from raccord.processes import ports, programs
        from raccord.processes.last_will import LastWill

        will = LastWill()
        seed = scenery.write_organization(
            folder / "seed.json", public_url=settings.PUBLIC_URL, with_records=False
        )
        port = urlsplit(settings.SIMULATOR_URL).port or 80
        journal = folder / "organization.journal"
        program = programs.simulator(port=port, data=journal, seed=seed)
        program = replace(program, is_ready=lambda: ports.accepts_connections(port))
        simulator = Killable(program, output=folder / "simulator.log", will=will)
        organization = Organization(settings.SIMULATOR_URL, simulator, journal=journal)
        workers = tuple(
            Killable(_worker(number), output=folder / f"worker-{number}.log", will=will)
            for number in range(1, WORKERS + 1)
        )
        try:
            simulator.start()
            project, transfer = _set_up()
            our_user = organization.user_id(OUR_USERNAME)
            for worker in workers:
                worker.start()
            yield Stage(folder, project, transfer, organization, workers, our_user)
        finally:
            for each in (*workers, simulator):
                each.kill()
            will.execute()


def _worker(number: int) -> Program:
    import sys

    from raccord.processes.supervisor import Program

    return Program(name=f"worker-{number}", command=(sys.executable, "-m", "soak.haste"))


def _set_up() -> tuple[Project, DataTransfer]:
    """The demo's set-up with every pair both ways; who is known on one side only is made there."""
    from raccord.blueprint.applying import apply
    from raccord.blueprint.reading import read
    from raccord.connections.models import DataTransfer, FieldMapping, Integration
    from raccord.demo import scenery
    from raccord.sync import activate

    file = read(scenery.BLUEPRINT)
    (connection,) = file.blueprint.connections
    assert connection.integration is not None
    off = connection.integration.model_copy(update={"active": False})
    inactive = connection.model_copy(update={"integration": off})
    apply(replace(file, blueprint=file.blueprint.model_copy(update={"connections": (inactive,)})))
    FieldMapping.objects.update(direction="both", rule="theirs")
    for key, rule in RULES.items():
        FieldMapping.objects.filter(field__key=key).update(rule=rule)
    DataTransfer.objects.update(only_there="create")
    # Where luck is bad on purpose, many refusals in a row say nothing of the set-up.
    Integration.objects.update(failure_limit=1_000_000)
    activate.activate(Integration.objects.get())
    transfer = DataTransfer.objects.select_related("connection__project").get()
    return transfer.connection.project, transfer
