"""The fixtures that walk the registry: every test here runs once per connector."""

from collections.abc import Iterator

import pytest

from raccord.connectors import registry
from raccord.connectors.base import Connector, Declaration
from tests.contract.counterpart import Counterpart, counterpart_of


@pytest.fixture(params=sorted(registry.all()))
def declaration(request: pytest.FixtureRequest) -> Declaration:
    return registry.get(request.param)


@pytest.fixture
def counterpart(declaration: Declaration) -> Iterator[Counterpart]:
    with counterpart_of(declaration) as started:
        yield started


@pytest.fixture
def connector(counterpart: Counterpart) -> Connector:
    return counterpart.connect()
