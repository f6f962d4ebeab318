"""Making a project, shaping its fields, choosing its key."""

from django.test import Client

from raccord.contacts.models import Field, Project
from tests import cast

NEW = {"name": "Été 2026", "languages": ["fr"], "time_zone": "Europe/Paris", "begin_with": "usual"}
HTMX = {"HX-Request": "true"}


def test_a_new_project_can_take_contacts_at_once(signed_in: Client) -> None:
    answer = signed_in.post("/projects/new/", NEW)
    project = Project.objects.get()
    assert answer.headers["Location"] == f"/projects/{project.slug}/"
    assert [spec.key for spec in project.key_specs()] == ["email"]
    assert project.fields.filter(type="consent").exists()
    signed_in.post(f"/projects/{project.slug}/contacts/new/", {"email": "a@example.org"})
    assert project.contacts.count() == 1


def test_the_first_fields_are_named_in_the_language_of_who_makes_them(signed_in: Client) -> None:
    signed_in.post("/projects/new/", NEW | {"begin_with": "email"})
    assert list(Field.objects.values_list("key", flat=True)) == ["email"]


def test_a_name_that_is_taken_is_refused_beside_the_name(
    signed_in: Client, project: Project
) -> None:
    answer = signed_in.post("/projects/new/", NEW | {"name": project.name})
    assert answer.status_code == 422
    assert "name" in answer.context["form"].errors
    assert Project.objects.count() == 1


def test_home_leads_to_the_project_one_was_in_last(signed_in: Client, project: Project) -> None:
    second = cast.a_project("Second")
    signed_in.get(f"/projects/{second.slug}/contacts/")
    assert signed_in.get("/").headers["Location"] == f"/projects/{second.slug}/"


def test_without_any_project_home_leads_to_making_one(signed_in: Client) -> None:
    assert signed_in.get("/").headers["Location"] == "/projects/new/"


def test_a_field_gets_its_key_from_its_name(signed_in: Client, project: Project) -> None:
    place = f"/projects/{project.slug}/configuration/fields/add/"
    answer = signed_in.post(place, {"label": "Shoe size", "type": "integer"}, headers=HTMX)
    assert answer.headers["HX-Redirect"].endswith("/configuration/")
    assert project.fields.get(key="shoe_size").type == "integer"


def test_a_choice_needs_choices_and_says_so_in_the_pop_up(
    signed_in: Client, project: Project
) -> None:
    place = f"/projects/{project.slug}/configuration/fields/add/"
    answer = signed_in.post(place, {"label": "Size", "type": "choice"}, headers=HTMX)
    assert answer.status_code == 422
    assert "choices" in answer.context["form"].errors
    assert "<html" not in answer.content.decode()
    signed_in.post(place, {"label": "Size", "type": "choice", "choices": "S\n M \n\nL"})
    assert project.fields.get(key="size").choices == ["S", "M", "L"]


def test_a_field_is_changed_without_losing_its_key(signed_in: Client, project: Project) -> None:
    place = f"/projects/{project.slug}/configuration/fields/company/"
    signed_in.post(place, {"label": "Firm", "type": "text", "max_length": "80"})
    field = project.fields.get(key="company")
    assert (field.label, field.max_length) == ("Firm", 80)


def test_fields_move_up_and_down(signed_in: Client, project: Project) -> None:
    place = f"/projects/{project.slug}/configuration/fields/first_name/move/"
    signed_in.post(place, {"to": "up"})
    assert [spec.key for spec in project.specs()][:2] == ["first_name", "email"]
    signed_in.post(place, {"to": "up"})
    assert [spec.key for spec in project.specs()][:2] == ["first_name", "email"]
    signed_in.post(place, {"to": "down"})
    assert [spec.key for spec in project.specs()][:2] == ["email", "first_name"]


def test_removing_a_field_says_how_many_values_are_lost(
    signed_in: Client, project: Project
) -> None:
    cast.the_cast(project)
    place = f"/projects/{project.slug}/configuration/fields/city/remove/"
    assert "1 contact has a value" in signed_in.get(place).content.decode()
    signed_in.post(place)
    assert not project.fields.filter(key="city").exists()


def test_a_field_of_the_unique_key_stays(signed_in: Client, project: Project) -> None:
    answer = signed_in.post(f"/projects/{project.slug}/configuration/fields/email/remove/")
    assert answer.status_code == 422
    assert project.fields.filter(key="email").exists()


def test_the_unique_key_is_changed_or_the_reason_is_given(
    signed_in: Client, project: Project
) -> None:
    cast.the_cast(project)
    place = f"/projects/{project.slug}/configuration/key/"
    answer = signed_in.post(place, {"unique_key": ["first_name"]})
    assert answer.status_code == 422
    assert "unique_key" in answer.context["form"].errors
    assert [spec.key for spec in project.key_specs()] == ["email"]


def test_every_screen_of_a_project_answers(signed_in: Client, project: Project) -> None:
    for place in ("", "configuration/", "configuration/edit/", "configuration/key/"):
        assert signed_in.get(f"/projects/{project.slug}/{place}").status_code == 200
