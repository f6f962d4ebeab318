"""The list of contacts, with its search and its pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from raccord.contacts import queries
from raccord.contacts.models import Contact, Project
from raccord.engine.records import FieldSpec, FieldType
from raccord.web.contacts.shown import Shown, shown
from raccord.web.templatetags.pieces import in_digits

MOST_COLUMNS = 5
TOO_LONG = frozenset({FieldType.LONG_TEXT, FieldType.MULTIPLE_CHOICE})


@dataclass(frozen=True, slots=True)
class Row:
    contact: Contact
    cells: list[Shown]


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """Contacts that hold every word that was typed, the latest change first."""
    text = request.GET.get("q", "").strip()
    number = request.GET.get("page", "1")
    page = queries.search(project, text, page=int(number[:9]) if number.isdecimal() else 1)
    columns = _columns(project)
    context = {
        "text": text,
        "columns": columns,
        "rows": [
            Row(found.contact, [shown(spec, found.values[spec.key]) for spec in columns])
            for found in page.contacts
        ],
        "page": page,
        "count_text": _count(page),
    }
    return render(request, "contacts/index.html", context)


def _columns(project: Project) -> Sequence[FieldSpec]:
    """The unique key, then the first fields that fit into a line, and a consent at the end."""
    key = project.key_specs()
    others = [spec for spec in project.specs() if spec not in key and spec.type not in TOO_LONG]
    plain = [spec for spec in others if spec.type is not FieldType.CONSENT]
    consents = [spec for spec in others if spec.type is FieldType.CONSENT]
    room = max(0, MOST_COLUMNS - len(key) - bool(consents))
    return [*key, *plain[:room], *consents[:1]]


def _count(page: queries.Page) -> str:
    if page.more:
        return _("More than %(count)s contacts") % {"count": in_digits(page.total)}
    text = ngettext("%(count)s contact", "%(count)s contacts", page.total)
    return text % {"count": in_digits(page.total)}
