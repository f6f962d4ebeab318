"""What a person gave us cannot be taken: put each reason beside the field it is about."""

from __future__ import annotations

from collections.abc import Iterable

from django import forms

from raccord.contacts.messages import explain
from raccord.engine.errors import BadInput


def show_problems(form: forms.Form, problems: Iterable[BadInput]) -> None:
    """Add every problem to the form, in words: beside its field, else above the form."""
    for problem in problems:
        place = problem.at if problem.at in form.fields else None
        form.add_error(place, explain(problem.code, problem.params))
