"""The table of what is simulated tells the truth: each route has a row, each row its proof."""

from pathlib import Path

from tools.simulator_coverage import SOURCES, STATES, operations, routes

TESTS = Path(__file__).resolve().parent.parent


def test_every_route_has_a_row_and_every_row_names_routes_that_exist() -> None:
    claimed = {answer for each in operations() for answer in each.answers}

    assert set(routes()) - claimed == set()
    assert claimed - set(routes()) == set()


def test_what_is_simulated_is_shown_by_tests_that_exist() -> None:
    modules = {
        path.stem
        for folder in ("simulator", "clients")
        for path in (TESTS / folder).glob("test_*.py")
    }
    for each in operations():
        assert each.simulated in STATES
        assert each.source in SOURCES
        assert bool(each.proof) == (each.simulated != "no"), each.name
        assert set(each.proof) <= modules, each.name


def test_what_is_not_simulated_has_no_route_and_what_is_partly_says_what_lacks() -> None:
    for each in operations():
        assert not (each.simulated == "no" and each.answers), each.name
        assert each.remark or each.simulated != "partly", each.name


def test_no_operation_is_listed_twice() -> None:
    names = [each.name for each in operations()]

    assert len(set(names)) == len(names)
