"""The wizard of an import, used in another order, twice, too late, and with hostile answers."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from raccord.contacts import imports
from raccord.contacts.imports.cancelling import drop_stale
from raccord.contacts.models import Contact, ImportRun, Project, RunState
from raccord.web.imports.steps import Step
from tests import cast
from tests.integration.web.wizard import (
    CSV,
    checked,
    confirmed,
    place,
    text_of,
    upload,
    walk_to_preview,
)


def test_import_twice_imports_once(signed_in: Client, project: Project) -> None:
    run = checked(signed_in, project, CSV.encode())
    token = signed_in.get(place(run, "preview")).context["found"].token
    for _ in range(2):
        answer = signed_in.post(place(run, "preview"), {"seen": token})
        assert answer.headers["Location"] == place(run)
    imports.work(run.pk)
    answer = signed_in.post(place(run, "preview"), {"seen": token})
    assert answer.headers["Location"] == place(run)
    run.refresh_from_db()
    assert (run.state, run.created) == (RunState.DONE, 2)


@pytest.mark.parametrize("step", ["reading", "columns", "rules", "preview"])
def test_a_step_of_an_import_that_runs_leads_to_its_page(
    signed_in: Client, project: Project, step: str
) -> None:
    run = checked(signed_in, project, CSV.encode())
    confirmed(signed_in, run)
    before = ImportRun.objects.values().get()
    for answer in (
        signed_in.get(place(run, step)),
        signed_in.post(place(run, step), {"mode": "add", "delimiter": "tab", "next": "1"}),
    ):
        assert answer.headers["Location"] == place(run)
    assert ImportRun.objects.values().get() == before


@pytest.mark.parametrize("step", ["", *(s for s in Step if s not in (Step.FILE, Step.RESULT))])
def test_imports_of_another_project_are_not_here(
    signed_in: Client, project: Project, step: str
) -> None:
    run = upload(signed_in, project, CSV.encode())
    other = cast.a_project("Other")
    address = place(run, step).replace(project.slug, other.slug, 1)
    assert signed_in.get(address).status_code == 404
    assert signed_in.post(address, {"next": "1"}).status_code == 404


HOSTILE: Mapping[str, Mapping[str, str]] = {
    "reading": {"delimiter": "\0", "encoding": "rot13", "date_order": "x" * 9999, "header": "?"},
    "columns": {"column-0": "id", "column-99": "email", "source": "\0", "statement": "x" * 5000},
    "rules": {"mode": "delete", "keep": "\0"},
    "preview": {"seen": "\0" + "x" * 5000},
}


@pytest.mark.parametrize("step", HOSTILE)
def test_answers_that_no_page_offers_change_nothing(
    signed_in: Client, project: Project, step: str
) -> None:
    run = upload(signed_in, project, CSV.encode())
    for data in (HOSTILE[step], {}, {"next": "1"}):
        answer = signed_in.post(place(run, step), data)
        assert answer.status_code in (200, 302, 422)
    run.refresh_from_db()
    assert run.state == RunState.DRAFT
    assert not Contact.objects.exists()


def test_steps_cannot_be_jumped_over(signed_in: Client, project: Project) -> None:
    run = upload(signed_in, project, b"name\nNobody\n")
    assert signed_in.get(place(run, "preview")).headers["Location"] == place(run, "rules")
    answer = signed_in.post(place(run, "rules"), {"mode": "both", "keep": "on"}, follow=True)
    assert answer.redirect_chain[-1][0] == place(run, "columns")
    assert "E-mail" in answer.content.decode().partition('id="messages"')[2].partition("<form")[0]
    run.refresh_from_db()
    assert run.state == RunState.DRAFT


def test_a_draft_that_was_left_lying_says_so(signed_in: Client, project: Project) -> None:
    run = upload(signed_in, project, CSV.encode())
    ImportRun.objects.update(created_at=timezone.now() - timedelta(days=60))
    drop_stale()
    told = text_of(signed_in, place(run))
    assert "Nobody came back to this import" in told
    for step in ("reading", "columns", "rules", "preview", "cancel"):
        answer = signed_in.post(place(run, step), {"next": "1", "seen": "x", "mode": "both"})
        assert answer.headers["Location"] == place(run)


def test_names_and_cells_are_text_not_markup(signed_in: Client, project: Project) -> None:
    evil = "<script>alert(1)</script>"
    run = upload(
        signed_in, project, f"email,{evil}\na@example.org,{evil}\n".encode(), f"{evil}.csv"
    )
    walk_to_preview(signed_in, run, **{"column-1": "city"})
    imports.work(run.pk)
    for step in ("reading", "columns", "rules", "preview", "cancel"):
        assert evil not in signed_in.get(place(run, step)).content.decode()
    assert "alert(1)" in text_of(signed_in, place(run, "columns")).replace("&lt;", "<")


def test_more_columns_than_a_page_can_ask_for_are_refused(
    signed_in: Client, project: Project
) -> None:
    heading = ",".join(f"c{number}" for number in range(6000))
    run = upload(signed_in, project, f"email,{heading}\na@example.org{',' * 6000}\n".encode())
    answer = signed_in.post(place(run, "reading"), {"header": "on", "next": "1"})
    assert answer.status_code == 422
    assert "more than 500 columns" in answer.content.decode()
    assert signed_in.get(place(run, "columns")).headers["Location"] == place(run, "reading")
