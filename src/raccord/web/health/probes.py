"""The addresses for machines, answered before all that stands between a browser and the screens.

No session is looked up, no sign-in asked for, no host name checked: whoever watches asks each
process by its own address. The same middleware measures how long every other request takes.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from ipaddress import ip_address

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from raccord.web.health import metrics, readiness

log = structlog.get_logger(__name__)

Next = Callable[[HttpRequest], HttpResponse]

# What a web server in front of us adds: the request then comes from anywhere.
_FORWARDED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_REAL_IP")
_OWN_NAMES = {"localhost", "127.0.0.1", "[::1]"}


class Probes:
    """Answers /health/live, /health/ready and /metrics; measures the others."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self._answers: dict[str, Next] = {
            "/health/live": _live,
            "/health/ready": _ready,
            "/metrics": _metrics,
        }

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if answer := self._answers.get(request.path_info):
            return _unstored(answer(request) if request.method in {"GET", "HEAD"} else _not_a_get())
        began = time.monotonic()
        response = self.get_response(request)
        metrics.note_request(response.status_code, seconds=time.monotonic() - began)
        return response


def may_see_metrics(request: HttpRequest) -> bool:
    """With the token, where one is set; else from this machine, with no web server in between."""
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return hmac.compare_digest(given.encode(), settings.METRICS_TOKEN.encode())
    if any(name in request.META for name in _FORWARDED):
        return False
    host = request.META.get("HTTP_HOST", "").lower()
    name = host if host.endswith("]") else host.rpartition(":")[0] or host
    return name in _OWN_NAMES and _is_loopback(request.META.get("REMOTE_ADDR", ""))


def _live(_request: HttpRequest) -> HttpResponse:
    return JsonResponse({"live": True})


def _ready(_request: HttpRequest) -> HttpResponse:
    found = readiness.look()
    return JsonResponse(found, status=200 if found["ready"] else 503)


def _metrics(request: HttpRequest) -> HttpResponse:
    if not may_see_metrics(request):
        return HttpResponse("not from here, or not without the token\n", status=403)
    try:
        text = metrics.text()
    except (DatabaseError, InterfaceError) as error:
        log.warning("metrics.not_read", error=type(error).__name__)
        return HttpResponse("the database cannot be read\n", status=503)
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _not_a_get() -> HttpResponse:
    return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})


def _unstored(answer: HttpResponse) -> HttpResponse:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # Whoever asks every few seconds would fill the log with it.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer


def _is_loopback(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None)
    return bool((mapped or found).is_loopback)
