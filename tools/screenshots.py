"""Take the pictures of docs/images: of a demo of its own, in a folder that is gone afterwards.

    python -m tools.screenshots [--only home,import]

Every picture is taken as a person would get to see it: signed in, in a window of the size, the
language and the look that `SHOTS` names.
"""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import httpx
from playwright.sync_api import Browser, FilePayload, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs/images"
FAIR: FilePayload = {
    "name": "Trade fair Montréal.csv",
    "mimeType": "text/csv",
    "buffer": (
        "E-mail;First name;Last name;Company;Newsletter;Badge\n"
        "zoe.lefevre@exemple.test;Zoé;Lefèvre;Atelier du Nord;yes;A17\n"
        "seamus@exemple.test;Séamus;O'Brien;;;A18\n"
        "amelie.roy@exemple.test;Amélie;Roy;Roy et filles;yes;A19\n"
        "noor@exemple.test;Noor;Haddad;Haddad inc.;no;A20\n"
        "not an address;Lou;Tremblay;;yes;A21\n"
    ).encode(),
}
EMAIL, PASSWORD = "demo@exemple.test", "raccord-demo"
PATIENCE = 180
LOCALES = {"en": "en-GB", "fr": "fr-CA"}


def _as_it_is(_page: Page) -> None:
    """Nothing has to be done first."""


def _filtered(page: Page) -> None:
    expect(page.locator("#contacts tbody tr").first).to_be_visible()


def _first_contact(page: Page) -> None:
    page.locator("#contacts tbody a").first.click()
    page.wait_for_load_state()


def _preview(page: Page) -> None:
    """Through the wizard with a file of a trade fair, as proposed, up to what would happen."""
    page.locator("input[type=file]").set_input_files(FAIR)
    go_on = page.locator("main form .btn-primary").last
    for step in ("reading", "columns", "rules", "preview"):
        go_on.click()
        page.wait_for_url(f"**/{step}/")
        if step == "columns":
            page.locator("#id_source").fill("Trade fair, Montréal, May 2026")
            page.locator("#id_statement").fill("They ticked the box on our stand's form.")
    page.locator("#rows-title").wait_for(timeout=60_000)


def _mapping(page: Page) -> None:
    page.locator("#data-transfer summary").first.click()
    page.locator("#data-transfer a.dropdown-item").first.click()
    expect(page.locator("dialog#dialog[open]")).to_be_visible()


def _first_link(column: str) -> Callable[[Page], None]:
    def follow(page: Page) -> None:
        page.locator(f"main {column} a").first.click()
        page.wait_for_load_state()

    return follow


def _connection_mapping(page: Page) -> None:
    _first_link("tbody")(page)
    _mapping(page)


@dataclass(frozen=True)
class Shot:
    """One picture: where, what to do there first, and for whom."""

    name: str
    path: str
    do: Callable[[Page], None] = _as_it_is
    language: Literal["en", "fr"] = "en"
    look: Literal["light", "dark"] = "light"
    width: int = 1280
    height: int = 860


SHOTS = (
    Shot("home", "/projects/demo/"),
    Shot("contacts", "/projects/demo/contacts/?f=newsletter:is:yes&sort=last_name", _filtered),
    Shot("contact", "/projects/demo/contacts/", _first_contact),
    Shot("fields", "/projects/demo/configuration/"),
    Shot("import", "/projects/try-it/imports/new/", _preview),
    Shot("mapping", "/projects/demo/connections/", _connection_mapping),
    Shot("integration", "/projects/demo/integrations/", _first_link("tbody")),
    Shot("home-dark-fr", "/projects/demo/", language="fr", look="dark"),
    Shot("contact-fr", "/projects/demo/contacts/", _first_contact, language="fr"),
    Shot("contacts-phone", "/projects/demo/contacts/", _filtered, width=390, height=844),
)


def main() -> None:
    """Take all pictures, or only the named ones."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", default="", help="names, separated by commas")
    only = {name for name in parser.parse_args().only.split(",") if name}
    shots = [shot for shot in SHOTS if not only or shot.name in only]
    IMAGES.mkdir(exist_ok=True)
    with _demo() as address, _chromium() as browser:
        _wait_until_settled(browser, address)
        for shot in shots:
            path = IMAGES / f"{shot.name}.png"
            _take(browser, address, shot, path)
            print(f"{path.relative_to(ROOT)}: {path.stat().st_size // 1024} KiB")


def _take(browser: Browser, address: str, shot: Shot, path: Path) -> None:
    page = _signed_in(browser, address, shot)
    page.goto(shot.path)
    shot.do(page)
    page.wait_for_load_state()
    page.evaluate("document.fonts.ready")
    page.screenshot(path=path, animations="disabled")
    page.context.close()


def _signed_in(browser: Browser, address: str, shot: Shot) -> Page:
    context = browser.new_context(
        base_url=address,
        locale=LOCALES[shot.language],
        color_scheme=shot.look,
        viewport={"width": shot.width, "height": shot.height},
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/sign-in/")
    page.locator("#id_username").fill(EMAIL)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("main form .btn-primary").click()
    page.locator("aside").wait_for()
    return page


def _wait_until_settled(browser: Browser, address: str) -> None:
    """The first load is over: nobody waits any more."""
    page = _signed_in(browser, address, SHOTS[0])
    page.goto("/projects/demo/integrations/")
    _first_link("tbody")(page)
    linked, waiting = page.locator("[data-count=linked]"), page.locator("[data-count=waiting]")
    expect(linked).not_to_have_text("0", timeout=PATIENCE * 1000)
    expect(waiting).to_have_text("0", timeout=PATIENCE * 1000)
    page.context.close()


@contextmanager
def _demo() -> Iterator[str]:
    """A demo from the beginning, on free ports; its address."""
    port, beside = _free_ports(2)
    with tempfile.TemporaryDirectory(prefix="raccord-shots-") as folder:
        own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        demo = subprocess.Popen(
            [
                *(sys.executable, "-m", "raccord.cli", "demo"),
                *("--port", str(port), "--simulator-port", str(beside)),
            ],
            env={**own, "RACCORD_DATA_DIR": folder},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            address = f"http://127.0.0.1:{port}"
            _wait_for(address, demo)
            yield address
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(timeout=60)


def _wait_for(address: str, demo: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and demo.poll() is None:
        try:
            if httpx.get(f"{address}/sign-in/").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.5)
    sys.exit("screenshots: the demo did not start; see what `make demo` says")


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _each in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@contextmanager
def _chromium() -> Iterator[Browser]:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        sys.exit("screenshots: this machine has no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


if __name__ == "__main__":
    main()
