"""What every page's frame needs: where one is, the projects to switch between, the app's facts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from raccord.contacts.models import Project
from raccord.installation import hold

LAST_PROJECT = "last_project"
# What one does with contacts from their list.
OF_CONTACTS = {"bulk", "erasures", "exports"}
CONFIGURATION = {"configuration", "connections", "integrations", "authorizations", "decisions"}


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Variables of the page frame.

    project: the project of the page, else the one the person was in last.
    section: the part of the project the address lies in ("home", "contacts", …).
    held: whether nothing is exchanged with other systems until a person has decided.
    dialog_frame: what a pop-up's template extends, see `base.html`.
    """
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    projects = list(Project.objects.order_by("name")) if signed_in else []
    section = _section(request)
    return {
        "projects": projects,
        "project": getattr(request, "project", None) or _last_project(request, projects),
        "section": section,
        "configuring": section in CONFIGURATION,
        "dialog_frame": _dialog_frame(request),
        "simulator_url": settings.SIMULATOR_URL,
        "held": signed_in and hold.is_held(),
    }


def _last_project(request: HttpRequest, projects: list[Project]) -> Project | None:
    if not projects:
        return None
    last = request.session.get(LAST_PROJECT)
    return next((project for project in projects if project.pk == last), projects[0])


def _section(request: HttpRequest) -> str:
    """The third part of /projects/<project>/<section>/…"""
    match = request.resolver_match
    if match is None or "project" not in match.kwargs:
        return ""
    named = request.path.split("/")[3] or "home"
    return "contacts" if named in OF_CONTACTS else named


def _dialog_frame(request: HttpRequest) -> str:
    return "base/dialog.html" if request.headers.get("HX-Request") else "base/dialog_page.html"
