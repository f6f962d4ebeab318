"""What every page's frame needs: the projects to switch between, and the app's own facts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from raccord.contacts.models import Project


def surroundings(request: HttpRequest) -> dict[str, Any]:
    """Variables of the page frame."""
    signed_in = getattr(request, "user", None) is not None and request.user.is_authenticated
    return {
        "projects": Project.objects.order_by("name") if signed_in else [],
        "simulator_url": settings.SIMULATOR_URL,
    }
