"""Each test gets a connected project; the database is real, and so are its commits."""

from __future__ import annotations

import pytest

from tests.integration.sync.scene import Scene, a_scene


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()
