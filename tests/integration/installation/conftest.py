"""Each test gets a data folder of its own, and a connected project whose commits are real."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from raccord.installation.hold import _seen
from tests.integration.sync.scene import Scene, a_scene


@pytest.fixture(autouse=True)
def data_folder(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    _seen.of = None
    return tmp_path


@pytest.fixture
def scene(transactional_db: None) -> Scene:
    return a_scene()
