"""Walking through the wizard of an import as a browser without JavaScript does."""

from __future__ import annotations

import re

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from raccord.contacts import imports
from raccord.contacts.models import ImportRun, Project, RunState

CSV = "email,last_name,city\nnew@example.org,New,Lyon\njane.smith@example.org,Smythe,\nbroken,B,\n"


def place(run: ImportRun, step: str = "") -> str:
    return f"/projects/{run.project.slug}/imports/{run.pk}/" + (f"{step}/" if step else "")


def upload(client: Client, project: Project, content: bytes, name: str = "people.csv") -> ImportRun:
    file = SimpleUploadedFile(name, content)
    answer = client.post(f"/projects/{project.slug}/imports/new/", {"file": file})
    run = ImportRun.objects.latest("pk")
    assert answer.headers["Location"] == place(run, "reading")
    return run


def posted(client: Client, address: str, **changed: str) -> str:
    """Send the page's form as a browser would, with these answers changed; where it leads to."""
    form = client.get(address).context["form"]
    data: dict[str, str] = {}
    for field in form:
        value = field.value()
        if value is True:
            data[field.html_name] = "on"
        elif value not in (None, False):
            data[field.html_name] = str(value)
    answer = client.post(address, {**data, "next": "1", **changed})
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.headers["Location"])


def walk_to_preview(client: Client, run: ImportRun, **columns: str) -> None:
    assert posted(client, place(run, "reading")) == place(run, "columns")
    assert posted(client, place(run, "columns"), **columns) == place(run, "rules")
    assert posted(client, place(run, "rules")) == place(run, "preview")


def checked(client: Client, project: Project, content: bytes, **columns: str) -> ImportRun:
    """An import of this file whose preview is ready."""
    run = upload(client, project, content)
    walk_to_preview(client, run, **columns)
    imports.work(run.pk)
    run.refresh_from_db()
    assert run.state == RunState.READY
    return run


def confirmed(client: Client, run: ImportRun) -> str:
    token = client.get(place(run, "preview")).context["found"].token
    return str(client.post(place(run, "preview"), {"seen": token}).headers["Location"])


def text_of(client: Client, address: str) -> str:
    """The page's words, with one space between them."""
    html = client.get(address).content.decode().partition("<main")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", html))
