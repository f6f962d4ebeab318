"""What has been decided about an import so far, and how a step keeps what it asked."""

from __future__ import annotations

from raccord.contacts import imports
from raccord.contacts.imports import Detected, ImportOptions
from raccord.contacts.models import ImportRun, RunState
from raccord.engine.errors import BadInput
from raccord.web.imports.steps import Step

MOST_COLUMNS = 500
"""Of a file: a choice for each of them must fit on a page, and be sent back."""


def decided(run: ImportRun) -> ImportOptions:
    """The options as they were kept last, else as they are proposed."""
    if run.options:
        return ImportOptions.from_json(run.options)
    return imports.detect(run).options


def keep(run: ImportRun, options: ImportOptions) -> None:
    """Keep the options; the same ones once more change nothing.

    Raises InvalidImport with every problem, BadInput ``raccord.import.not_now``.
    """
    if not run.options or ImportOptions.from_json(run.options) != options:
        imports.set_options(run, options)


def unreadable(found: Detected) -> list[BadInput]:
    """What is in the way of reading the file; its columns' fields are another step's."""
    problems = [one for one in found.problems if step_of(one.at) is Step.READING]
    if len(found.columns) > MOST_COLUMNS:
        limit = {"limit": str(MOST_COLUMNS)}
        problems.append(BadInput("raccord.import.too_many_columns", limit, at="delimiter"))
    return problems


def step_of(place: str) -> Step:
    """The step that asks for the option a problem is about (`BadInput.at`)."""
    option = place.partition(".")[0]
    if option in ("columns", "consent"):
        return Step.COLUMNS
    if option in ("mode", "blanks"):
        return Step.RULES
    return Step.READING


def step_at(run: ImportRun) -> Step:
    """The step at which somebody who comes back goes on."""
    if run.state != RunState.DRAFT:
        return Step.PREVIEW
    if not run.options:
        return Step.READING
    return Step.RULES if any(ImportOptions.from_json(run.options).columns) else Step.COLUMNS
