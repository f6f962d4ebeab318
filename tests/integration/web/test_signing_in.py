"""Who gets in, who does not, and how often one may try."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from raccord.accounts import set_up_links, sign_in_limits
from raccord.accounts.models import SetUpLink, SignInAttempt, User
from tests import cast

NEWCOMER = {
    "name": "Noor",
    "email": "Noor@Example.org",
    "password": "a long enough secret",
    "password_again": "a long enough secret",
}


def try_to_sign_in(client: Client, password: str, email: str = cast.MARKETER) -> bool:
    client.post("/sign-in/", {"username": email, "password": password})
    return "_auth_user_id" in client.session


def test_a_stranger_is_sent_to_the_sign_in_page_and_back_afterwards(
    client: Client, marketer: User
) -> None:
    answer = client.get("/account/")
    assert answer.headers["Location"] == "/sign-in/?next=/account/"
    data = {"username": cast.MARKETER, "password": cast.PASSWORD, "next": "/account/"}
    assert client.post("/sign-in/", data).headers["Location"] == "/account/"


def test_a_stranger_does_not_learn_which_projects_exist(client: Client, project: object) -> None:
    known, unknown = client.get("/projects/cast/"), client.get("/projects/nothing/")
    assert known.status_code == unknown.status_code == 302


def test_a_pop_up_of_an_ended_session_leads_to_the_sign_in_page(client: Client, db: None) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/projects/cast/"}
    answer = client.get("/projects/new/", headers=headers)
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=/projects/cast/"


def test_the_address_may_be_typed_in_capitals(client: Client, marketer: User) -> None:
    assert try_to_sign_in(client, cast.PASSWORD, cast.MARKETER.upper())


def test_nobody_gets_in_after_too_many_attempts_even_with_the_password(
    client: Client, marketer: User
) -> None:
    for _ in range(sign_in_limits.SAME_ACCOUNT_AND_ADDRESS):
        assert not try_to_sign_in(client, "a guess")
    assert not try_to_sign_in(client, cast.PASSWORD)
    answer = client.post("/sign-in/", {"username": cast.MARKETER, "password": cast.PASSWORD})
    assert "Too many attempts" in answer.content.decode()


def test_attempts_are_forgotten_after_a_quarter_of_an_hour(client: Client, marketer: User) -> None:
    for _ in range(sign_in_limits.SAME_ACCOUNT_AND_ADDRESS + 1):
        sign_in_limits.note_attempt(cast.MARKETER, address="127.0.0.1")
    SignInAttempt.objects.update(at=timezone.now() - sign_in_limits.WINDOW - timedelta(seconds=1))
    assert try_to_sign_in(client, cast.PASSWORD)


def test_a_success_takes_back_earlier_mistypings(client: Client, marketer: User) -> None:
    for _ in range(sign_in_limits.SAME_ACCOUNT_AND_ADDRESS - 1):
        assert not try_to_sign_in(client, "a typo")
    assert try_to_sign_in(client, cast.PASSWORD)
    assert not SignInAttempt.objects.exists()


def test_one_address_may_not_try_many_accounts(db: None) -> None:
    answers = [
        sign_in_limits.note_attempt(f"p{number}@example.org", address="192.0.2.1")
        for number in range(sign_in_limits.SAME_ADDRESS + 1)
    ]
    assert answers == [True] * sign_in_limits.SAME_ADDRESS + [False]
    assert sign_in_limits.note_attempt("p1@example.org", address="192.0.2.2")


def test_what_was_typed_as_an_address_is_not_kept_readable(client: Client, marketer: User) -> None:
    try_to_sign_in(client, "x", "my-secret-password@example.org")
    assert "my-secret-password" not in SignInAttempt.objects.get().account


def test_signing_out_needs_a_form(signed_in: Client) -> None:
    assert signed_in.get("/sign-out/").status_code == 405
    signed_in.post("/sign-out/")
    assert "_auth_user_id" not in signed_in.session


def test_a_set_up_link_makes_an_administrator_once(client: Client, db: None) -> None:
    page = f"/set-up/{set_up_links.make()}"
    assert client.get(page).status_code == 200
    assert client.post(page, NEWCOMER).headers["Location"] == "/"
    person = User.objects.get()
    assert (person.email, person.name, person.is_superuser) == ("noor@example.org", "Noor", True)
    assert person.check_password(NEWCOMER["password"])
    assert client.session["_auth_user_id"] == str(person.pk)
    assert client.post(page, NEWCOMER | {"email": "b@example.org"}).status_code == 410
    assert User.objects.count() == 1


def test_a_set_up_link_ends_after_a_day_and_with_the_next_link(client: Client, db: None) -> None:
    old, new = set_up_links.make(), set_up_links.make()
    assert client.get(f"/set-up/{old}").status_code == 410
    SetUpLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"/set-up/{new}").status_code == 410
    with pytest.raises(set_up_links.LinkNotValid):
        set_up_links.use(new, email="c@example.org", name="", password="a long enough secret")


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("password", "short", "password"),
        ("password_again", "another secret", "password_again"),
        ("email", "no address", "email"),
        ("name", "", "name"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client: Client, db: None, field: str, value: str, place: str
) -> None:
    token = set_up_links.make()
    answer = client.post(f"/set-up/{token}", NEWCOMER | {field: value})
    assert place in answer.context["form"].errors
    assert not User.objects.exists()
    assert set_up_links.is_valid(token)
