"""The field mapping pop-up: one pair after another, each checked as it is added.

The form itself carries the lines, so nothing is stored before "Save"; every button and every
choice of a direction or rule posts the whole form, and the answer is the pop-up again. Without
JavaScript what was chosen is stored all the same, and what follows from it is shown next time.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from raccord.connections import describing, endpoints, mappings, specs, transfers
from raccord.connections.mappings import MappingLine
from raccord.connections.models import DataTransfer
from raccord.contacts.models import Project
from raccord.engine import polling
from raccord.engine.errors import BadInput, Failure
from raccord.engine.records import Direction, Rule
from raccord.engine.schema import RemoteField, RemoteObject
from raccord.sync import activate
from raccord.web.base import answers
from raccord.web.connections import problems
from raccord.web.connections.intervals import every
from raccord.web.connections.mapping_lines import remote_choices, shown_lines
from raccord.web.connections.mapping_words import rule_example, rule_labels
from raccord.web.connections.transfers import of_project
from raccord.web.connections.value_choices import tell_released

TEMPLATE = "connections/mapping.html"
CUT = "cut"


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
    lines = mappings.as_stored(transfer, _lines(request.POST))
    new: MappingLine | None = _new_line(request.POST, transfer=transfer, remote=remote)
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
    focus = number if act == "choose" else ""
    return _shown(request, transfer, remote=remote, lines=lines, new=new, focus=focus)


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
                tell_released(request, activate.mappings_changed(transfer))
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
    focus: str = "",
) -> HttpResponse:
    source = transfer.connection.source
    source_label = endpoints.source_label(source)
    known = {spec.key: spec for spec in transfer.connection.project.specs()}
    new = new or MappingLine("", "")
    taken = {line.field for line in lines}
    verdicts = mappings.check_mappings(transfer, lines, remote=remote)
    mapped = {line.remote_field for line in lines}
    stored = transfer.mappings.values_list("field__key", "remote_field", "pk")
    tables = {(field, remote_field): pk for field, remote_field, pk in stored}
    shown = shown_lines(verdicts, known=known, remote=remote, source=source_label, tables=tables)
    unsaved = mappings.as_stored(transfer, lines) != mappings.stored_lines(transfer)
    context: dict[str, Any] = {
        "transfer": transfer,
        "remote": remote,
        "source_label": source_label,
        "lines": shown,
        "free": [spec for spec in known.values() if spec.key not in taken],
        "new": new,
        "problem": problem,
        "unsaved": unsaved,
        "turned": _turned(transfer, lines),
        "missing": _missing(remote, lines),
        "may_propose": bool(mappings.propose(transfer, remote=remote, taken=lines)),
        "focus": focus,
        "focus_new": not focus and (not lines or request.method == "POST"),
        **_explained(transfer, lines),
    }
    two_way = next((each for each in shown if each.rules), None)
    if two_way is not None:
        context["rules"] = [
            (label, rule_example(rule, field=two_way.local, source=source_label))
            for rule, label in rule_labels(source_label).items()
        ]
    if spec := known.get(new.field):
        context["choices"] = remote_choices(spec, remote=remote, mapped=mapped, source=source)
        context["new_spec"] = spec
    return render(request, TEMPLATE, context, status=422 if problem else 200)


def _turned(transfer: DataTransfer, lines: Sequence[MappingLine]) -> bool:
    """Whether a stored pair would flow another way, or by another rule."""
    ways = {(each.field, each.remote_field): each for each in mappings.stored_lines(transfer)}
    stored = ((line, ways.get((line.field, line.remote_field))) for line in lines)
    return any(
        before and (before.direction, before.rule) != (line.direction, line.rule)
        for line, before in stored
    )


def _missing(remote: RemoteObject, lines: Sequence[MappingLine]) -> list[RemoteField]:
    """What new records over there would lack. Where everything comes in, none are made."""
    sent = {line.remote_field for line in lines if line.direction is not Direction.INBOUND}
    return transfers.unmapped_required(remote, mapped=sent) if sent or not lines else []


def _explained(transfer: DataTransfer, lines: Sequence[MappingLine]) -> dict[str, Any]:
    """How what comes in is heard of, where anything does."""
    if all(line.direction is Direction.OUTBOUND for line in lines):
        return {"receives": False}
    limits = endpoints.declaration_of(transfer.connection.source).limits
    return {
        "receives": True,
        "soonest": every(polling.SOONEST),
        "latest": every(polling.LATEST),
        "per_call": limits.rows_per_read,
    }


def _lines(posted: QueryDict) -> list[MappingLine]:
    """The lines that the form carries; a half one is left out."""
    columns = ("field", "remote_field", "direction", "rule", "transform")
    rows = zip(*(posted.getlist(f"line_{name}") for name in columns), strict=False)
    longer = chain(posted.getlist("line_longer"), repeat(""))
    return [
        MappingLine(
            field, remote_field, _direction(direction), _rule(rule), transform, cut=then == CUT
        )
        for (field, remote_field, direction, rule, transform), then in zip(
            rows, longer, strict=False
        )
    ]


def _new_line(posted: QueryDict, *, transfer: DataTransfer, remote: RemoteObject) -> MappingLine:
    """The pair that is being added, in the direction that is usual for it."""
    line = MappingLine(
        posted.get("new_field", ""),
        posted.get("new_remote", ""),
        transform=posted.get("new_transform", ""),
    )
    known = {spec.key: spec for spec in transfer.connection.project.specs()}
    if line.field not in known or not line.remote_field:
        return line
    return mappings.check_pair(
        known[line.field],
        line.remote_field,
        remote=remote,
        source=transfer.connection.source,
        transform=line.transform,
    ).line


def _direction(name: str) -> Direction:
    return Direction(name) if name in set(Direction) else Direction.OUTBOUND


def _rule(name: str) -> Rule:
    return Rule(name) if name in set(Rule) else Rule.NEWEST
