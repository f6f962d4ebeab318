"""The columns of a list: which there are, which are shown, and the form that chooses them.

A person's own choice for the plain list is remembered; within a saved view it stands in the
address, until the view's owner keeps it there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url

from raccord.contacts.lists import views
from raccord.contacts.lists.query import CHANGED, CREATED
from raccord.contacts.models import Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType
from raccord.web.base.answers import go_to
from raccord.web.base.person import signed_in
from raccord.web.contacts import address
from raccord.web.contacts.address import ListAddress
from raccord.web.contacts.condition_words import SPECIAL_LABELS

USUAL_FIELDS = 5
TOO_LONG = frozenset({FieldType.LONG_TEXT, FieldType.MULTIPLE_CHOICE})


@dataclass(frozen=True, slots=True)
class Column:
    """key: a field's, or one of the names that every contact has. spec: None for the latter."""

    key: str
    label: str
    spec: FieldSpec | None = None
    shown: bool = False


def choose(request: HttpRequest, project: Project) -> HttpResponse:
    """The form: tick and order the columns; a button that only moves one saves nothing."""
    fields = ProjectFields.of(project)
    list_address = address.read(
        request.POST if request.method == "POST" else request.GET,
        project,
        person=signed_in(request),
        fields=fields,
    )
    if request.method != "POST":
        shown = shown_keys(list_address, project, person=signed_in(request), fields=fields)
        return _show(request, list_address, _offered(fields, shown))
    order, ticked = request.POST.getlist("order"), set(request.POST.getlist("column"))
    keys = [key for key in dict.fromkeys(order) if key in ticked]
    for step, name in ((-1, "up"), (1, "down")):
        if name in request.POST:
            moved = _moved(order, request.POST[name], step=step)
            return _show(request, list_address, _offered(fields, keys, order=moved))
    if "usual" in request.POST:
        keys = list(usual(fields)) if list_address.view is not None else []
    elif not (keys := _known(keys, fields)):
        none = BadInput("raccord.columns.none")
        return _show(request, list_address, _offered(fields, [], order=order), problem=none)
    return _keep(request, project, list_address, columns=tuple(keys))


def shown_keys(
    list_address: ListAddress, project: Project, *, person: Any, fields: ProjectFields
) -> tuple[str, ...]:
    """What is shown, from the left: what the list says, else the person, else the usual."""
    wanted = list_address.columns or views.own_columns(project, person)
    return tuple(_known(wanted, fields)) or usual(fields)


def usual(fields: ProjectFields) -> tuple[str, ...]:
    """The unique key, then the first fields that fit into a line, a consent, and the change."""
    keyed = {spec.key for spec in fields.key_specs}
    others = [s for s in fields.specs.values() if s.key not in keyed and s.type not in TOO_LONG]
    plain = [spec.key for spec in others if spec.type is not FieldType.CONSENT]
    consents = [spec.key for spec in others if spec.type is FieldType.CONSENT][:1]
    room = max(0, USUAL_FIELDS - len(keyed) - len(consents))
    return (*(spec.key for spec in fields.key_specs), *plain[:room], *consents, CHANGED)


def column(key: str, fields: ProjectFields, *, shown: bool = False) -> Column:
    """One column by its key, which is known."""
    spec = fields.specs.get(key)
    label = (spec.label or spec.key) if spec is not None else str(SPECIAL_LABELS[key])
    return Column(key, label, spec, shown)


def all_keys(fields: ProjectFields) -> tuple[str, ...]:
    """Every column that there could be."""
    return (*fields.specs, CHANGED, CREATED)


def _known(keys: Sequence[str], fields: ProjectFields) -> list[str]:
    there = all_keys(fields)
    return [key for key in dict.fromkeys(keys) if key in there]


def _offered(
    fields: ProjectFields, shown: Sequence[str], *, order: Sequence[str] = ()
) -> list[Column]:
    """Every column: in the order of the form, else those that are shown first."""
    keys = _known([*(order or shown), *all_keys(fields)], fields)
    return [column(key, fields, shown=key in shown) for key in keys]


def _moved(order: Sequence[str], key: str, *, step: int) -> list[str]:
    """The same columns with one of them a place further."""
    moved = list(dict.fromkeys(order))
    if key in moved:
        here = moved.index(key)
        there = min(max(here + step, 0), len(moved) - 1)
        moved[here], moved[there] = moved[there], moved[here]
    return moved


def _show(
    request: HttpRequest,
    list_address: ListAddress,
    columns: list[Column],
    *,
    problem: BadInput | None = None,
) -> HttpResponse:
    """The form, alone for the drop-down or as a page."""
    context = {
        "columns": columns,
        "parameters": list_address.parameters(),
        "problem": problem,
        "back": list_address.written(),
    }
    template = "contacts/columns_form.html" if request.htmx else "contacts/columns.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=422 if problem else 200)


def _keep(
    request: HttpRequest, project: Project, list_address: ListAddress, *, columns: tuple[str, ...]
) -> HttpResponse:
    """Back to the list, which shows them."""
    if list_address.view is None:
        views.keep_own_columns(project, signed_in(request), columns)
        columns = ()
    written = replace(list_address, columns=columns).written()
    return go_to(request, resolve_url("contacts", project.slug) + written)
