"""A connection that is being filled in, carried from page to pop-up and back in the address.

The sign-in at a third party leaves our pages: what was typed before must be there afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.shortcuts import get_object_or_404
from django.urls import reverse

from raccord.connections.models import Authorization, Connection
from raccord.contacts.models import Project

MOST_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form. connection: its id once it is stored, "" before."""

    connection: str = ""
    source: str = ""
    name: str = ""
    authorization: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Draft:
        """From a query string; what is not said, or could not be stored, stays empty."""
        said = {name: query.get(name, "").strip() for name in cls.__slots__}
        return cls(**{name: text for name, text in said.items() if "\0" not in text})

    def query(self) -> str:
        """The same, to be appended to an address of ours."""
        said = {name: getattr(self, name) for name in self.__slots__ if getattr(self, name)}
        return f"?{urlencode(said)}" if said else ""

    def with_authorization(self, authorization: Authorization) -> Draft:
        return replace(self, authorization=str(authorization.pk))

    def page(self, project: Project) -> str:
        """The address of the connection's page, filled in with this draft."""
        if self.stored(project):
            address = reverse("connection", args=[project.slug, self.connection])
        else:
            address = reverse("connection-new", args=[project.slug])
        return address + replace(self, connection="").query()

    def stored(self, project: Project) -> Connection | None:
        """The connection that is being changed; None while it is a new one."""
        key = _key(self.connection)
        return get_object_or_404(project.connections, pk=key) if key else None

    def chosen(self) -> Authorization | None:
        """The authorization that was picked, if it exists."""
        key = _key(self.authorization)
        return Authorization.objects.filter(pk=key).first() if key else None


def _key(text: str) -> int:
    """The number of a row; 0 for what cannot be one."""
    return int(text) if text.isdecimal() and len(text) < MOST_DIGITS else 0
