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


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form. connection: its id once it is stored, "" before."""

    connection: str = ""
    source: str = ""
    name: str = ""
    authorization: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Draft:
        """From a query string; what is not said stays empty."""
        return cls(**{name: query.get(name, "").strip() for name in cls.__slots__})

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
        if not self.connection.isdecimal():
            return None
        return get_object_or_404(project.connections, pk=int(self.connection))

    def chosen(self) -> Authorization | None:
        """The authorization that was picked, if it exists."""
        if not self.authorization.isdecimal():
            return None
        return Authorization.objects.filter(pk=int(self.authorization)).first()
