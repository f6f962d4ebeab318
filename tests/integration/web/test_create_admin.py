"""`raccord create-admin`: a link for a person, an account at once for a script."""

import io

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from raccord.accounts.models import SetUpLink, User
from tests import cast


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("create_admin", *arguments, stdout=out)
    return out.getvalue().strip()


def test_the_printed_link_leads_to_the_set_up_page(client: Client, db: None) -> None:
    link = run()
    assert link.startswith(f"{settings.PUBLIC_URL}/set-up/")
    assert client.get(link.removeprefix(settings.PUBLIC_URL)).status_code == 200


def test_the_database_does_not_hold_the_link_itself(db: None) -> None:
    token = run().rsplit("/", 1)[1]
    assert token not in SetUpLink.objects.get().digest


def test_a_script_makes_the_account_at_once(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("a long enough secret\n"))
    run("--email", "Ops@Example.org", "--password-from-stdin", "--name", "Ops")
    person = User.objects.get()
    assert (person.email, person.is_superuser) == ("ops@example.org", True)
    assert person.check_password("a long enough secret")


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("not an address", "a long enough secret"),
        ("ops@example.org", "short"),
        (cast.MARKETER, "a"),
    ],
)
def test_bad_input_is_an_error_and_makes_nothing(
    marketer: User, monkeypatch: pytest.MonkeyPatch, email: str, password: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    with pytest.raises(CommandError):
        run("--email", email, "--password-from-stdin")
    assert list(User.objects.all()) == [marketer]


def test_where_somebody_has_an_account_the_first_run_says_nothing(marketer: User) -> None:
    assert run("--if-nobody") == ""
    assert not SetUpLink.objects.exists()
