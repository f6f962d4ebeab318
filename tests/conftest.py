"""What holds for every test.

Property tests have no deadline for one example: a busy machine is no bug. In CI they try the same
examples each time, so that a change fails for what it did; everywhere else they go on exploring.

Tests with other people's clients take minutes and an installation of their own: they run only where
their folder is named, as `make test-clients` does.
"""

import os
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, settings

from tests import cheap_passwords, emptying
from tests.waiting import PATIENCE

settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

# Every client that a test opens is as patient as the tests themselves, unless it says otherwise.
_patient = httpx._config.DEFAULT_TIMEOUT_CONFIG
_patient.connect = _patient.read = _patient.write = _patient.pool = PATIENCE

_CLIENTS = Path(__file__).parent / "clients"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave the clients' tests out unless whoever calls names them."""
    if collection_path != _CLIENTS:
        return None
    named = [Path(each.partition("::")[0]).resolve() for each in config.args]
    return None if any(_CLIENTS in (each, *each.parents) for each in named) else True


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--seed", type=int, help="of random schedules, play only this one")


def pytest_configure(config: pytest.Config) -> None:
    cheap_passwords.use()
    emptying.use()
    config.addinivalue_line("markers", "seeds(numbers): play a random schedule for each of these")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give `seed` its numbers, or the one that was asked for."""
    if marked := metafunc.definition.get_closest_marker("seeds"):
        only = metafunc.config.getoption("--seed")
        metafunc.parametrize("seed", marked.args[0] if only is None else [only])
