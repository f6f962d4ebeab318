"""The table of values of a mapped choice: which value there belongs to which value here.

Reached from the field mapping, and from what waits because a value is on one side only: that value
is then the first line. Saving tries again what waited.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raccord.connections import describing, endpoints, specs, value_choices
from raccord.connections.models import FieldMapping, Integration
from raccord.connections.value_choices import Chosen, Sides
from raccord.contacts.models import Project
from raccord.engine.choices import has_table
from raccord.engine.errors import BadInput, Failure, SchemaChanged
from raccord.engine.records import FieldSpec
from raccord.engine.schema import RemoteField, RemoteType
from raccord.sync import value_waits
from raccord.sync.value_waits import Released, Waiting
from raccord.web.base import answers
from raccord.web.connections import problems

TEMPLATE = "connections/value_choices.html"
UNDECIDED = ""
LEFT_OUT = "-"
A_VALUE = "="
AT_MOST = 60
"""Lines of each half at once: those of a very long list come one part after the other."""


@dataclass(frozen=True, slots=True)
class ShownValue:
    """One line: a value and what is chosen for it, as its control posts it.

    name: of the control. waiting: how many contacts or records wait for this decision.
    """

    name: str
    value: str
    label: str
    chosen: str
    waiting: int
    first: bool = False

    @property
    def undecided(self) -> bool:
        return self.chosen == UNDECIDED


@dataclass(frozen=True, slots=True)
class Half:
    """The lines of one direction, those that need a decision first; hidden: how many follow later.

    options: (as posted, label) of the values to choose from.
    """

    lines: tuple[ShownValue, ...]
    hidden: int
    options: tuple[tuple[str, str], ...]

    @property
    def undecided(self) -> int:
        return sum(line.undecided for line in self.lines) + self.hidden


@dataclass(frozen=True, slots=True)
class _Asked:
    """The mapping that is asked about, with both lists and what waits for it."""

    line: FieldMapping
    spec: FieldSpec
    remote: RemoteField
    sides: Sides
    waiting: Waiting


def edit(request: HttpRequest, project: Project, key: int) -> HttpResponse:
    """Show the table, or store it and try again what waited for it."""
    lines = FieldMapping.objects.select_related("field", "transfer__connection")
    line = get_object_or_404(lines, pk=key, transfer__connection__project=project)
    try:
        asked = _asked(line)
    except Failure as failure:
        return _unavailable(request, line, failure)
    if request.method != "POST":
        return _shown(request, asked)
    sent, taken = (_posted(request.POST, half) for half in ("sent", "taken"))
    try:
        table = value_choices.decide(
            asked.sides, value_choices.table_of(line), sent=sent, taken=taken
        )
    except BadInput as problem:
        return _shown(request, asked, problem=problems.in_words(problem))
    changed = value_choices.save(line, table)
    released = value_waits.release(line)
    _tell(request, released, changed=changed)
    return _back(request, project, line)


def address_for(
    project: Project,
    transfers: Collection[int],
    *,
    reason: str,
    parameters: Mapping[str, object],
    from_integration: bool = False,
) -> str:
    """Where the value that a reason speaks of is paired, "" if a table is no remedy for it."""
    line = value_waits.mapping_at_fault(transfers, reason=reason, parameters=parameters)
    if line is None:
        return ""
    asked = {"value": str(parameters.get("value", ""))}
    if from_integration:
        asked["from"] = "integration"
    return f"{reverse('value-choices', args=[project.slug, line.pk])}?{urlencode(asked)}"


def _asked(line: FieldMapping) -> _Asked:
    """Raises Failure where the other side cannot be asked, Http404 where no table can be."""
    described = describing.described(line.transfer, fresh=True)
    spec, remote = line.field.spec(), described.fields.get(line.remote_field)
    if remote is None:
        raise SchemaChanged(describing.FIELD_GONE)
    if not has_table(spec.type, remote.type):
        raise Http404
    waiting = value_waits.waiting(line)
    sides = value_choices.sides_of(spec, remote)
    # A value that stops something exists, whatever the list says.
    known = replace(
        sides,
        ours={**sides.ours, **{each: each for each in waiting.ours if each not in sides.ours}},
        theirs={
            **sides.theirs,
            **{each: each for each in waiting.theirs if each not in sides.theirs},
        },
    )
    return _Asked(line, spec, remote, known, waiting)


def _shown(request: HttpRequest, asked: _Asked, *, problem: str = "") -> HttpResponse:
    line, sides = asked.line, asked.sides
    table = value_choices.table_of(line)
    sends, takes = value_choices.flows(line)
    wanted = request.GET.get("value", "").replace("\0", "")
    going = value_choices.to_send(sides, table)
    coming = value_choices.to_take(sides, table)
    same = [value for value, there in going.items() if value == there]
    context = {
        "line": line,
        "object": specs.data_type(line.transfer).label,
        "source_label": endpoints.source_label(line.transfer.connection.source),
        "local": asked.spec.label or asked.spec.key,
        "remote": asked.remote.label,
        "restricted": asked.remote.restricted,
        "several": asked.remote.type is RemoteType.MULTIPICKLIST,
        "same": [sides.ours[value] for value in same],
        "sent": sends
        and _half(
            "sent",
            {value: there for value, there in going.items() if value not in same},
            of=sides.ours,
            options=asked.remote.choices,
            labels=sides.theirs,
            waiting=asked.waiting.ours,
            wanted=wanted,
        ),
        "taken": takes
        and _half(
            "taken",
            coming,
            of=sides.theirs,
            options=asked.spec.choices,
            labels=sides.ours,
            waiting=asked.waiting.theirs,
            wanted=wanted,
        ),
        "sends": sends,
        "takes": takes,
        "waiting": asked.waiting.total,
        "problem": problem,
        "undecided": UNDECIDED,
        "left_out": LEFT_OUT,
        "back": _address_back(request, line),
    }
    return render(request, TEMPLATE, context, status=422 if problem else 200)


def _half(
    name: str,
    decided: Chosen,
    *,
    of: Mapping[str, str],
    options: tuple[str, ...],
    labels: Mapping[str, str],
    waiting: Mapping[str, int],
    wanted: str,
) -> Half:
    lines = [
        ShownValue(
            name=name,
            value=value,
            label=of[value],
            chosen=_as_posted(chosen),
            waiting=waiting.get(value, 0),
            first=value == wanted,
        )
        for value, chosen in decided.items()
    ]
    lines.sort(key=lambda line: (not line.first, not line.undecided, -line.waiting))
    choices = tuple((A_VALUE + each, labels[each]) for each in options)
    return Half(tuple(lines[:AT_MOST]), max(0, len(lines) - AT_MOST), choices)


def _posted(posted: QueryDict, name: str) -> dict[str, str | None]:
    """Value -> what was chosen for it in one half of the form."""
    rows = zip(posted.getlist(f"{name}_value"), posted.getlist(f"{name}_choice"), strict=False)
    return {
        value.replace("\0", ""): None if choice == LEFT_OUT else choice[1:].replace("\0", "")
        for value, choice in rows
    }


def _as_posted(chosen: str | None) -> str:
    if chosen is None:
        return LEFT_OUT
    return A_VALUE + chosen if chosen else UNDECIDED


def _tell(request: HttpRequest, released: Released, *, changed: bool) -> None:
    if changed:
        messages.success(request, _("The values are saved."))
    elif not (released.contacts or released.records):
        messages.info(request, _("Nothing was changed."))
    tell_released(request, released)


def tell_released(request: HttpRequest, released: Released) -> None:
    """Say how much of what waited is tried again."""
    if released.contacts:
        said = ngettext(
            "%(count)d contact that waited is tried again.",
            "%(count)d contacts that waited are tried again.",
            released.contacts,
        )
        messages.success(request, said % {"count": released.contacts})
    if released.records:
        said = ngettext(
            "%(count)d record that waited is tried again.",
            "%(count)d records that waited are tried again.",
            released.records,
        )
        messages.success(request, said % {"count": released.records})


def _back(request: HttpRequest, project: Project, line: FieldMapping) -> HttpResponse:
    integration = _integration(request, line)
    if integration is not None:
        return answers.go_to(request, "integration", project.slug, integration.pk)
    return answers.go_to(request, "connection", project.slug, line.transfer.connection_id)


def _address_back(request: HttpRequest, line: FieldMapping) -> tuple[str, int]:
    """(name, key) of the page that one came from."""
    integration = _integration(request, line)
    if integration is not None:
        return "integration", integration.pk
    return "connection", line.transfer.connection_id


def _integration(request: HttpRequest, line: FieldMapping) -> Integration | None:
    """The integration, if it is where one came from."""
    if request.GET.get("from") != "integration":
        return None
    return Integration.objects.filter(connection=line.transfer.connection_id).first()


def _unavailable(request: HttpRequest, line: FieldMapping, failure: Failure) -> HttpResponse:
    context = {
        "transfer": line.transfer,
        "label": specs.data_type(line.transfer).label,
        "failure": problems.in_words(failure),
    }
    return render(request, "connections/mapping_unavailable.html", context)
