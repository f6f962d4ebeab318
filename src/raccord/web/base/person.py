"""Who asks: the signed-in person of a request, and the origin of what they change."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from raccord.accounts.models import User
from raccord.engine.records import Origin, OriginKind


def signed_in(request: HttpRequest) -> User:
    """Return the person; the sign-in wall has made sure that there is one."""
    return cast(User, request.user)


def origin(request: HttpRequest) -> Origin:
    """Return what the change log says of a change made on a screen."""
    return Origin(OriginKind.PERSON, actor=signed_in(request).email)
