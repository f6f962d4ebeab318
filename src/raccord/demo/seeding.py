"""Fill an installation with the demo: its administrator, its set-up, its contacts.

Everything here may run again: what is there already stays as it is.
"""

from __future__ import annotations

from django.utils.translation import override

from raccord.accounts.models import User
from raccord.blueprint.applying import apply
from raccord.blueprint.reading import read
from raccord.contacts import imports
from raccord.contacts.models import ImportRun, Project
from raccord.demo import scenery


def administrator() -> User:
    """The person whom the demo's start-up message tells how to sign in."""
    known = User.objects.filter(email=scenery.ADMIN_EMAIL).first()
    return known or User.objects.create_superuser(
        scenery.ADMIN_EMAIL, scenery.ADMIN_PASSWORD, name="Camille Démo"
    )


def set_up() -> Project:
    """Apply the demo's file; the simulated organization must answer."""
    with override("en"):
        apply(read(scenery.BLUEPRINT))
    return Project.objects.get(slug=scenery.PROJECT)


def contacts(project: Project) -> ImportRun | None:
    """Hand the example's contacts to the workers, once; None if they were imported before."""
    if project.imports.exists():
        return None
    return imports.start(
        project,
        scenery.CONTACTS,
        file_name=scenery.CONTACTS.name,
        started_by=scenery.ADMIN_EMAIL,
    )
