"""A person is known by their e-mail address and keeps a language and a look of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _


class People(BaseUserManager["User"]):
    """Makes users; addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **extra: Any) -> User:
        user = self.model(email=email.strip().lower(), **extra)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **extra: Any) -> User:
        return self.create_user(email, password, is_superuser=True, **extra)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who may sign in. `language` and `theme` are empty until they chose.

    steps_put_away: ids of the projects whose first steps they need not see any more.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=8, blank=True)
    theme = models.CharField(_("look"), max_length=8, blank=True)
    steps_put_away = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], editable=False
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    objects: ClassVar[People] = People()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class SignInAttempt(models.Model):
    """A try to sign in that has not succeeded (yet); see `sign_in_limits.py`.

    account: a keyed digest of the address that was typed, since people type passwords there.
    """

    account = models.CharField(max_length=64)
    address = models.CharField(max_length=45)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [models.Index(fields=["at"], name="sign_in_attempt_at")]

    def __str__(self) -> str:
        return f"attempt from {self.address}"


class SetUpLink(models.Model):
    """A link with which a new administrator makes their account; see `set_up_links.py`.

    digest: of the token, which only the link itself holds.
    """

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"set-up link until {self.expires_at}"
