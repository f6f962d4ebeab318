"""How many contacts a page says to have a value in a field: counted in time, or not at all."""

from __future__ import annotations

from raccord.contacts import field_changes
from raccord.contacts.lists.guard import impatient
from raccord.contacts.lists.matching import InvalidList
from raccord.contacts.models import Contact, Field


def holders_in_time(field: Field) -> int | None:
    """How many living contacts have a value; None if nobody would wait for the answer."""
    try:
        with impatient():
            return field_changes.holders(field)
    except InvalidList:
        return None


def lacking_in_time(field: Field, *, holders: int | None) -> int | None:
    """How many have none, where `holders` have one."""
    if holders is None:
        return None
    try:
        with impatient():
            living = Contact.objects.filter(project_id=field.project_id, deleted_at=None)
            return living.count() - holders
    except InvalidList:
        return None
