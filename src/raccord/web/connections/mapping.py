"""The field mapping pop-up: one pair after another, each checked as it is added.

The form itself carries the lines, so nothing is stored before "Save"; every button posts the
whole form, and the answer is the pop-up again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from raccord.connections import describing, mappings, sentences, specs, transfers
from raccord.connections.mappings import LineVerdict, MappingLine
from raccord.connections.models import DataTransfer
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput, Failure
from raccord.engine.records import Direction, FieldSpec, FieldType, Rule
from raccord.engine.schema import RemoteField, RemoteObject
from raccord.sync import activate
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.mapping_words import transform_label
from raccord.web.connections.transfers import of_project

TEMPLATE = "connections/mapping.html"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as the pop-up shows it."""

    line: MappingLine
    local: str
    remote: str
    transforms: tuple[tuple[str, str], ...]
    failure: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemoteChoice:
    """An entry of the third-party field drop-down; a reason makes it one that cannot be chosen."""

    field: RemoteField
    reason: str = ""


def edit(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Show the pop-up, change the lines in the form, or store them."""
    transfer = of_project(project, key)
    try:
        remote = describing.described(transfer, fresh=request.method == "GET")
    except Failure as failure:
        context = {
            "transfer": transfer,
            "label": specs.data_type(transfer).label,
            "failure": problems.in_words(failure),
        }
        return render(request, "connections/mapping_unavailable.html", context)
    if request.method != "POST":
        return _shown(request, transfer, remote=remote, lines=mappings.stored_lines(transfer))
    return _posted(request, transfer, remote=remote)


def _posted(request: HttpRequest, transfer: DataTransfer, *, remote: RemoteObject) -> HttpResponse:
    act, _colon, number = request.POST.get("act", "save").partition(":")
    lines = _lines(request.POST)
    new: MappingLine | None = _new_line(request.POST)
    if new and (act == "add" or (act == "save" and new.field and new.remote_field)):
        reason = _reason_against(new, transfer=transfer, lines=lines, remote=remote)
        if reason:
            return _shown(request, transfer, remote=remote, lines=lines, new=new, problem=reason)
        lines, new = [*lines, new], None
    if act == "save":
        return _saved(request, transfer, remote=remote, lines=lines)
    if act == "propose":
        lines += mappings.propose(transfer, remote=remote, taken=lines)
        new = None
    elif act == "remove":
        lines = [line for position, line in enumerate(lines) if str(position) != number]
    return _shown(request, transfer, remote=remote, lines=lines, new=new)


def _reason_against(
    new: MappingLine,
    *,
    transfer: DataTransfer,
    lines: Sequence[MappingLine],
    remote: RemoteObject,
) -> str:
    """Why the pair that is being added cannot be, "" if it can."""
    if not new.field or not new.remote_field:
        return _("Choose a field on each side.")
    failure = mappings.check_mappings(transfer, [*lines, new], remote=remote)[-1].failure
    return problems.in_words(failure) if failure else ""


def _saved(
    request: HttpRequest,
    transfer: DataTransfer,
    *,
    remote: RemoteObject,
    lines: Sequence[MappingLine],
) -> HttpResponse:
    try:
        with transaction.atomic():
            before = mappings.stored_lines(transfer)
            mappings.save_mappings(transfer, lines, remote=remote)
            if mappings.stored_lines(transfer) != before:
                activate.mappings_changed(transfer)
    except mappings.InvalidMappings:
        reason = _("Some pairs cannot be saved; the reason stands beside each of them.")
        return _shown(request, transfer, remote=remote, lines=lines, problem=reason)
    except BadInput as problem:
        reason = problems.in_words(problem)
        return _shown(request, transfer, remote=remote, lines=lines, problem=reason)
    messages.success(request, _("The field mapping is saved."))
    project = transfer.connection.project
    return answers.go_to(request, "connection", project.slug, transfer.connection_id)


def _shown(
    request: HttpRequest,
    transfer: DataTransfer,
    *,
    remote: RemoteObject,
    lines: Sequence[MappingLine],
    new: MappingLine | None = None,
    problem: str = "",
) -> HttpResponse:
    known = {spec.key: spec for spec in transfer.connection.project.specs()}
    new = new or MappingLine("", "")
    taken = {line.field for line in lines}
    verdicts = mappings.check_mappings(transfer, lines, remote=remote)
    mapped = {line.remote_field for line in lines}
    context: dict[str, Any] = {
        "transfer": transfer,
        "remote": remote,
        "lines": [_line(each, known=known, remote=remote) for each in verdicts],
        "free": [spec for spec in known.values() if spec.key not in taken],
        "new": new,
        "problem": problem,
        "unsaved": list(lines) != mappings.stored_lines(transfer),
        "missing": transfers.unmapped_required(remote, mapped=mapped),
        "may_propose": bool(mappings.propose(transfer, remote=remote, taken=lines)),
    }
    if spec := known.get(new.field):
        choices = [_choice(spec, field, remote=remote, mapped=mapped) for field in _sorted(remote)]
        context["fitting"] = [each for each in choices if not each.reason]
        context["unfitting"] = [each for each in choices if each.reason]
        context["new_spec"] = spec
    return render(request, TEMPLATE, context, status=422 if problem else 200)


def _choice(
    spec: FieldSpec, field: RemoteField, *, remote: RemoteObject, mapped: set[str]
) -> RemoteChoice:
    if field.name in mapped:
        return RemoteChoice(field, _("It is mapped already."))
    line = MappingLine(spec.key, field.name)
    failure = mappings.check_line(line, spec=spec, remote=remote).failure
    return RemoteChoice(field, sentences.explain_failure(failure).what if failure else "")


def _line(verdict: LineVerdict, *, known: dict[str, FieldSpec], remote: RemoteObject) -> ShownLine:
    line = verdict.line
    spec, field = known.get(line.field), remote.fields.get(line.remote_field)
    return ShownLine(
        line=line,
        local=spec.label if spec else line.field,
        remote=field.label if field else line.remote_field,
        transforms=tuple((name, transform_label(name)) for name in verdict.transforms),
        failure=problems.in_words(verdict.failure) if verdict.failure else "",
        warnings=tuple(
            sentences.explain_failure(each).what
            for each in verdict.warnings
            if not _goes_without_saying(each, spec=spec)
        ),
    )


def _goes_without_saying(warning: BadInput, *, spec: FieldSpec | None) -> bool:
    """Nobody chose the length of a plain text field: that a name could be longer is no news."""
    return (
        warning.code == "raccord.mapping.longer_than_there"
        and spec is not None
        and spec.type is FieldType.TEXT
        and spec.max_length is None
    )


def _sorted(remote: RemoteObject) -> list[RemoteField]:
    return sorted(remote.fields.values(), key=lambda field: field.label.casefold())


def _lines(posted: QueryDict) -> list[MappingLine]:
    """The lines that the form carries; a half one is left out."""
    columns = ("field", "remote_field", "direction", "rule", "transform")
    rows = zip(*(posted.getlist(f"line_{name}") for name in columns), strict=False)
    return [
        MappingLine(field, remote_field, _direction(direction), _rule(rule), transform)
        for field, remote_field, direction, rule, transform in rows
    ]


def _new_line(posted: QueryDict) -> MappingLine:
    line = MappingLine(posted.get("new_field", ""), posted.get("new_remote", ""))
    return replace(line, transform=posted.get("new_transform", ""))


def _direction(name: str) -> Direction:
    return Direction(name) if name in set(Direction) else Direction.OUTBOUND


def _rule(name: str) -> Rule:
    return Rule(name) if name in set(Rule) else Rule.NEWEST
