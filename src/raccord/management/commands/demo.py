"""`raccord demo`: an installation beside a simulated organization, ready to be clicked through."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

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


MAIL = gettext_noop("""
  E-mails such as alerts are not sent but written as files to
  {folder}
""")


class Command(BaseCommand):
    help = "Run Raccord with a simulated organization and 1,000 contacts. Ctrl-C stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, required=True, help="port to listen on")
        parser.add_argument("--simulator-port", type=int, required=True, help="the simulator's")

    def handle(
        self, *_args: Any, host: str, port: int, simulator_port: int, **_options: Any
    ) -> None:
        seed = scenery.write_organization(
            settings.DATA_DIR / "organization-seed.json",
            public_url=settings.PUBLIC_URL,
            with_records=True,
        )
        with Supervisor() as supervisor:
            supervisor.start(
                programs.simulator(
                    port=simulator_port,
                    data=settings.DATA_DIR / "organization.journal",
                    seed=seed,
                )
            )
            seeding.administrator()
            seeding.contacts(seeding.set_up())
            seeding.set_up_project_to_try()
            supervisor.start(programs.worker(1))
            supervisor.start(programs.web(host=host, port=port))
            self.stdout.write(_welcome())
            if settings.MAIL_DIR:
                self.stdout.write(_(MAIL).format(folder=settings.MAIL_DIR))
            self.stdout.flush()
            supervisor.watch()


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
