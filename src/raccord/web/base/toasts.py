"""Messages on their way into an htmx answer: as the header that `toasts.js` listens to.

A full page shows Django's messages itself (`base/messages.html`). An answer to htmx is often but a
part of a page, or nothing: a message would wait there for the next full page, and be told too
late. An answer that sends the browser to another page leaves them to that page, and a request that
a page makes by itself, again and again, takes nobody's messages.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django_htmx.http import trigger_client_event

Next = Callable[[HttpRequest], HttpResponse]
TO_ANOTHER_PAGE = ("HX-Redirect", "HX-Refresh", "HX-Location")


class Toasts:
    """Stands inside MessageMiddleware, which keeps what nobody has shown."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if _shows_a_part(request, response) and (messages := _unshown(request)):
            trigger_client_event(response, "toasts", {"messages": messages})
        return response


def _shows_a_part(request: HttpRequest, response: HttpResponse) -> bool:
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("X-By-Itself") is None
        and not 300 <= response.status_code < 400
        and not any(name in response.headers for name in TO_ANOTHER_PAGE)
    )


def _unshown(request: HttpRequest) -> list[dict[str, str]]:
    stored = get_messages(request)
    if getattr(stored, "used", True):  # the answer shows them itself
        return []
    return [{"level": message.level_tag, "text": str(message)} for message in stored]
