"""The demo's organization, and the variables that the demo's file asks for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pytest_django import Settings

from raccord.demo import scenery
from salesforce_simulator.server import Simulator


@pytest.fixture
def organization(settings: Settings, tmp_path: Path) -> Iterator[Simulator]:
    seed = scenery.write_organization(
        tmp_path / "seed.json", public_url=settings.PUBLIC_URL, with_records=False
    )
    with Simulator(seed=yaml.safe_load(seed.read_text())) as simulator:
        settings.SIMULATOR_URL = simulator.url
        settings.OAUTH_CLIENT_ID = settings.OAUTH_CLIENT_SECRET = ""
        yield simulator


@pytest.fixture
def environment(organization: Simulator) -> dict[str, str]:
    return {
        "RACCORD_SIMULATOR_URL": organization.url,
        "RACCORD_OAUTH_CLIENT_ID": "raccord-demo",
        "RACCORD_OAUTH_CLIENT_SECRET": "raccord-demo-secret",
    }
