"""The allowance of one app, told beside the org's."""

from datetime import timedelta

from salesforce_simulator.server import Simulator
from tests.simulator.conftest import SEED, client


def test_an_app_with_an_allowance_is_told_what_it_used() -> None:
    [app, *others] = SEED["apps"]
    seed = {**SEED, "apps": [{**app, "daily_calls": 250}, *others]}
    with Simulator(seed=seed) as simulator, client(simulator) as api:
        for number in (1, 2):
            told = api.get("limits").headers["Sforce-Limit-Info"]
            expected = f"api-usage={number}/100000; per-app-api-usage={number}/250"
            assert told == f"{expected}(appName=Test app)"
        tomorrow = simulator.org.clock() + timedelta(hours=24)
        simulator.org.clock = lambda: tomorrow
        with client(simulator) as again:
            assert "per-app-api-usage=1/250" in again.get("limits").headers["Sforce-Limit-Info"]
