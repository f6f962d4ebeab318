"""Who is at the screen."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from raccord.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person; the sign-in wall (`web/middleware.py`) lets nobody else through."""
    return cast(User, request.user)
