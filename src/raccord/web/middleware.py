"""What every request passes: headers, plain text, language, size, current project.

Their order is the settings' order: headers first, so that they are on every answer. The wall
between language and project is `sign_in_wall.py`. Before all of them stands `receive/entrance.py`,
whose requests pass none.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from raccord.contacts.models import Project
from raccord.web.context import LAST_PROJECT
from raccord.web.errors.views import not_found, too_large
from raccord.web.imports.forms import LARGEST_FILE

Next = Callable[[HttpRequest], HttpResponse]

# The largest import and the form around it.
LARGEST_BODY = LARGEST_FILE + 1024 * 1024
NUL = "\0"
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "img-src 'self' data:",
        "style-src 'self' 'unsafe-inline'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


class ContentSecurityPolicy:
    """No script but our own files; what a browser may keep, it keeps apart.

    One address answers a page, a part of it for htmx, or another language: a browser that goes
    back must not take one for the other.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        patch_vary_headers(response, ["Accept-Language", "HX-Request", "HX-Target"])
        return response


class NoNul:
    """Take the one character that PostgreSQL cannot hold out of addresses and cookies.

    No browser sends it by itself, and nothing here is named with it. What is posted is checked by
    the forms, which name the field.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if NUL in request.path_info:
            return not_found(request)
        if any(NUL in text for entry in request.GET.lists() for text in (entry[0], *entry[1])):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        for name, value in list(request.COOKIES.items()):
            if NUL in value:
                del request.COOKIES[name]
        return self.get_response(request)


class PersonLocale:
    """The language a person chose, else the one of the cookie, else the browser's."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "")
        language = chosen or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class UploadLimit:
    """Refuse a body that is longer than the largest file, before a byte of it is read."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > LARGEST_BODY:
            return too_large(request)
        return self.get_response(request)


class CurrentProject:
    """Give the views below /projects/<project>/ the project itself, and its time zone.

    The address carries the short name; the view's argument `project` is the `Project`. It stands
    behind the sign-in wall, so that nobody else learns which projects there are.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()

    def process_view(
        self,
        request: HttpRequest,
        _view: Callable[..., HttpResponse],
        _args: object,
        kwargs: dict[str, object],
    ) -> None:
        if "project" not in kwargs:
            return
        project = get_object_or_404(Project, slug=kwargs["project"])
        kwargs["project"] = project
        request.project = project  # type: ignore[attr-defined]
        timezone.activate(project.time_zone)
        if request.session.get(LAST_PROJECT) != project.pk:
            request.session[LAST_PROJECT] = project.pk


def _without_nul(query: QueryDict) -> QueryDict:
    cleaned = QueryDict(mutable=True)
    for name, values in query.lists():
        cleaned.setlist(name.replace(NUL, ""), [value.replace(NUL, "") for value in values])
    cleaned._mutable = False
    return cleaned
