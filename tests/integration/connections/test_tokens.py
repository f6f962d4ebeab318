"""One refresh for everybody: threads, rotation, lapsed leases, lost grants."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models.query import QuerySet
from django.utils import timezone

from raccord.connections import tokens, vault
from raccord.connections.models import Authorization, AuthorizationState
from raccord.connections.opening import open_connector
from raccord.connections.tokens import StoredTokens
from raccord.engine.errors import AuthorizationLost, Transient
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def authorization(simulator: Simulator) -> Authorization:
    return scene.granted(simulator, scene.a_pending_authorization(), person=scene.a_person())


def expire_sessions(simulator: Simulator) -> None:
    simulator.org.grants.sessions.clear()


def test_eight_threads_renew_once_and_all_get_the_same_token(
    simulator: Simulator, authorization: Authorization
) -> None:
    refused = StoredTokens(authorization.pk).current()
    start = Barrier(8)

    def renew(_number: int) -> str:
        source = StoredTokens(authorization.pk)  # as in eight processes: nothing is shared
        start.wait()
        return source.renewed(refused)

    with ThreadPoolExecutor(8) as pool:
        renewed = set(pool.map(renew, range(8)))
    assert len(renewed) == 1
    assert refused not in renewed
    authorization.refresh_from_db()
    assert authorization.generation == 2  # the grant, and one refresh
    assert authorization.state == AuthorizationState.ACTIVE
    assert open_connector(authorization).check().username == scene.ADMIN[0]


def test_ten_expiries_in_a_row_keep_the_rotating_grant_alive(
    simulator: Simulator, authorization: Authorization
) -> None:
    connectors = [open_connector(authorization) for _ in range(4)]
    for _ in range(10):
        expire_sessions(simulator)
        with ThreadPoolExecutor(4) as pool:
            assert {who.username for who in pool.map(lambda each: each.check(), connectors)} == {
                scene.ADMIN[0]
            }
    authorization.refresh_from_db()
    assert authorization.generation == 11


def test_the_new_token_is_stored_before_anybody_uses_it(
    simulator: Simulator, authorization: Authorization
) -> None:
    source = StoredTokens(authorization.pk)
    renewed = source.renewed(source.current())
    authorization.refresh_from_db()
    assert vault.unseal(authorization.access_token_sealed) == renewed


def test_a_save_that_fails_is_tried_again_until_it_stands(
    simulator: Simulator, authorization: Authorization, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = iter(range(3))
    update: Callable[..., int] = QuerySet.update

    def failing_update(rows: QuerySet[Authorization], **values: object) -> int:
        if "access_token_sealed" in values and next(failures, None) is not None:
            raise OperationalError("the database is away")
        return update(rows, **values)

    monkeypatch.setattr(QuerySet, "update", failing_update)
    source = StoredTokens(authorization.pk)
    renewed = source.renewed(source.current())
    authorization.refresh_from_db()
    assert vault.unseal(authorization.access_token_sealed) == renewed
    assert authorization.generation == 2


def test_a_lapsed_lease_is_taken_over(simulator: Simulator, authorization: Authorization) -> None:
    source = StoredTokens(authorization.pk)
    refused = source.current()
    died = timezone.now() - timedelta(seconds=1)
    Authorization.objects.update(lease=uuid.uuid4(), lease_until=died)
    assert source.renewed(refused) != refused


def test_who_does_not_get_the_row_waits_for_the_other(
    simulator: Simulator, authorization: Authorization
) -> None:
    source = StoredTokens(authorization.pk)
    refused = source.current()
    later = timezone.now() + timedelta(minutes=1)
    Authorization.objects.update(lease=uuid.uuid4(), lease_until=later)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(source.renewed, refused)
        Authorization.objects.update(
            access_token_sealed=vault.seal("by the other"), generation=2, lease=None
        )
        assert waiting.result(timeout=PATIENCE) == "by the other"


def test_a_revoked_grant_is_lost_once_and_says_so(
    simulator: Simulator, authorization: Authorization
) -> None:
    source = StoredTokens(authorization.pk)
    refused = source.current()
    simulator.org.grants.approvals.clear()
    for _ in range(2):
        with pytest.raises(AuthorizationLost) as raised:
            StoredTokens(authorization.pk).renewed(refused)
        assert raised.value.code == "oauth.invalid_grant"
    authorization.refresh_from_db()
    assert authorization.state == AuthorizationState.LOST
    assert authorization.lease is None
    with pytest.raises(AuthorizationLost):
        StoredTokens(authorization.pk).current()


def test_busy_over_there_is_waited_for(simulator: Simulator, authorization: Authorization) -> None:
    body = {
        "error": "invalid_grant",
        "error_description": "token request is already being processed",
    }
    simulator.faults.add("status", path="oauth2/token", status=400, body=body, times=2)
    source = StoredTokens(authorization.pk)
    assert source.renewed(source.current())
    authorization.refresh_from_db()
    assert authorization.state == AuthorizationState.ACTIVE


def test_a_sign_in_service_that_is_down_loses_nothing(
    simulator: Simulator, authorization: Authorization
) -> None:
    simulator.faults.add("unavailable", path="oauth2/token")
    source = StoredTokens(authorization.pk)
    refused = source.current()
    with pytest.raises(Transient):
        source.renewed(refused)
    authorization.refresh_from_db()
    assert authorization.lease is None
    assert source.renewed(refused) != refused


def test_another_organization_is_refused(
    simulator: Simulator, authorization: Authorization
) -> None:
    with pytest.raises(AuthorizationLost) as raised:
        StoredTokens(authorization.pk, organization="00D000000000009EAA").current()
    assert raised.value.code == tokens.OTHER_ORGANIZATION
    refused = StoredTokens(authorization.pk).current()
    Authorization.objects.update(organization="00D000000000009EAA")
    with pytest.raises(AuthorizationLost):
        StoredTokens(authorization.pk).renewed(refused)


def test_a_renewal_inside_a_transaction_is_committed_by_itself(
    simulator: Simulator, authorization: Authorization
) -> None:
    source = StoredTokens(authorization.pk)
    refused = source.current()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        renewed = source.renewed(refused)
        _ = 1 // 0
    authorization.refresh_from_db()
    assert vault.unseal(authorization.access_token_sealed) == renewed


def test_client_credentials_ask_for_a_new_token(simulator: Simulator) -> None:
    authorization = scene.an_application_grant()
    connector = open_connector(authorization)
    expire_sessions(simulator)
    assert connector.check().username == "integration@simulated.example"
    authorization.refresh_from_db()
    assert authorization.generation == 2


def test_threads_leave_no_database_connection_behind(
    simulator: Simulator, authorization: Authorization
) -> None:
    source = StoredTokens(authorization.pk)

    def ask() -> object:
        source.renewed(source.current())
        return connection.connection

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(ask).result() is None


def test_tokens_are_in_no_repr(simulator: Simulator, authorization: Authorization) -> None:
    source = StoredTokens(authorization.pk)
    token = source.current()
    assert token not in repr(source)
    assert token not in repr(authorization.__dict__)
