"""Making a project, and seeing what it consists of."""

import pytest
from django.test import Client

from raccord.contacts import project_fields
from raccord.contacts.models import Field, Project
from raccord.web.projects import time_zones
from tests import cast

NEW = {
    "name": "Été 2026",
    "languages": ["fr", "en"],
    "time_zone": "Europe/Paris",
    "begin_with": "marketing",
}


def test_a_new_project_can_take_contacts_at_once(signed_in: Client) -> None:
    answer = signed_in.post("/projects/new/", NEW)
    project = Project.objects.get()
    assert answer.headers["Location"] == f"/projects/{project.slug}/"
    assert [spec.key for spec in project.key_specs()] == ["email"]
    assert project.fields.filter(type="consent").exists()
    signed_in.post(f"/projects/{project.slug}/contacts/new/", {"email": "a@example.org"})
    assert project.contacts.count() == 1


@pytest.mark.parametrize("begin_with", ["marketing", "events", "empty"])
def test_every_set_of_fields_makes_a_project_with_its_groups(
    signed_in: Client, begin_with: str
) -> None:
    signed_in.post("/projects/new/", NEW | {"begin_with": begin_with})
    project = Project.objects.get()
    sections = project_fields.sections(project)
    assert sections[0].specs[0].key == "email"
    assert (len(sections) > 2) == (begin_with != "empty")
    if begin_with == "marketing":
        language = project.fields.get(key="language")
        assert language.choices[:2] == ["en", "fr"]
        assert language.choice_label("fr") == "French"


def test_the_key_is_chosen_among_the_set(signed_in: Client) -> None:
    posted = NEW | {"begin_with": "events", "key_events": ["last_name", "phone"]}
    signed_in.post("/projects/new/", posted)
    assert [spec.key for spec in Project.objects.get().key_specs()] == ["last_name", "phone"]


@pytest.mark.parametrize(
    "key",
    [
        {"key_marketing": ["newsletter"]},
        {"key_marketing": ["no_such_field"]},
        {"asks_key_marketing": "1"},
    ],
)
def test_a_key_that_cannot_be_is_refused_beside_it(
    signed_in: Client, key: dict[str, object]
) -> None:
    answer = signed_in.post("/projects/new/", NEW | key)
    assert answer.status_code == 422
    assert "key_marketing" in answer.context["form"].errors
    assert not Project.objects.exists()


def test_a_name_that_is_taken_is_refused_beside_the_name(
    signed_in: Client, project: Project
) -> None:
    answer = signed_in.post("/projects/new/", NEW | {"name": project.name})
    assert answer.status_code == 422
    assert "name" in answer.context["form"].errors
    assert Project.objects.count() == 1


@pytest.mark.parametrize("name", ["new", "Новый проект", "日本", "-", "Cast!"])
def test_any_name_makes_a_project_with_an_address_of_its_own(
    signed_in: Client, project: Project, name: str
) -> None:
    answer = signed_in.post("/projects/new/", NEW | {"name": name})
    assert answer.status_code == 302
    assert signed_in.get(answer.headers["Location"]).status_code == 200


def test_home_leads_to_the_project_one_was_in_last(signed_in: Client, project: Project) -> None:
    second = cast.a_project("Second")
    signed_in.get(f"/projects/{second.slug}/contacts/")
    assert signed_in.get("/").headers["Location"] == f"/projects/{second.slug}/"


def test_without_any_project_home_leads_to_making_one(signed_in: Client) -> None:
    assert signed_in.get("/").headers["Location"] == "/projects/new/"


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("europe/paris", "Europe/Paris"),
        (" Paris ", "Europe/Paris"),
        ("Montréal", "America/Montreal"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("Mars/Olympus", "Mars/Olympus"),
        ("", ""),
    ],
)
def test_a_time_zone_is_found_however_it_is_typed(typed: str, found: str) -> None:
    assert time_zones.found(typed) == found


def test_a_time_zone_that_is_none_is_refused_beside_it(signed_in: Client) -> None:
    answer = signed_in.post("/projects/new/", NEW | {"time_zone": "Olympus"})
    assert answer.status_code == 422
    assert "time_zone" in answer.context["form"].errors


@pytest.mark.parametrize(
    "wrong", [{}, {"name": "x"}, {**NEW, "name": "\x00"}, {**NEW, "begin_with": "x"}]
)
def test_a_malformed_project_is_refused(signed_in: Client, wrong: dict[str, object]) -> None:
    assert signed_in.post("/projects/new/", {"csrf": "", **wrong}).status_code == 422
    assert not Project.objects.exists()


def test_every_screen_of_a_project_answers(signed_in: Client, project: Project) -> None:
    Field.objects.filter(key="city").update(retired_at="2026-01-01T00:00:00Z")
    for place in (
        "",
        "configuration/",
        "configuration/edit/",
        "configuration/key/",
        "configuration/groups/add/",
        "configuration/fields/new-field/",
        "configuration/fields/email/",
        "configuration/fields/city/",
        "configuration/fields/phone/retire/",
    ):
        assert signed_in.get(f"/projects/{project.slug}/{place}").status_code == 200, place
