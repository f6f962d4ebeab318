"""Fill an installation with the demo: its administrator, its set-up, its contacts.

Everything here may run again: what is there already stays as it is.
"""

from __future__ import annotations

from django.utils.translation import override

from raccord.accounts.models import User
from raccord.blueprint.applying import apply
from raccord.blueprint.reading import read
from raccord.contacts import changes, imports
from raccord.contacts.models import ImportRun, Project
from raccord.demo import scenery
from raccord.engine.records import Origin, OriginKind

PEOPLE = (
    {"email": "zoe.lefevre@exemple.test", "first_name": "Zoé", "last_name": "Lefèvre"},
    {"email": "seamus@exemple.test", "first_name": "Séamus", "last_name": "O'Brien"},
    {"email": "ines@exemple.test", "first_name": "Inès", "last_name": "Martin"},
)

OPTIONS = imports.ImportOptions(
    delimiter="",
    consent=imports.ConsentProof(source="Raccord demo", statement="A list to try Raccord with"),
)
"""How the demo imports; nobody is there to ask where a list's consents come from."""


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


def set_up_project_to_try() -> None:
    """A second project, with a few people and no connection: the five steps are to be walked."""
    if Project.objects.filter(slug=scenery.TRY_IT_PROJECT).exists():
        return
    with override("en"):
        apply(read(scenery.TRY_IT))
    project = Project.objects.get(slug=scenery.TRY_IT_PROJECT)
    for person in PEOPLE:
        changes.create(project, person, origin=Origin(OriginKind.SETUP))


def contacts(project: Project) -> ImportRun | None:
    """Hand the example's contacts to the workers, once; None if they were imported before."""
    if ImportRun.objects.filter(project=project).exists():
        return None
    return imports.start(
        project,
        scenery.CONTACTS,
        file_name=scenery.CONTACTS.name,
        started_by=scenery.ADMIN_EMAIL,
        options=OPTIONS,
        ask_for_proof=True,
    )
