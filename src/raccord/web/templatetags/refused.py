"""How many records wait in the error centre, for the menu; loaded for every template."""

from __future__ import annotations

from django import template

from raccord.contacts.models import Project
from raccord.web.error_centre import listing

register = template.Library()


@register.simple_tag
def number_refused(project: Project) -> int:
    """Up to `listing.COUNTED`, which stands for more."""
    return listing.waiting(project)
