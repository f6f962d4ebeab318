"""Saved views: lists that people keep, for themselves or for everybody.

Each person has at most one view of a name in a project. The one without a name is their own
arrangement of the plain list, of which only the columns count. Only a view's owner changes it;
nothing here judges whether the fields it names still exist: that is said where the list is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from raccord.accounts.models import User
from raccord.contacts.invalid import InvalidInput
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import Project, SavedView
from raccord.engine.errors import BadInput

LONGEST_NAME = 80
MOST_VIEWS = 100
"""Of one person in one project: more than anybody finds their way in."""


class InvalidView(InvalidInput):
    """A view that cannot be kept as asked."""


def visible(project: Project, person: User) -> QuerySet[SavedView]:
    """The views with a name that this person may look at: their own and the shared ones."""
    seen = Q(owner=person) | Q(shared=True)
    return SavedView.objects.filter(seen, project=project).exclude(name="").select_related("owner")


def query_of(view: SavedView) -> ListQuery:
    """The list that a view keeps. Raises BadInput where it cannot be read any more."""
    try:
        return ListQuery.from_json(view.definition)
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise BadInput("raccord.view.unreadable", params={"view": view.name}) from error


def save(
    project: Project,
    person: User,
    *,
    name: str,
    query: ListQuery,
    columns: Sequence[str],
    shared: bool = False,
) -> SavedView:
    """Keep a list under a new name. Raises InvalidView."""
    mine = SavedView.objects.filter(project=project, owner=person).exclude(name="")
    if mine.count() >= MOST_VIEWS:
        raise InvalidView([BadInput("raccord.view.too_many", params={"most": str(MOST_VIEWS)})])
    view = SavedView(project=project, owner=person, shared=shared)
    view.definition, view.columns = query.to_json(), list(columns)
    return _named(view, name)


def replace(view: SavedView, *, query: ListQuery, columns: Sequence[str]) -> None:
    """Let a view keep another list from now on."""
    view.definition, view.columns = query.to_json(), list(columns)
    view.save(update_fields=["definition", "columns"])


def rename(view: SavedView, *, name: str, shared: bool) -> SavedView:
    """Give a view another name, and show it to everybody or not. Raises InvalidView."""
    view.shared = shared
    return _named(view, name)


def own_columns(project: Project, person: User) -> tuple[str, ...]:
    """The columns this person wants to see of the plain list; () if they never chose any."""
    view = SavedView.objects.filter(project=project, owner=person, name="").first()
    return tuple(view.columns) if view is not None else ()


def keep_own_columns(project: Project, person: User, columns: Sequence[str]) -> None:
    """Remember the columns of the plain list; () goes back to the usual ones."""
    SavedView.objects.update_or_create(
        project=project, owner=person, name="", defaults={"columns": list(columns)}
    )


def _named(view: SavedView, name: str) -> SavedView:
    """Save the view under this name; the database says whether it is taken."""
    view.name = " ".join(name.split())
    if not 0 < len(view.name) <= LONGEST_NAME or "\0" in name:
        raise InvalidView([BadInput("raccord.view.name", at="name")])
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        if "view_name_once" not in str(error):
            raise
        taken = BadInput("raccord.view.name_taken", params={"view": view.name}, at="name")
        raise InvalidView([taken]) from error
    return view
