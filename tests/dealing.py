"""How tests are dealt to the workers of `pytest -n 2 --dist loadgroup`.

One by one to whoever is free, except those that drive a browser: they go to one worker, which
begins with them. A Chromium keeps more than one core busy, so two at once only make each other
wait; and dealt last, the longest tests would leave a core without work at the end.

pytest-xdist's own groups are marks that it writes into the ids of tests, which pytest 9.2 no longer
lets it do (pytest-xdist issue 1386): every test would be on its own, without a word.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

BROWSER = "tests/browser/"


class Dealing(LoadScopeScheduling):  # type: ignore[misc]
    """Deals the largest group first; a group is what has the same name."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(nodeid)


def group_of(nodeid: str) -> str:
    """The name of a test's group."""
    return BROWSER if nodeid.startswith(BROWSER) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Dealing | None:
    """Deal so where `--dist loadgroup` asks for groups."""
    return Dealing(config, log) if config.getoption("dist") == "loadgroup" else None
