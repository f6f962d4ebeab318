"""`raccord demo`: an installation beside a simulated organization, ready to be clicked through."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from raccord.demo import scenery, seeding
from raccord.processes import programs
from raccord.processes.supervisor import Supervisor

WELCOME = gettext_noop("""
Raccord is ready.                                                  (Ctrl-C stops everything)

  Raccord                   {url}
    sign in with            {email}
    password                {password}

  The simulated Salesforce  {simulator}
    sign in with            {organization_user}
    password                {organization_password}

  The project "Demo" is connected and syncing. To connect one yourself in five steps, begin at
  {url}/projects/{try_it}/connections/
  and authorize with the simulated user above.
""")


class Command(BaseCommand):
    help = "Run Raccord with a simulated organization and 1,000 contacts. Ctrl-C stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")

    def handle(self, *_args: Any, host: str, **_options: Any) -> None:
        seed = scenery.write_organization(
            settings.DATA_DIR / "organization-seed.json",
            public_url=settings.PUBLIC_URL,
            with_records=True,
        )
        with Supervisor() as supervisor:
            supervisor.start(
                programs.simulator(
                    port=_port(settings.SIMULATOR_URL),
                    data=settings.DATA_DIR / "organization.journal",
                    seed=seed,
                )
            )
            seeding.administrator()
            seeding.contacts(seeding.set_up())
            seeding.set_up_project_to_try()
            supervisor.start(programs.worker(1))
            supervisor.start(programs.web(host=host, port=_port(settings.PUBLIC_URL)))
            self.stdout.write(_welcome())
            self.stdout.flush()
            supervisor.watch()


def _port(url: str) -> int:
    return urlsplit(url).port or 80


def _welcome() -> str:
    return _(WELCOME).format(
        url=settings.PUBLIC_URL,
        simulator=settings.SIMULATOR_URL,
        try_it=scenery.TRY_IT_PROJECT,
        email=scenery.ADMIN_EMAIL,
        password=scenery.ADMIN_PASSWORD,
        organization_user=scenery.ORGANIZATION_USER,
        organization_password=scenery.ORGANIZATION_PASSWORD,
    )
