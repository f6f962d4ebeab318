"""Tests of the Salesforce plug-in without an org: they need node, and the parser's npm package."""

import os
import shutil

import pytest

from tests.plugin.apexrun import FOLDER
from tools.npm import install, node_path


@pytest.fixture(scope="session", autouse=True)
def parser() -> None:
    """Install what apexrun needs; leave the tests out where there is no node, except in CI."""
    if shutil.which("node", path=node_path()) is None and not os.environ.get("CI"):
        pytest.skip("node is not installed")
    install(FOLDER)
