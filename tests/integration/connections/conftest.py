"""A simulator for each test, as the settings name it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from salesforce_simulator.server import Simulator
from tests.integration.connections.scene import SEED


@pytest.fixture
def simulator(settings: Settings) -> Iterator[Simulator]:
    """An organization whose app rotates refresh tokens: a second use of one revokes the grant."""
    with Simulator(seed=SEED) as running:
        settings.SIMULATOR_URL = running.url
        settings.PUBLIC_URL = "http://127.0.0.1:8000"
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        yield running
