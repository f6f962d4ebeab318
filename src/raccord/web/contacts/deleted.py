"""The way back to deleted contacts: the latest ones, each leading to its page with Restore."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.web.contacts.naming import headline, identity

PER_PAGE = 50
LATEST = 10_000
"""So many are shown: who looks for an older one finds it faster by importing it again."""


def index(request: HttpRequest, project: Project) -> HttpResponse:
    """The latest deleted contacts, the last one first."""
    gone = Contact.objects.filter(project=project, deleted_at__isnull=False)
    page = Paginator(gone.order_by("-deleted_at", "-pk")[:LATEST], PER_PAGE)
    fields = ProjectFields.of(project)
    shown = page.get_page(request.GET.get("page"))
    rows = [(contact, headline(fields, contact), identity(fields, contact)) for contact in shown]
    return render(request, "contacts/deleted.html", {"page": shown, "rows": rows})
