"""A short data folder: the embedded database's socket does not fit into pytest's long ones."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from raccord.processes import embedded_database


@pytest.fixture
def data_dir() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="raccord-"))
    yield folder
    embedded_database.stop(folder)
    shutil.rmtree(folder)
