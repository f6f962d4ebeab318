"""Links with which a new administrator makes their account: random, expiring, good for once.

The token is in the link only; the database holds its digest, so that nobody who reads the
database can use it.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone

from raccord.accounts.models import SetUpLink, User

VALID_FOR = timedelta(hours=24)


class LinkNotValid(Exception):  # noqa: N818 - reads as what it is where it is caught
    """The link was never made, has expired or was used."""


def make() -> str:
    """Make a link and return its token; links made earlier and not used end with it."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        SetUpLink.objects.filter(used_at=None).delete()
        SetUpLink.objects.create(digest=_digest(token), expires_at=timezone.now() + VALID_FOR)
    return token


def is_valid(token: str) -> bool:
    return _usable(token).exists()


def use(token: str, *, email: str, name: str, password: str) -> User:
    """Make the administrator's account; raises LinkNotValid, and then makes nothing."""
    with transaction.atomic():
        if not _usable(token).update(used_at=Now()):
            raise LinkNotValid
        return make_administrator(email, name=name, password=password)


def make_administrator(email: str, *, name: str = "", password: str) -> User:
    return User.objects.create_user(email, password, name=name, is_superuser=True)


def _usable(token: str) -> models.QuerySet[SetUpLink]:
    return SetUpLink.objects.filter(digest=_digest(token), used_at=None, expires_at__gt=Now())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
