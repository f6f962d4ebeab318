"""Failures in words, where a screen needs them: beside a field, above a form, as a message."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest

from raccord.connections.sentences import explain_failure
from raccord.engine.errors import BadInput, Failure


def in_words(failure: Failure, *, source: str = "") -> str:
    """What happened and what to do, as one piece of text."""
    explanation = explain_failure(failure, source=source)
    return f"{explanation.what} {explanation.todo}".strip()


def show(form: forms.Form, failure: Failure, *, source: str = "") -> None:
    """Put the failure beside the field it names, else above the form."""
    at = failure.at if isinstance(failure, BadInput) else ""
    form.add_error(at if at in form.fields else None, in_words(failure, source=source))


def tell(request: HttpRequest, failure: Failure, *, source: str = "") -> None:
    """Show the failure at the top of the next page."""
    messages.error(request, in_words(failure, source=source))
