"""What is shown when a request cannot be answered.

These pages ask the database for nothing, since it may be what failed. Django calls them through
the handlers named in `web/urls.py`.
"""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from raccord.web.sign_in_wall import open_to_all


@open_to_all
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return _page(
        400,
        _("This request could not be understood"),
        _("Go back and try again. If it happens again, tell whoever looks after Raccord."),
    )


@open_to_all
def forbidden(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        403,
        _("You may not do this"),
        _("Ask an administrator if you think that you should be able to."),
    )


@open_to_all
def csrf_failed(_request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        403,
        _("This page was open for too long"),
        _("Nothing was changed. Go back, reload the page and send it again."),
    )


@open_to_all
def not_found(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _page(
        404,
        _("There is nothing here"),
        _("The page was moved, or what it showed was deleted."),
    )


def too_large(_request: HttpRequest) -> HttpResponse:
    return _page(
        413,
        _("This is too large"),
        _("Nothing was taken. Split the file, then import the parts one after another."),
    )


@open_to_all
def failed(_request: HttpRequest) -> HttpResponse:
    return _page(
        500,
        _("Something went wrong on our side"),
        _("Nothing was changed by this request. It was logged; try again in a moment."),
    )


def _page(status: int, title: str, text: str) -> HttpResponse:
    context = {"status": status, "title": title, "text": text, "language": get_language()}
    return HttpResponse(render_to_string("errors/page.html", context), status=status)
