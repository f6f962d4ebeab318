"""Nobody sees a page without signing in, except those that say so.

One of the middlewares, between the language and the project (`middleware.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django_htmx.http import HttpResponseClientRedirect

Next = Callable[[HttpRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def open_to_all(view: View) -> View:
    """Mark a view as reachable without signing in."""
    view.open_to_all = True  # type: ignore[attr-defined]
    return view


class SignInRequired:
    """Every address needs a signed-in person unless its view says `open_to_all`."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        _args: object,
        _kwargs: object,
    ) -> HttpResponse | None:
        if request.user.is_authenticated or getattr(view, "open_to_all", False):
            return None
        if request.headers.get("HX-Request"):
            # The sign-in page must not end up inside a pop-up; afterwards the whole page returns.
            page = urlsplit(request.headers.get("HX-Current-URL", "")).path or "/"
            return HttpResponseClientRedirect(redirect_to_login(page).headers["Location"])
        return redirect_to_login(request.get_full_path())
