"""A person's own settings: language, look, name, password."""

from django.conf import settings
from django.test import Client

from raccord.accounts.models import User
from tests import cast


def test_the_browser_decides_the_language_until_the_person_does(
    client: Client, marketer: User
) -> None:
    french = {"Accept-Language": "fr-CA,fr;q=0.9"}
    assert client.get("/sign-in/", headers=french).headers["Content-Language"] == "fr"
    client.post("/account/language/", {"language": "en", "next": "/sign-in/"})
    assert client.get("/sign-in/", headers=french).headers["Content-Language"] == "en"


def test_the_language_is_kept_for_the_person(signed_in: Client, marketer: User) -> None:
    answer = signed_in.post("/account/language/", {"language": "fr", "next": "/account/"})
    assert answer.headers["Location"] == "/account/"
    marketer.refresh_from_db()
    assert marketer.language == "fr"
    signed_in.cookies.pop(settings.LANGUAGE_COOKIE_NAME)
    assert b'<html lang="fr"' in signed_in.get("/account/").content


def test_only_our_own_languages_and_pages_are_taken(signed_in: Client, marketer: User) -> None:
    data = {"language": "tlh", "next": "https://elsewhere.example/"}
    assert signed_in.post("/account/language/", data).headers["Location"] == "/"
    marketer.refresh_from_db()
    assert marketer.language == ""


def test_the_look_is_written_by_the_server(signed_in: Client, marketer: User) -> None:
    signed_in.post("/account/look/", {"look": "dark", "next": "/account/"})
    assert b'data-bs-theme="dark"' in signed_in.get("/account/").content
    signed_in.post("/account/look/", {"look": "", "next": "/account/"})
    assert b"data-bs-theme" not in signed_in.get("/account/").content


def test_name_and_language_are_saved_together(signed_in: Client, marketer: User) -> None:
    signed_in.post("/account/", {"name": "Ana M.", "language": "fr", "theme": "light"})
    marketer.refresh_from_db()
    assert (marketer.name, marketer.language, marketer.theme) == ("Ana M.", "fr", "light")


def test_a_new_password_needs_the_old_one(signed_in: Client, marketer: User) -> None:
    new = {"new_password1": "another fine secret", "new_password2": "another fine secret"}
    signed_in.post("/account/password/", new | {"old_password": "wrong"})
    marketer.refresh_from_db()
    assert marketer.check_password(cast.PASSWORD)
    signed_in.post("/account/password/", new | {"old_password": cast.PASSWORD})
    marketer.refresh_from_db()
    assert marketer.check_password("another fine secret")
    assert signed_in.get("/account/").status_code == 200
