"""The list of contacts: search, filters, sorting, columns, saved views, selection.

The address is the list (`address.py`). Here it is looked up and made ready for the page; the
screens that change it are `filters.py`, `columns.py` and `saved_views.py`, and the ones that act
on what is selected are those of bulk acts and exports.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django_htmx.http import replace_url

from raccord.accounts.models import User
from raccord.contacts.lists import counting, operators, paging, views
from raccord.contacts.lists.counting import Count
from raccord.contacts.lists.matching import InvalidList
from raccord.contacts.lists.paging import Found, ListPage
from raccord.contacts.lists.query import CHANGED, CREATED, ListQuery, Sort
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.sync.list_conditions import STANDINGS
from raccord.web.base.person import signed_in
from raccord.web.contacts import address
from raccord.web.contacts.address import ListAddress
from raccord.web.contacts.chips import advice, chips_of, form_address, unread_of
from raccord.web.contacts.columns import Column, column, shown_keys
from raccord.web.contacts.condition_words import how_many, words_of
from raccord.web.contacts.saved_views import ViewForm
from raccord.web.contacts.shown import Shown, shown

SECONDS_FOR_COUNT = 2.0


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one column of one row. when: of the columns that are no fields."""

    label: str
    shown: Shown | None
    when: str = ""

    @property
    def text(self) -> str:
        return self.shown.text if self.shown is not None else self.when


@dataclass(frozen=True, slots=True)
class Row:
    contact: Contact
    name: str
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Heading:
    """address: the list sorted by this column, "" where that cannot be. sorted: as in aria-sort."""

    column: Column
    address: str
    sorted: str


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """The list that the address says; for htmx, only the part that changes."""
    person = signed_in(request)
    fields = ProjectFields.of(project)
    asked = address.read(request.GET, project, person=person, fields=fields)
    page, refusals = _looked_up(asked, project)
    count = None if refusals else _counted(asked, project, page)
    keys = shown_keys(asked, project, person=person, fields=fields)
    columns = [column(key, fields) for key in keys]
    words = words_of(project, fields.specs)
    context = {
        "list": asked,
        "refusals": refusals,
        "list_url": resolve_url("contacts", project.slug),
        "rows": [_row(found, columns) for found in page.contacts],
        "headings": [_heading(each, asked, fields) for each in columns],
        "next": asked.written(after=page.next) if page.next else "",
        "previous": asked.written(after=page.previous) if page.previous else "",
        "count": count,
        "count_text": _("Very many contacts") if count is None else how_many(count),
        "chips": chips_of(asked, project, words),
        "advice": [] if page.contacts or refusals else advice(asked, project, words),
        "without_words": asked.without_words().written(),
        "unread": unread_of(asked),
        "searched": [pair for pair in asked.parameters() if pair[0] != "q"],
        "spelled_out": replace(asked, columns=keys).parameters(),
        **_ways_on(asked, project),
        **_views(asked, project, person),
    }
    return _answer(request, asked, context)


def _ways_on(asked: ListAddress, project: Project) -> dict[str, str]:
    """The addresses of the screens that change the list, or act on it."""
    columns = resolve_url("contacts-columns", project.slug)
    return {
        "new_filter": form_address(asked, project),
        "columns_url": f"{columns}?{urlencode(asked.parameters())}",
    }


def _views(asked: ListAddress, project: Project, person: User) -> dict[str, Any]:
    """The saved views to switch to, and whether this list is one that could be kept."""
    seen = list(views.visible(project, person))
    is_plain = asked.query == ListQuery() and not asked.columns
    return {
        "own_views": [view for view in seen if view.owner_id == person.pk],
        "shared_views": [view for view in seen if view.owner_id != person.pk],
        "is_own_view": asked.view is not None and asked.view.owner_id == person.pk,
        "can_keep": not (asked.unread or (is_plain if asked.view is None else asked.follows_view)),
        "view_form": ViewForm(auto_id="view_%s"),
    }


def _looked_up(asked: ListAddress, project: Project) -> tuple[ListPage, tuple[BadInput, ...]]:
    """A page of the list; or nobody, and why: it would take too long."""
    try:
        return paging.page(project, asked.query, cursor=asked.after, elsewhere=STANDINGS), ()
    except InvalidList as refused:
        return ListPage(()), refused.problems


def _counted(asked: ListAddress, project: Project, page: ListPage) -> Count | None:
    """How many the list holds; None if counting takes longer than anybody waits for it."""
    try:
        return page.count or counting.count(
            project, asked.query, elsewhere=STANDINGS, seconds=SECONDS_FOR_COUNT
        )
    except InvalidList:
        return None


def _answer(request: HttpRequest, asked: ListAddress, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or for htmx only the part that changes, under the shortest address."""
    if request.headers.get("HX-Target") != "contacts":
        return render(request, "contacts/index.html", context)
    response = render(request, "contacts/list.html", context)
    if request.headers.get("HX-Trigger") == "search-form":
        replace_url(response, context["list_url"] + asked.written())
    return response


def _heading(each: Column, asked: ListAddress, fields: ProjectFields) -> Heading:
    """A click sorts upward first, but the latest date first; another click turns it round."""
    if not operators.is_sortable(each.key, fields):
        return Heading(each, "", "")
    now = asked.query.sort
    mine = now.by == each.key
    descending = not now.descending if mine else each.key in (CHANGED, CREATED)
    sort = Sort(each.key, descending=descending)
    direction = "descending" if now.descending else "ascending"
    return Heading(each, asked.sorted_by(sort).written(), direction if mine else "none")


def _row(found: Found, columns: Sequence[Column]) -> Row:
    cells = [_cell(each, found) for each in columns]
    return Row(found.contact, found.key, cells)


def _cell(each: Column, found: Found) -> Cell:
    if each.spec is not None:
        return Cell(each.label, shown(each.spec, found.values[each.key]))
    at = found.contact.created_at if each.key == CREATED else found.contact.updated_at
    return Cell(each.label, None, date_format(localtime(at), "SHORT_DATETIME_FORMAT"))
