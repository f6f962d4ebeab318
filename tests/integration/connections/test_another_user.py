"""Authorized again by another user than before: asked about, and nothing is lost either way."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import httpx
import pytest
from django.db.models import F
from django.test import Client

from raccord.accounts.models import User
from raccord.connections import authorize, vault
from raccord.connections.models import (
    Authorization,
    AuthorizationState,
    SigningIn,
    WaitingGrant,
)
from raccord.engine.errors import BadInput
from salesforce_simulator.server import Simulator
from tests.integration.connections import scene
from tests.integration.connections.scene import RETURN_ADDRESS

pytestmark = pytest.mark.django_db(transaction=True)

FORMER = "former@example.org"


@pytest.fixture
def person() -> User:
    return scene.a_person()


@pytest.fixture
def authorization(simulator: Simulator, person: User) -> Authorization:
    """One that somebody else had authorized, and that was lost since."""
    pending = scene.a_pending_authorization()
    granted = signed_in(pending, person)
    assert isinstance(granted, Authorization)  # the first one asks nobody
    Authorization.objects.update(
        user="005000000000001AAA", username=FORMER, state=AuthorizationState.LOST
    )
    return Authorization.objects.get()


def signed_in(authorization: Authorization, person: User) -> Authorization | WaitingGrant:
    address = authorize.begin(
        authorization, person=person, redirect_uri=RETURN_ADDRESS, return_to="/projects/"
    )
    query = scene.sign_in(address)
    claimed = authorize.claim_return(query, person=person)
    return authorize.finish(claimed, query=query, redirect_uri=RETURN_ADDRESS)


def asked(authorization: Authorization, person: User) -> WaitingGrant:
    waiting = signed_in(authorization, person)
    assert isinstance(waiting, WaitingGrant)
    return waiting


def stored() -> tuple[str, str, int, bytes]:
    row = Authorization.objects.get()
    return row.username, row.state, row.generation, bytes(row.access_token_sealed)


def userinfo(simulator: Simulator, waiting: WaitingGrant) -> int:
    """What the other side says to who shows the token of this grant."""
    token = json.loads(vault.unseal(waiting.grant_sealed))["grant"]["access_token"]
    address = f"{simulator.url}/services/oauth2/userinfo"
    with httpx.Client(trust_env=False) as client:
        return client.get(address, headers={"Authorization": f"Bearer {token}"}).status_code


def test_nothing_changes_until_somebody_answers(authorization: Authorization, person: User) -> None:
    before = stored()
    waiting = asked(authorization, person)
    assert stored() == before
    assert waiting.username == scene.ADMIN[0]
    assert b"access_token" not in bytes(waiting.grant_sealed)
    assert not SigningIn.objects.exists()


def test_yes_works_as_the_other_user_from_now_on(
    authorization: Authorization, person: User
) -> None:
    generation = authorization.generation
    granted = authorize.use(asked(authorization, person))
    assert (granted.username, granted.state) == (scene.ADMIN[0], AuthorizationState.ACTIVE)
    assert granted.generation == generation + 1
    assert vault.unseal(granted.access_token_sealed)
    assert not WaitingGrant.objects.exists()


def test_no_leaves_everything_and_gives_the_grant_back(
    simulator: Simulator, authorization: Authorization, person: User
) -> None:
    before = stored()
    waiting = asked(authorization, person)
    assert userinfo(simulator, waiting) == 200
    authorize.refuse(waiting)
    assert stored() == before
    assert not WaitingGrant.objects.exists()
    assert userinfo(simulator, waiting) != 200


def test_it_is_answered_once(authorization: Authorization, person: User) -> None:
    waiting = asked(authorization, person)
    authorize.use(waiting)
    with pytest.raises(BadInput):
        authorize.refuse(waiting)
    with pytest.raises(BadInput):
        authorize.use(waiting)
    assert Authorization.objects.get().state == AuthorizationState.ACTIVE


def test_who_does_not_answer_has_said_no(authorization: Authorization, person: User) -> None:
    before = stored()
    asked(authorization, person)
    authorize.forget_stale()
    assert WaitingGrant.objects.count() == 1
    WaitingGrant.objects.update(created_at=F("created_at") - timedelta(minutes=16))
    authorize.forget_stale()
    assert not WaitingGrant.objects.exists()
    assert stored() == before


def test_the_same_user_is_not_asked(authorization: Authorization, person: User) -> None:
    authorize.use(asked(authorization, person))
    again = signed_in(Authorization.objects.get(), person)
    assert isinstance(again, Authorization)


@pytest.mark.parametrize(("answer", "username"), [("use", scene.ADMIN[0]), ("refuse", FORMER)])
def test_the_page_names_both_and_what_changes(
    client: Client, authorization: Authorization, person: User, answer: str, username: str
) -> None:
    waiting = asked(authorization, person)
    client.force_login(person)
    address = f"/connections/authorizations/other-user/{waiting.key}/"
    text = client.get(address).text
    assert FORMER in text
    assert scene.ADMIN[0] in text
    posted = client.post(address, {"answer": answer})
    assert (posted.status_code, posted["Location"]) == (302, "/projects/")
    assert Authorization.objects.get().username == username
    assert client.get(address).status_code == 422  # over


def test_nobody_else_can_answer(client: Client, authorization: Authorization, person: User) -> None:
    waiting = asked(authorization, person)
    client.force_login(scene.a_person("other@example.org"))
    for key in (waiting.key, uuid4()):
        answer = client.post(f"/connections/authorizations/other-user/{key}/", {"answer": "use"})
        assert answer.status_code == 422
    assert WaitingGrant.objects.count() == 1
