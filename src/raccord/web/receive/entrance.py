"""The way in for what other systems post: before everything that serves people in browsers.

First of the middlewares, so that no session is looked up, no sign-in asked for, no language chosen
and no page shown. The host name is not checked either: behind a proxy that rewrites it, a message
would be refused for ever though its signature proves its sender.
"""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from raccord.web.receive.views import PREFIX, receive

Next = Callable[[HttpRequest], HttpResponse]


class Entrance:
    """Whatever is asked for below the prefix gets an answer of `receive`, and no other."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        return receive(request, key=_key(request.path_info))


def _key(path: str) -> UUID | None:
    """The last part of the address, with or without the slash after it."""
    try:
        return UUID(path.removeprefix(PREFIX).removesuffix("/"))
    except ValueError:
        return None
