"""Where a screen goes after it saved: one call for plain forms and for htmx pop-ups alike."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.template.response import TemplateResponse
from django_htmx.http import HttpResponseClientRedirect


def go_to(request: HttpRequest, to: Any, *args: Any, **kwargs: Any) -> HttpResponse:
    """Redirect to a view name, model or address; out of a pop-up the whole page follows."""
    address = resolve_url(to, *args, **kwargs)
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(address)
    return HttpResponseRedirect(address)


def invalid(request: HttpRequest, template: str, context: dict[str, Any]) -> TemplateResponse:
    """Show a form again with its errors: 422, which htmx swaps in and a browser just shows."""
    return TemplateResponse(request, template, context, status=422)
