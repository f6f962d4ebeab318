"""What a connector says about itself before anything is opened."""

from datetime import timedelta

from raccord.connectors import http, registry
from raccord.connectors.base import Connector, Declaration
from tests.contract.counterpart import Counterpart

SHORTEST_LEASE = timedelta(minutes=5)


def test_limits_can_be_worked_with(declaration: Declaration) -> None:
    limits = declaration.limits
    assert limits.rows_per_write >= 1
    assert limits.rows_per_read >= limits.rows_per_write
    assert limits.values_per_lookup >= 1
    assert limits.parallel_calls >= 1
    assert limits.max_request_time >= limits.call_deadline


def test_a_call_ends_well_before_the_lease_of_its_records(declaration: Declaration) -> None:
    assert declaration.limits.call_deadline <= SHORTEST_LEASE / 2


def test_there_is_something_to_pair_a_contact_with(declaration: Declaration) -> None:
    assert declaration.data_types
    assert len({kind.object for kind in declaration.data_types}) == len(declaration.data_types)
    assert declaration.label and all(kind.label for kind in declaration.data_types)


def test_a_sign_in_lies_at_the_vendor(declaration: Declaration) -> None:
    oauth = declaration.oauth
    if oauth is None:
        assert declaration.parse_grant is None
        return
    assert declaration.parse_grant is not None
    for environment in oauth.environments:
        assert http.address_allowed(environment.login_url, allowed_hosts=oauth.allowed_hosts)
    assert set(oauth.denials.values()) <= set(registry.sentences())


def test_codes_carry_the_sources_name(declaration: Declaration) -> None:
    assert {code.partition(".")[0] for code in declaration.sentences} == {declaration.source}


def test_opening_makes_no_call(counterpart: Counterpart, connector: Connector) -> None:
    assert counterpart.rows_called == []
    assert connector.usage() is None or counterpart.rows_called == []
