"""What is shown when a request cannot be answered.

These pages ask the database for nothing, since it may be what failed. Django calls them through
the handlers named in `web/urls.py`.
"""

from __future__ import annotations

import sys

import structlog
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from raccord.web.errors import database_troubles
from raccord.web.errors.database_troubles import Trouble
from raccord.web.sign_in_wall import open_to_all

log = structlog.get_logger(__name__)

AGAIN_AFTER_SECONDS = 10


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
def failed(request: HttpRequest) -> HttpResponse:
    """Something was raised that nobody expected; or the database cannot do what it should."""
    if trouble := database_troubles.met(sys.exception()):
        # Whoever asks may not have been looked up, so their own language is not known.
        with translation.override(translation.get_language_from_request(request)):
            return unavailable(trouble)
    return _page(
        500,
        _("Something went wrong on our side"),
        _("Nothing was changed by this request. It was logged; try again in a moment."),
    )


def unavailable(trouble: Trouble) -> HttpResponse:
    """What the database cannot do at this moment; whoever asks again finds out that it can."""
    titles = {
        Trouble.AWAY: _("The database cannot be reached"),
        Trouble.FULL: _("There is no room left to save anything"),
        Trouble.READ_ONLY: _("Nothing can be saved at the moment"),
    }
    texts = {
        Trouble.AWAY: _(
            "Nothing was changed by this request. Raccord comes back by itself; try again in a "
            "moment."
        ),
        Trouble.FULL: _(
            "Nothing was changed by this request. Whoever looks after Raccord has to make room on "
            "the disk of the database; what was saved before is safe."
        ),
        Trouble.READ_ONLY: _(
            "Nothing was changed by this request. The database can only be read; whoever looks "
            "after Raccord has to find out why."
        ),
    }
    log.warning("database.trouble", trouble=trouble)
    answer = _page(503, titles[trouble], texts[trouble])
    answer._has_been_logged = True  # type: ignore[attr-defined]
    answer.headers["Retry-After"] = str(AGAIN_AFTER_SECONDS)
    return answer


def _page(status: int, title: str, text: str) -> HttpResponse:
    context = {"status": status, "title": title, "text": text, "language": get_language()}
    return HttpResponse(render_to_string("errors/page.html", context), status=status)
