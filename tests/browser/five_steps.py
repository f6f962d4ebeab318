"""Walking the five steps as a person does: by the words on the screen, in either language."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from django.db import connections
from django.utils import translation
from django.utils.translation import gettext, pgettext
from playwright.sync_api import Page, expect
from procrastinate.contrib.django import app
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from raccord.contacts.models import Project
from salesforce_simulator.server import Simulator
from tests.integration.connections.scene import ADMIN, APP, CLIENT_ID, CLIENT_SECRET, SEED
from tests.waiting import PATIENCE

# The screens' terms, as users know them in French.
FRENCH = {
    "External connections": "Connexions externes",
    "Third-party connections list": "Liste des connexions tierces",
    "Add a third-party connection": "Ajouter une connexion tierce",
    "Authorization": "Autorisation de service tiers",
    "See third-party service authorizations": "Voir autorisations services tiers",
    "Data transfer": "Transfert des données",
    "Field mapping": "Assignation des champs",
    "Activate": "Activer",
    "Active": "Activé",
    "Data integrations": "Intégrations de données",
    "Update types": "Type de mises à jour",
    "E-mail alert": "Alerte courriel",
}
# Those that are said only in this sense: (context, English) -> French.
FRENCH_IN_CONTEXT = {
    ("of a third-party connection", "Source"): "Source de connexion tierce",
    ("pick an authorization", "Select"): "Sélection",
}


@contextmanager
def an_organization(settings: Settings, live_server: LiveServer) -> Iterator[Simulator]:
    """A simulated organization whose app lets people come back to the live server."""
    return_address = f"{live_server.url}/connections/authorizations/callback"
    seed = {**SEED, "apps": [{**APP, "redirect_uris": [return_address]}]}
    with Simulator(seed=seed) as running:
        settings.SIMULATOR_URL = running.url
        settings.PUBLIC_URL = live_server.url
        settings.OAUTH_CLIENT_ID = CLIENT_ID
        settings.OAUTH_CLIENT_SECRET = CLIENT_SECRET
        yield running


def do_the_work() -> None:
    """Let a real worker do every job that is waiting, and end."""

    def work() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as worker:  # type: ignore[attr-defined]
            worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    # Its threads end with the test: they must not keep their connections for the next task.
    with (
        patch.dict(connections.settings["default"], CONN_MAX_AGE=0),
        ThreadPoolExecutor(1) as pool,
    ):
        pool.submit(work).result(timeout=PATIENCE)


@dataclass(frozen=True)
class Walk:
    """A person at the screen of one project, in one language."""

    page: Page
    project: Project
    language: str

    def say(self, text: str, *, context: str = "", **named: object) -> str:
        """The text as this person's screen has it."""
        with translation.override(self.language):
            said = pgettext(context, text) if context else gettext(text)
        return said % named if named else said

    def button(self, text: str, **more: Any) -> Any:
        return self.page.get_by_role("button", name=self.say(text, **more), exact=True)

    def link(self, text: str, **more: Any) -> Any:
        return self.page.get_by_role("link", name=self.say(text, **more), exact=True)

    def in_dialog(self, text: str, **more: Any) -> Any:
        dialog = self.page.locator("dialog#dialog[open]")
        return dialog.get_by_role("button", name=self.say(text, **more), exact=True)

    def opens_new_connection(self, name: str) -> None:
        """Configuration -> External connections -> Third-party connections list -> Add."""
        self.page.goto(f"/projects/{self.project.slug}/")
        self.page.locator("#configuration-menu").click()
        self.link("Third-party connections list").click()
        self.link("Add a third-party connection").click()
        self.page.get_by_label(self.say("Name")).fill(name)

    def goes_to_sign_in(self) -> None:
        """See authorizations -> Create an authorization -> Authorize access -> Continue."""
        self.link("See third-party service authorizations").click()
        self.link("Create an authorization").click()
        self.in_dialog("Authorize access").click()
        self.button("Continue").click()

    def signs_in_over_there(self, *, answer: str = "allow") -> None:
        self.page.locator("#username").fill(ADMIN[0])
        self.page.locator("#password").fill(ADMIN[1])
        self.page.locator("button[value=sign_in]").click()
        self.page.locator(f"button[value={answer}]").click()

    def adds_data_type(self, label: str) -> None:
        self.page.locator("#data-transfer").get_by_role(
            "link", name=self.say("Add"), exact=True
        ).click()
        self.page.locator("#id_object").select_option(label=label)
        self.in_dialog("Add").click()
        expect(self.row(label)).to_contain_text(self.say("Disabled"))

    def row(self, label: str) -> Any:
        return self.page.locator(f"[data-transfer={label}]")

    def from_gear_menu(self, label: str, text: str) -> None:
        self.row(label).locator("summary").click()
        self.row(label).locator(".dropdown-item").get_by_text(self.say(text), exact=True).click()

    def maps(self, field: str, remote: str) -> None:
        """Add one pair in the open pop-up."""
        self.page.locator("#new_field").select_option(field)
        self.page.locator("#new_remote:enabled").select_option(remote)
        self.in_dialog("Add").click()
        expect(self.page.locator(f"[data-pair='{field}:{remote}']")).to_be_visible()
