"""A real Chromium before the screens, served by a real HTTP server on the test database.

A test asks for `open_screens`, and calls it for each browser window it wants:

    page = open_screens()                     signed in as the cast's marketer, in English
    page = open_screens("fr")                 in French
    page = open_screens(person=None)          not signed in
    page = open_screens(width=390)            a phone

Addresses may be relative: page.goto("/projects/new/"). Whatever a page writes to the console as
an error, every uncaught exception and every violation of the Content-Security-Policy fails the
test at its end.
"""

import os
import re
import shutil
from collections.abc import Iterator
from typing import Any, Protocol

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import ConsoleMessage, Page
from pytest_django.live_server_helper import LiveServer

from raccord.accounts.models import User
from tests import cast

# Playwright keeps an event loop in this thread, which makes Django refuse plain database calls.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LOCALES = {"en": "en-GB", "fr": "fr-FR"}
# A form that is refused answers 422, a clash 409; Chromium calls every 4xx an error. The last one
# is a request that a test has cut off itself, and what htmx says of it.
EXPECTED_ANSWERS = re.compile(
    r"Failed to load resource: (.* status of (409|410|422) |net::ERR_FAILED)"
    r"|htmx:(sendError|afterRequest)"
)


class OpenScreens(Protocol):
    def __call__(
        self, language: str = "en", *, person: User | None = ..., width: int = 1280, **more: Any
    ) -> Page: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go to one worker: a Chromium each would be too much for a small machine."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))


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
def marketer(transactional_db: None) -> User:
    return cast.a_marketer()


@pytest.fixture
def open_screens(
    new_context: Any, live_server: LiveServer, marketer: User
) -> Iterator[OpenScreens]:
    complaints: list[str] = []

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
        page.set_default_timeout(10_000)
        page.on("console", lambda message: _note(message, complaints))
        page.on("pageerror", lambda error: complaints.append(f"uncaught: {error}"))
        return page

    yield open_screens
    assert not complaints, "\n".join(complaints)


def _session(person: User, url: str) -> Any:
    """What the browser would hold after signing in, without typing it each time."""
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": url}


def _note(message: ConsoleMessage, complaints: list[str]) -> None:
    if message.type == "error" and not EXPECTED_ANSWERS.match(message.text):
        complaints.append(f"console: {message.text} ({message.location.get('url')})")
