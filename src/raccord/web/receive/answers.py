"""The answers of the webhook: always JSON, always with our time, never what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from django.http import HttpResponse, JsonResponse

from raccord.connectors import webhook_refusals as refusals
from raccord.connectors.events import RefusedEvent

_AGAIN_AFTER_SECONDS = 30
_REFUSED = 400


def taken(ids: Iterable[str], refused: Iterable[RefusedEvent], *, now: datetime) -> HttpResponse:
    """202: these events are stored; those others say nothing usable, and why."""
    listed = [{"id": each.id, "position": each.position, "code": each.code} for each in refused]
    return _answer(202, {"v": 1, "taken": list(ids), "refused": listed}, now=now)


def refusal(code: str, *, now: datetime) -> HttpResponse:
    """Nothing was taken; a code of a connector's own is one of a bad message."""
    words, _ = refusals.SENTENCES.get(code, (code, ""))
    error = {"code": code, "message": words}
    answer = _answer(refusals.STATUSES.get(code, _REFUSED), {"error": error}, now=now)
    if answer.status_code == 405:
        answer.headers["Allow"] = "POST"
    if answer.status_code == 503:
        answer.headers["Retry-After"] = str(_AGAIN_AFTER_SECONDS)
    return answer


def _answer(status: int, content: Mapping[str, object], *, now: datetime) -> HttpResponse:
    stamp = now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    answer = JsonResponse({**content, "now": stamp}, status=status)
    answer.headers["Content-Length"] = str(len(answer.content))
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    # By `views.py`, with the code: Django would log each refusal once more, as if it were a fault.
    answer._has_been_logged = True  # type: ignore[attr-defined]
    return answer
