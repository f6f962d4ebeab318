"""Which contacts a person has selected on the list: ticked ones, or the whole list.

What the list's selection bar posts (`contacts/selection.html`): ids=1&ids=2, or all=1 with the
list's own parameters.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from raccord.accounts.models import User
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import Project
from raccord.engine.errors import BadInput
from raccord.web.contacts import address
from raccord.web.contacts.address import ListAddress

MOST_IDS = 5_000
LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class Selected:
    """query: the contacts. seen: the list that they were selected on, to go back to."""

    query: ListQuery
    seen: ListAddress


def list_seen(params: QueryDict, project: Project, *, person: User) -> ListAddress:
    """The list that the person looks at, as far as it can be read."""
    return address.read(params, project, person=person)


def selected(params: QueryDict, project: Project, *, person: User) -> Selected:
    """The selection that was posted.

    Raises BadInput if nothing is selected, or if the list is not quite the one that was seen: a
    filter less would be more contacts than anybody meant.
    """
    seen = list_seen(params, project, person=person)
    if "all" in params:
        if seen.problems:
            raise BadInput("raccord.bulk.list_unclear")
        return Selected(seen.query, seen)
    ids = tuple(dict.fromkeys(params.getlist("ids")))
    if not ids:
        raise BadInput("raccord.bulk.nobody")
    if len(ids) > MOST_IDS or not all(map(_is_id, ids)):
        raise BadInput("raccord.bulk.selection")
    return Selected(ListQuery(ids=tuple(map(int, ids))), seen)


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST_ID
