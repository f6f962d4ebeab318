"""A real Chromium before the screens, served by a real HTTP server on the test database.

A test asks for `open_screens`, and calls it for each browser window it wants:

    page = open_screens()                     signed in as the cast's marketer, in English
    page = open_screens("fr")                 in French
    page = open_screens(person=None)          not signed in
    page = open_screens(width=390)            a phone

Addresses may be relative: page.goto("/projects/new/"). `project` is the cast's project,
`simulator` a simulated organization that lets people come back to the screens, and a test that
asks for `language` runs once in each.

Whatever a page of any test writes to the console as an error, every uncaught exception, every
request without an answer and every violation of the Content-Security-Policy fails the test at its
end. A test that brings such a thing about says so: complaints.expect("status of 404").
"""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

import pytest
from django.conf import settings as configured
from django.test import Client
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from raccord.accounts.models import User
from raccord.contacts.models import Project
from salesforce_simulator.server import Simulator
from tests import cast
from tests.browser.five_steps import an_organization
from tests.waiting import PATIENCE

# Playwright keeps an event loop in this thread, which makes Django refuse plain database calls.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# Each window of Chromium keeps two pages of its own ready for what is typed into its address bar,
# which nobody does here: two thirds of what a new window costs.
UNUSED = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")
# What Playwright switches off itself (its `chromiumSwitches`): only the last such list counts.
SWITCHED_OFF_BY_PLAYWRIGHT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades"),
    *("HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "PaintHolding"),
    *("ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect"),
    *("OptimizationHints", "NetworkTimeServiceQuerying", "AimEnabled", "PreconnectToSearch"),
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join((*SWITCHED_OFF_BY_PLAYWRIGHT, *UNUSED))}",
]
expect.set_options(timeout=PATIENCE * 1_000)

LOCALES = {"en": "en-GB", "fr": "fr-FR"}
# A form that is refused answers 422, a clash 409, a link that was used 410; Chromium calls every
# 4xx an error. The last one is a request that a test has cut off itself, and what htmx says of it.
EXPECTED_ANSWERS = (
    r"console: Failed to load resource: (.* status of (409|410|422) |net::ERR_FAILED)"
    r"|console: htmx:(sendError|sendAbort|afterRequest)"
    r"|no answer: .* net::ERR_FAILED"
    # What was under way when the person went on to another page.
    r"|no answer: .* net::ERR_ABORTED"
)


@dataclass
class Complaints:
    """What the browser complained of, and which of it a test has brought about itself."""

    expected: list[str] = field(default_factory=lambda: [EXPECTED_ANSWERS])
    heard: list[str] = field(default_factory=list)

    def expect(self, pattern: str) -> None:
        """Take what matches this for a part of the test."""
        self.expected.append(f".*{pattern}")

    def listen(self, context: BrowserContext) -> None:
        """Hear everything that goes wrong in any page of it."""
        context.on("console", self._console)
        context.on("weberror", lambda error: self.heard.append(f"uncaught: {error.error}"))
        context.on("requestfailed", self._unanswered)

    def unexpected(self) -> list[str]:
        """What nobody had announced."""
        return [
            text
            for text in self.heard
            if not any(re.match(pattern, text, re.DOTALL) for pattern in self.expected)
        ]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.heard.append(f"console: {message.text} ({message.location.get('url')})")

    def _unanswered(self, request: Request) -> None:
        self.heard.append(f"no answer: {request.url} {request.failure}")


class OpenScreens(Protocol):
    def __call__(
        self, language: str = "en", *, person: User | None = ..., width: int = 1280, **more: Any
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark them; tests/dealing.py has one worker run them all."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    found = map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))
    browser = next((path for path in found if path), None)
    if browser is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "This machine has no Chromium; install it to run the browser tests."
        )
    return {"executable_path": browser, "args": ARGUMENTS}


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the browser says went wrong; anything unexpected fails the test."""
    complaints = Complaints()
    yield complaints
    assert not complaints.unexpected(), "\n".join(complaints.unexpected())


@pytest.fixture
def new_context(new_context: Any, complaints: Complaints) -> Any:
    """Playwright's own, listened to: no page of any test complains unheard."""

    def heard(**options: Any) -> BrowserContext:
        context: BrowserContext = new_context(**options)
        complaints.listen(context)
        return context

    return heard


@pytest.fixture(params=["en", "fr"])
def language(request: pytest.FixtureRequest) -> str:
    """Each language of the screens, one after the other."""
    return str(request.param)


@pytest.fixture
def marketer(transactional_db: None) -> User:
    return cast.a_marketer()


@pytest.fixture
def project(transactional_db: None) -> Project:
    return cast.a_project()


@pytest.fixture
def simulator(settings: Settings, live_server: LiveServer) -> Iterator[Simulator]:
    with an_organization(settings, live_server) as running:
        yield running


@pytest.fixture
def open_screens(new_context: Any, live_server: LiveServer, marketer: User) -> OpenScreens:
    def open_screens(
        language: str = "en",
        *,
        person: User | None = marketer,
        width: int = 1280,
        **more: Any,
    ) -> Page:
        context = new_context(
            base_url=live_server.url,
            locale=LOCALES[language],
            viewport={"width": width, "height": 900},
            **more,
        )
        if person is not None:
            context.add_cookies([_session(person, live_server.url)])
        page: Page = context.new_page()
        page.set_default_timeout(PATIENCE * 1_000)
        return page

    return open_screens


def _session(person: User, url: str) -> Any:
    """What the browser would hold after signing in, without typing it each time."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies[configured.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": url}
