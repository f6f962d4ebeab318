"""The order of fields and groups on the configuration page: dragged, or moved by its buttons."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from raccord.contacts import field_order
from raccord.contacts.models import Field, FieldGroup, Project
from raccord.web.base.answers import go_to


class ShownSection(NamedTuple):
    """A group with its fields; the fields without a group come first, in a section of none."""

    group: FieldGroup | None
    fields: list[Field]


def shown_sections(project: Project) -> list[ShownSection]:
    """Every group, empty ones too, without retired fields."""
    fields = list(project.fields.filter(retired_at=None))
    groups: list[FieldGroup | None] = [None, *project.groups.all()]
    return [
        ShownSection(group, [f for f in fields if f.group_id == (group.pk if group else None)])
        for group in groups
    ]


@require_POST
def arrange(request: HttpRequest, project: Project) -> HttpResponse:
    """The order of the page, as its hidden controls tell it; or one step of one thing.

    place: "group:3" or "field:12", in the order of the page. move: "field:12:up",
    "group:3:down".
    """
    told = ""
    if move := request.POST.get("move"):
        told = _moved(project, move)
    else:
        field_order.arrange(project, _order(request.POST.getlist("place")))
        told = _("The order was saved.")
    if not request.headers.get("HX-Request"):
        return go_to(request, "project-configuration", project.slug)
    context = {"sections": shown_sections(project), "told": told}
    return render(request, "projects/fields.html", context)


def _moved(project: Project, move: str) -> str:
    """Move it, and say where it is now; what is gone meanwhile is passed over."""
    kind, pk, way = [*move.split(":"), "", "", ""][:3]
    number = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 10 else 0
    if kind == "group":
        group = FieldGroup.objects.filter(project=project, pk=number).first()
        if group is not None:
            field_order.move_group(group, up=way == "up")
        return _("The order was saved.")
    field = Field.objects.filter(project=project, pk=number, retired_at=None).first()
    if field is None:
        return ""
    field_order.move(field, up=way == "up")
    field = get_object_or_404(Field.objects.select_related("group"), pk=number)
    beside = list(project.fields.filter(retired_at=None, group=field.group))
    facts = {
        "field": field,
        "place": beside.index(field) + 1,
        "count": len(beside),
        "group": field.group or _("No group"),
    }
    return _("%(field)s: place %(place)s of %(count)s in “%(group)s”.") % facts


def _order(places: Sequence[str]) -> field_order.Arrangement:
    """What the hidden controls say; anything else is passed over."""
    order: field_order.Arrangement = [(None, [])]
    for place in places:
        kind, _colon, pk = place.partition(":")
        number = int(pk) if pk.isascii() and pk.isdigit() and len(pk) < 10 else None
        if kind == "group" and number is not None:
            order.append((number, []))
        elif kind == "field" and number is not None:
            order[-1][1].append(number)
    return order
