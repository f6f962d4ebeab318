"""Secrets at rest: sealed with the first key, readable with all, useless with another."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import BinaryField
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from raccord.alerts.models import AlertHook
from raccord.connections import rotation, vault
from raccord.connections.models import Authorization
from raccord.engine.errors import Transient


@given(secret=st.text(min_size=1))
def test_what_was_sealed_is_read_back(secret: str) -> None:
    sealed = vault.seal(secret)
    assert secret.encode() not in sealed or len(secret) < 3
    assert vault.unseal(sealed) == secret


def test_no_secret_is_visibly_none() -> None:
    assert vault.seal("") == b""
    assert vault.unseal(b"") == ""


def test_a_key_is_rotated_by_putting_the_new_one_first(settings: Settings) -> None:
    settings.VAULT_KEYS = ["old"]
    sealed = vault.seal("secret")
    settings.VAULT_KEYS = ["new", "old"]
    assert vault.unseal(sealed) == "secret"
    resealed = vault.reseal(sealed)
    settings.VAULT_KEYS = ["new"]
    assert vault.unseal(resealed) == "secret"
    with pytest.raises(Transient):
        vault.unseal(sealed)


def test_another_key_is_a_clear_error_that_says_nothing_of_the_secret(
    settings: Settings,
) -> None:
    settings.VAULT_KEYS = ["one"]
    sealed = vault.seal("the-secret")
    settings.VAULT_KEYS = ["another"]
    with pytest.raises(Transient) as raised:
        vault.unseal(sealed)
    assert raised.value.code == vault.WRONG_KEY
    assert "the-secret" not in repr(raised.value)


def test_every_column_that_takes_a_secret_is_rotated() -> None:
    """What is sealed is bytes, and so are the contents of files; nothing else is."""
    stored = {
        (model, each.name)
        for model in apps.get_models()
        for each in model._meta.fields
        if isinstance(each, BinaryField) and each.name != "content"
    }
    assert stored == {(model, name) for model, names in rotation.sealed().items() for name in names}
    assert {Authorization, AlertHook} <= rotation.sealed().keys()


@pytest.mark.django_db
def test_after_a_rotation_the_former_key_can_go(settings: Settings) -> None:
    settings.VAULT_KEYS = ["old"]
    Authorization.objects.create(
        source="memory", name="a", login_url="", access_token_sealed=vault.seal("token")
    )
    settings.VAULT_KEYS = ["new", "old"]
    call_command("reseal", stdout=StringIO())
    settings.VAULT_KEYS = ["new"]
    row = Authorization.objects.get()
    assert vault.unseal(row.access_token_sealed) == "token"
    assert bytes(row.client_secret_sealed) == b""
    settings.VAULT_KEYS = ["another"]
    with pytest.raises(CommandError, match="1 stored row"):
        call_command("reseal")
    settings.VAULT_KEYS = ["new"]
    assert vault.unseal(Authorization.objects.get().access_token_sealed) == "token"
