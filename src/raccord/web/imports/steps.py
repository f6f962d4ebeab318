"""The steps of the wizard: which there are, where an import stands, and where each is to be found.

Each step has an address of its own. What a step asks is kept with the import as soon as it is
sent, so that a person can reload, go back, leave and come back.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from raccord.contacts.models import ImportRun, Project, RunState
from raccord.web.base import answers

BEING_SET_UP = (RunState.DRAFT, RunState.CHECKING, RunState.READY)

RunView = Callable[[HttpRequest, ImportRun], HttpResponse]
View = Callable[[HttpRequest, Project, int], HttpResponse]


class Step(StrEnum):
    FILE = "file"
    READING = "reading"
    COLUMNS = "columns"
    RULES = "rules"
    PREVIEW = "preview"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class StepShown:
    """href: "" where it cannot be gone to from here."""

    title: str
    href: str
    is_current: bool


def titles() -> dict[Step, str]:
    return {
        Step.FILE: _("File"),
        Step.READING: _("Reading"),
        Step.COLUMNS: _("Columns"),
        Step.RULES: _("Rules"),
        Step.PREVIEW: _("Preview"),
        Step.RESULT: _("Import"),
    }


def shown(run: ImportRun | None, current: Step) -> list[StepShown]:
    """All of them in their order; earlier ones lead back, and all that is known leads forth."""
    order = list(Step)
    at = order.index(current)
    return [
        StepShown(title, "" if step is current else _href(run, step, at=at), step is current)
        for step, title in titles().items()
    ]


def address(run: ImportRun, step: Step) -> str:
    """Where a step of an import is to be found."""
    name = "import" if step is Step.RESULT else f"import-{step}"
    return reverse(name, args=[run.project.slug, run.pk])


def while_set_up(view: RunView) -> View:
    """Give the view the import, or lead to its page once it can no longer be set up."""

    @wraps(view)
    def found(request: HttpRequest, project: Project, pk: int) -> HttpResponse:
        run = get_object_or_404(ImportRun.objects.select_related("project"), project=project, pk=pk)
        if run.state in BEING_SET_UP:
            return view(request, run)
        messages.info(request, _("This import has been started. Its settings stay as they are."))
        return answers.go_to(request, "import", project.slug, run.pk)

    return found


def _href(run: ImportRun | None, step: Step, *, at: int) -> str:
    """The file itself cannot be exchanged, only another import be begun."""
    if run is None or run.state not in BEING_SET_UP or step in (Step.FILE, Step.RESULT):
        return ""
    is_known = run.state != RunState.DRAFT or list(Step).index(step) < at
    return address(run, step) if is_known else ""
