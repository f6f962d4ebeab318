"""The grant: what is stored when it works, and that nothing is when it does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from raccord.connections import authorizations, authorize, vault
from raccord.connections.models import Authorization, AuthorizationState, SigningIn
from raccord.connections.tokens import OTHER_ORGANIZATION
from raccord.engine.errors import BadInput, Transient
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene
from tests.integration.connections.scene import RETURN_ADDRESS

pytestmark = pytest.mark.django_db(transaction=True)


def begun(authorization: Authorization) -> tuple[str, dict[str, str]]:
    """The address of the sign-in, and what the browser brings back from it."""
    person = scene.a_person()
    address = authorize.begin(authorization, person=person, redirect_uri=RETURN_ADDRESS)
    return address, scene.sign_in(address)


def finished(query: dict[str, str]) -> Authorization:
    person = SigningIn.objects.get().person
    signing_in = authorize.claim_return(query, person=person)
    kept = authorize.finish(signing_in, query=query, redirect_uri=RETURN_ADDRESS)
    assert isinstance(kept, Authorization)  # nobody had signed in before
    return kept


def nothing_stored(authorization: Authorization) -> bool:
    row = Authorization.objects.get(pk=authorization.pk)
    return (row.state, bytes(row.access_token_sealed), row.organization, row.generation) == (
        AuthorizationState.PENDING,
        b"",
        "",
        0,
    )


def test_a_grant_is_stored_sealed_with_who_we_are(simulator: Simulator) -> None:
    _, query = begun(scene.a_pending_authorization())
    authorization = finished(query)
    authorization.refresh_from_db()
    assert authorization.state == AuthorizationState.ACTIVE
    assert authorization.username == scene.ADMIN[0]
    assert authorization.organization == simulator.org.id
    assert authorization.instance_url == simulator.url
    token = vault.unseal(authorization.access_token_sealed)
    assert token and token.encode() not in bytes(authorization.access_token_sealed)
    assert not SigningIn.objects.exists()


def test_the_sign_in_carries_a_challenge_and_no_secret(simulator: Simulator) -> None:
    address = authorize.begin(
        scene.a_pending_authorization(), person=scene.a_person(), redirect_uri=RETURN_ADDRESS
    )
    assert "code_challenge_method=S256" in address
    assert scene.CLIENT_SECRET not in address


def test_denied(simulator: Simulator) -> None:
    authorization = scene.a_pending_authorization()
    address = authorize.begin(authorization, person=scene.a_person(), redirect_uri=RETURN_ADDRESS)
    with pytest.raises(BadInput) as raised:
        finished(scene.sign_in(address, answer="deny"))
    assert raised.value.code == "oauth.denied"
    assert nothing_stored(authorization)


def test_a_state_of_somebody_else_finds_nothing(simulator: Simulator) -> None:
    authorization = scene.a_pending_authorization()
    _, query = begun(authorization)
    with pytest.raises(BadInput) as raised:
        authorize.claim_return(query, person=scene.a_person("other@example.org"))
    assert raised.value.code == "oauth.state_mismatch"
    with pytest.raises(BadInput):
        authorize.claim_return({"code": query["code"]}, person=SigningIn.objects.get().person)
    assert nothing_stored(authorization)


def test_a_return_counts_once(simulator: Simulator) -> None:
    _, query = begun(scene.a_pending_authorization())
    person = SigningIn.objects.get().person
    authorize.claim_return(query, person=person)
    with pytest.raises(BadInput) as raised:
        authorize.claim_return(query, person=person)
    assert raised.value.code == "oauth.state_mismatch"


def test_a_code_that_has_expired(simulator: Simulator) -> None:
    simulator.org.grants.code_seconds = -1
    authorization = scene.a_pending_authorization()
    _, query = begun(authorization)
    with pytest.raises(BadInput) as raised:
        finished(query)
    assert raised.value.code == "oauth.expired_code"
    assert nothing_stored(authorization)


def test_a_sign_in_that_took_too_long(simulator: Simulator) -> None:
    authorization = scene.a_pending_authorization()
    _, query = begun(authorization)
    signing_in = authorize.claim_return(query, person=SigningIn.objects.get().person)
    late = timezone.now() + authorize.VALID_FOR + timedelta(seconds=1)
    with pytest.raises(BadInput) as raised:
        authorize.finish(signing_in, query=query, redirect_uri=RETURN_ADDRESS, now=late)
    assert raised.value.code == authorize.SIGN_IN_EXPIRED
    assert nothing_stored(authorization)


def test_a_wrong_application_secret(simulator: Simulator) -> None:
    authorization = scene.a_pending_authorization(client_secret="wrong")
    _, query = begun(authorization)
    with pytest.raises(BadInput) as raised:
        finished(query)
    assert raised.value.code == "oauth.wrong_client"
    assert nothing_stored(authorization)


def test_another_organization_than_before_changes_nothing(simulator: Simulator) -> None:
    authorization = scene.a_pending_authorization()
    _, query = begun(authorization)
    finished(query)
    Authorization.objects.update(organization="00D000000000009EAA", organization_name="Former")
    before = Authorization.objects.get()
    SigningIn.objects.all().delete()
    address = authorize.begin(
        before, person=scene.a_person("b@example.org"), redirect_uri=RETURN_ADDRESS
    )
    with pytest.raises(BadInput) as raised:
        finished(scene.sign_in(address))
    assert raised.value.code == OTHER_ORGANIZATION
    assert raised.value.params == {"organization": "Former"}
    after = Authorization.objects.get()
    assert after.generation == before.generation
    assert bytes(after.access_token_sealed) == bytes(before.access_token_sealed)


def test_an_identity_that_cannot_be_read_gives_the_grant_back(simulator: Simulator) -> None:
    authorization = scene.a_pending_authorization()
    _, query = begun(authorization)
    simulator.faults.add("unavailable", path="userinfo", times=None)
    simulator.faults.add("unavailable", path="/services/data", times=None)
    with pytest.raises(Transient):
        finished(query)
    assert nothing_stored(authorization)
    simulator.faults.clear()
    assert not simulator.org.grants.approvals


def test_an_application_signs_in_by_itself(simulator: Simulator) -> None:
    authorization = scene.an_application_grant()
    assert authorization.username == "integration@simulated.example"
    refused = authorizations.create_authorization(
        "salesforce",
        name="Wrong",
        environment="simulator",
        client_id=scene.CLIENT_ID,
        client_secret="wrong",
    )
    with pytest.raises(BadInput) as raised:
        authorize.sign_in_application(refused)
    assert raised.value.code == "oauth.wrong_client"
    assert nothing_stored(refused)


@pytest.mark.parametrize(
    ("given", "at"),
    [
        ({"name": " "}, "name"),
        ({"client_id": ""}, "client_id"),
        ({"environment": "moon"}, "environment"),
        ({"environment": "own", "own_address": "https://evil.example"}, "own_address"),
        ({"environment": "own", "own_address": "salesforce.com.evil.example"}, "own_address"),
        ({"environment": "own", "own_address": "http://x.my.salesforce.com"}, "own_address"),
        ({"environment": "own", "own_address": ""}, "own_address"),
    ],
)
def test_what_cannot_be_an_authorization(
    simulator: Simulator, given: dict[str, str], at: str
) -> None:
    usual = {"name": "Org", "environment": "simulator", "client_id": "x"}
    with pytest.raises(BadInput) as raised:
        authorizations.create_authorization("salesforce", **{**usual, **given})  # type: ignore[arg-type]
    assert raised.value.at == at
    assert not Authorization.objects.exists()


def test_an_own_domain_is_taken_as_it_is_copied(simulator: Simulator) -> None:
    authorization = authorizations.create_authorization(
        "salesforce",
        name="Org",
        environment="own",
        own_address="https://Acme.my.salesforce.com/lightning/page/home",
        client_id="x",
    )
    assert authorization.login_url == "https://acme.my.salesforce.com"


def test_a_name_is_given_once(simulator: Simulator) -> None:
    scene.a_pending_authorization("Org")
    with pytest.raises(BadInput) as raised:
        scene.a_pending_authorization("Org")
    assert raised.value.at == "name"


def test_a_removed_authorization_is_given_back(simulator: Simulator) -> None:
    _, query = begun(scene.a_pending_authorization())
    authorization = finished(query)
    assert simulator.org.grants.approvals
    connection = scene.a_connection(scene.a_project(), authorization)
    with pytest.raises(BadInput) as raised:
        authorizations.remove_authorization(authorization)
    assert raised.value.params == {"connections": "Salesforce"}
    connection.delete()
    authorizations.remove_authorization(authorization)
    assert not simulator.org.grants.approvals
    assert not Authorization.objects.exists()


def test_forgotten_sign_ins_are_forgotten(simulator: Simulator) -> None:
    authorize.begin(
        scene.a_pending_authorization(), person=scene.a_person(), redirect_uri=RETURN_ADDRESS
    )
    assert authorize.forget_stale() == 0
    assert authorize.forget_stale(now=timezone.now() + timedelta(hours=1)) == 1


def test_authorizing_again_mends_a_lost_grant(simulator: Simulator) -> None:
    _, query = begun(scene.a_pending_authorization())
    authorization = finished(query)
    Authorization.objects.update(state=AuthorizationState.LOST, reason="oauth.invalid_grant")
    address = authorize.begin(
        authorization, person=scene.a_person("b@example.org"), redirect_uri=RETURN_ADDRESS
    )
    mended = finished(scene.sign_in(address))
    assert (mended.state, mended.reason) == (AuthorizationState.ACTIVE, "")
    assert mended.generation == 2
