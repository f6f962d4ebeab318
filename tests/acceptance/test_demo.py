"""As a newcomer I start the demo, click where it says, and see a contact reach Salesforce."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest

from raccord.demo import scenery
from raccord.processes import embedded_database, ports
from tests.acceptance.web_form import filled
from tests.processes.installation import Installation, of_a_newcomer
from tests.waiting import PATIENCE, wait_until

EMAIL = "anna.durand.1@exemple.test"
EDIT = re.compile(r'"(/projects/demo/contacts/\d+/)"')


class Demo(Installation):
    """A running demo, its screens and its simulated organization."""

    def __init__(self, data_dir: Path, *, port: int, simulator_port: int) -> None:
        options = ("--simulator-port", str(simulator_port))
        super().__init__(data_dir, *options, port=port, command="demo")
        self.browser = httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True)
        self.organization = httpx.Client(base_url=f"http://127.0.0.1:{simulator_port}")

    def sign_in(self) -> None:
        page = self.browser.get("/")
        assert "sign-in" in page.url.path
        form = filled(page.text, username=scenery.ADMIN_EMAIL, password=scenery.ADMIN_PASSWORD)
        assert "sign-in" not in self._posted(page, form).url.path

    def find(self, email: str) -> str:
        """The address of a contact's page, once the import has brought the contact."""
        found = wait_until(
            lambda: EDIT.search(
                self.browser.get("/projects/demo/contacts/", params={"q": email}).text
            )
        )
        return found[1]

    def edit(self, contact: str, **typed: str) -> None:
        page = self.browser.get(f"{contact}edit/")
        saved = self._posted(page, filled(page.text, **typed))
        assert (saved.status_code, saved.url.path) == (200, contact)

    def titles(self, email: str) -> list[str]:
        """What the organization's records of this address have as their title."""
        token = self.organization.post(
            "/services/oauth2/token",
            data={
                "grant_type": "client_credentials",
                "client_id": "raccord-demo",
                "client_secret": "raccord-demo-secret",
            },
        ).json()["access_token"]
        answer = self.organization.get(
            "/services/data/v62.0/query",
            params={"q": f"SELECT Title FROM Contact WHERE Email = '{email}'"},  # noqa: S608
            headers={"Authorization": f"Bearer {token}"},
        )
        return [record["Title"] for record in answer.raise_for_status().json()["records"]]

    def stop(self) -> list[psutil.Process]:
        """Press Ctrl-C; returns the processes that there were."""
        family = self.family()
        self.browser.close()
        self.organization.close()
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(timeout=PATIENCE) == 0, self.lines
        return family

    def _posted(self, page: httpx.Response, form: dict[str, str]) -> httpx.Response:
        # As a browser would: Django compares the origin with its own address.
        return self.browser.post(page.url, data=form, headers={"Referer": str(page.url)})


@pytest.fixture
def demos() -> Iterator[list[Demo]]:
    started: list[Demo] = []
    yield started
    for demo in started:
        if demo.process.poll() is None:
            demo.process.kill()
        demo.process.wait()


def test_an_edited_contact_reaches_the_organization_and_a_second_start_finds_it(
    data_dir: Path, demos: list[Demo]
) -> None:
    port, simulator_port = ports.free_port(), ports.free_port()
    demo = Demo(data_dir, port=port, simulator_port=simulator_port)
    demos.append(demo)

    assert demo.printed(f" http://127.0.0.1:{port}\n")
    assert demo.printed(f" http://127.0.0.1:{simulator_port}\n")
    assert demo.printed(f" {scenery.ADMIN_EMAIL}\n")
    assert demo.printed(f" {scenery.ORGANIZATION_USER}\n")
    assert demo.printed(f" {data_dir / 'demo' / 'mail'}\n")
    demo.sign_in()
    contact = demo.find(EMAIL)
    wait_until(lambda: demo.titles(EMAIL))
    demo.edit(contact, title="Cheffe d'orchestre 🎻")
    wait_until(lambda: demo.titles(EMAIL) == ["Cheffe d'orchestre 🎻"])

    seed = data_dir / "demo" / "organization-seed.json"
    written = seed.stat().st_mtime_ns
    second = subprocess.run(
        [sys.executable, "-m", "raccord.cli", "demo", "--port", str(ports.free_port())],
        env=of_a_newcomer(data_dir),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 1
    assert f"already runs at http://127.0.0.1:{port} (process {demo.process.pid})" in second.stderr
    assert seed.stat().st_mtime_ns == written

    family = demo.stop()
    wait_until(lambda: not any(process.is_running() for process in family))
    assert embedded_database.process_id(data_dir / "demo") is None

    again = Demo(data_dir, port=port, simulator_port=simulator_port)
    demos.append(again)
    again.sign_in()
    assert again.find(EMAIL) == contact
    assert again.titles(EMAIL) == ["Cheffe d'orchestre 🎻"]
    again.stop()
