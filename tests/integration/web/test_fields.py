"""The page of a field, its choices, groups and order, and its end."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation

from raccord.contacts import changes, projects
from raccord.contacts.models import Contact, Field, FieldGroup, Project
from raccord.engine.records import FieldType
from tests import cast
from tests.cast import BY_MARKETER

HTMX = {"HX-Request": "true"}


@pytest.fixture
def place(project: Project) -> str:
    return f"/projects/{project.slug}/configuration/"


def keys(project: Project) -> list[str]:
    return [spec.key for spec in project.specs()]


def test_a_field_gets_its_key_from_its_name(
    signed_in: Client, project: Project, place: str
) -> None:
    posted = {"label_en": "Shoe size", "label_fr": "Pointure", "type": "integer"}
    answer = signed_in.post(place + "fields/new-field/", posted)
    assert answer.headers["Location"].endswith("/configuration/")
    field = project.fields.get(key="shoe_size")
    assert (field.type, field.label, field.labels) == ("integer", "Shoe size", {"fr": "Pointure"})
    with translation.override("fr"):
        assert field.spec().label == "Pointure"


def test_choices_are_rows_with_a_code_and_labels(
    signed_in: Client, project: Project, place: str
) -> None:
    answer = signed_in.post(place + "fields/new-field/", {"label_en": "Size", "type": "choice"})
    assert answer.status_code == 422
    assert "choices" in answer.context["form"].errors
    posted = {
        "label_en": "Size",
        "type": "choice",
        "choice_code": ["S", " ", "L", ""],
        "choice_label_en": ["Small", "", "", "Extra large"],
        "choice_label_fr": ["Petit", "", "", ""],
    }
    signed_in.post(place + "fields/new-field/", posted)
    field = project.fields.get(key="size")
    assert field.choices == ["S", "L", "Extra large"]
    assert field.choice_labels == {"S": {"": "Small", "fr": "Petit"}}
    shown = signed_in.get(place + "fields/size/").context["form"].rows
    assert [(row.code, row.texts["en"], row.texts["fr"]) for row in shown] == [
        ("S", "Small", "Petit"),
        ("L", "", ""),
        ("Extra large", "", ""),
    ]


def test_a_label_of_a_choice_changes_and_no_contact_does(
    signed_in: Client, project: Project, place: str
) -> None:
    projects.add_field(project, key="size", type=FieldType.CHOICE, choices=["S", "L"])
    contact = cast.a_contact(project, size="S")
    posted = {
        "label_en": "Size",
        "type": "choice",
        "choice_code": ["L", "S"],
        "choice_label_en": ["Large", "Small"],
        "choice_label_fr": ["", ""],
    }
    signed_in.post(place + "fields/size/", posted)
    assert project.fields.get(key="size").choice_label("S") == "Small"
    answer = signed_in.post(
        place + "fields/size/",
        posted | {"choice_code": ["L"], "choice_label_en": ["Large"], "choice_label_fr": [""]},
    )
    assert answer.status_code == 422
    assert "S (1)" in answer.content.decode()
    before = contact.updated_at
    contact.refresh_from_db()
    assert (contact.values["size"], contact.updated_at) == ("S", before)


@pytest.mark.parametrize(
    ("act", "codes"),
    [
        ("up:1", ["b", "a", "c"]),
        ("down:1", ["a", "c", "b"]),
        ("remove:0", ["b", "c"]),
        ("up:0", ["a", "b", "c"]),
        ("down:9999999999999999999", ["a", "b", "c"]),
        ("up:²", ["a", "b", "c"]),
        ("nonsense", ["a", "b", "c"]),
        ("more", ["a", "b", "c", "", "", "", "", ""]),
    ],
)
def test_the_rows_of_choices_work_without_scripts(
    signed_in: Client, project: Project, place: str, act: str, codes: list[str]
) -> None:
    posted = {
        "label_en": "",
        "label_fr": "Taille",
        "type": "choice",
        "choice_code": ["a", "b", "c"],
        "choice_label_en": ["A", "B", "C"],
        "choices_act": act,
    }
    form = signed_in.post(place + "fields/new-field/", posted).context["form"]
    assert [row.code for row in form.rows] == codes
    assert form["label_fr"].value() == "Taille"
    assert not form.errors
    assert not project.fields.filter(type="choice").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"choice_code": ["a\x00b"]},
        {"choice_code": ["a;b"]},
        {"choice_code": ["a", "A"]},
        {"choice_code": ["x" * 256]},
        {"choice_code": [f"choice {number}" for number in range(1001)]},
        {"choice_code": ["a"], "choice_label_en": ["x" * 121]},
        {"choice_code": ["a"], "choice_label_fr": ["two\nlines"]},
    ],
)
def test_choices_that_cannot_be_are_refused_beside_the_rows(
    signed_in: Client, project: Project, place: str, wrong: dict[str, list[str]]
) -> None:
    posted: dict[str, object] = {"label_en": "Size", "type": "choice", **wrong}
    answer = signed_in.post(place + "fields/new-field/", posted)
    assert answer.status_code == 422
    assert "choices" in answer.context["form"].errors
    assert not project.fields.filter(key="size").exists()


@pytest.mark.parametrize(
    ("wrong", "beside"),
    [
        ({"label_en": " "}, "label_en"),
        ({"label_en": "x" * 121}, "label_en"),
        ({"label_fr": "x" * 121}, "label_fr"),
        ({"key": "email"}, "key"),
        ({"key": "a-b"}, "key"),
        ({"label_en": "???"}, "key"),
        ({"type": "picture"}, "type"),
        ({"group": "999999"}, "group"),
        ({"max_length": "40000"}, "max_length"),
    ],
)
def test_what_is_wrong_with_a_field_is_said_beside_it(
    signed_in: Client, project: Project, place: str, wrong: dict[str, str], beside: str
) -> None:
    projects.add_group(project, label="Work")
    posted = {"label_en": "Size", "type": "text", **wrong}
    answer = signed_in.post(place + "fields/new-field/", posted)
    assert answer.status_code == 422
    assert beside in answer.context["form"].errors


def test_a_field_is_changed_without_losing_its_key(
    signed_in: Client, project: Project, place: str
) -> None:
    posted = {"label_en": "Firm", "type": "text", "max_length": "80"}
    signed_in.post(place + "fields/company/", posted)
    field = project.fields.get(key="company")
    assert (field.label, field.max_length) == ("Firm", 80)


def test_how_many_lack_a_value_is_said_before_it_is_required(
    signed_in: Client, project: Project, place: str
) -> None:
    cast.the_cast(project)
    page = signed_in.get(place + "fields/last_name/").content.decode()
    assert "1 contact has no value here" in page
    assert "?f=last_name:empty" in page
    posted = {"label_en": "Last name", "type": "text", "required": "on"}
    answer = signed_in.post(place + "fields/last_name/", posted)
    assert answer.status_code == 422
    assert "required" in answer.context["form"].errors


def test_what_another_type_means_is_said_before(
    signed_in: Client, project: Project, place: str
) -> None:
    cast.a_contact(project, title="CEO")
    types = signed_in.get(place + "fields/title/").context["types"]
    told = {each.type: each.change for each in types}
    assert told["text"] == ""
    assert "stay" in told["long_text"]
    assert "code of a choice" in told["choice"]
    assert "cannot take over" in told["date"]
    types = signed_in.get(place + "fields/street/").context["types"]
    assert not any(each.change for each in types), "nobody has a street"


def test_a_group_is_added_renamed_and_removed(
    signed_in: Client, project: Project, place: str
) -> None:
    posted = {"label_en": "Address", "label_fr": "Adresse"}
    answer = signed_in.post(place + "groups/add/", posted, headers=HTMX)
    assert answer.headers["HX-Redirect"].endswith("/configuration/")
    group = project.groups.get()
    assert (group.label, group.labels) == ("Address", {"fr": "Adresse"})
    assert signed_in.post(place + "groups/add/", posted, headers=HTMX).status_code == 422
    signed_in.post(place + f"groups/{group.pk}/", {"label_en": "Where", "label_fr": ""})
    group.refresh_from_db()
    assert (group.label, group.labels) == ("Where", {})
    projects.change_field(project.fields.get(key="city"), group=group)
    assert (
        "field in it stays" in signed_in.get(place + f"groups/{group.pk}/remove/").content.decode()
    )
    signed_in.post(place + f"groups/{group.pk}/remove/")
    assert project.fields.get(key="city").group is None


def test_fields_and_groups_move_by_buttons(signed_in: Client, project: Project, place: str) -> None:
    group = projects.add_group(project, label="Work")
    first = project.fields.get(key="first_name")
    notes = project.fields.get(key="notes")

    def move(what: str) -> str:
        answer = signed_in.post(place + "order/", {"move": what}, headers=HTMX)
        assert answer.status_code == 200
        return answer.content.decode()

    move(f"field:{first.pk}:up")
    assert keys(project)[:2] == ["first_name", "email"]
    move(f"field:{first.pk}:up")
    assert keys(project)[:2] == ["first_name", "email"], "it is at the top"
    move(f"field:{first.pk}:down")
    assert keys(project)[:2] == ["email", "first_name"]
    told = move(f"field:{notes.pk}:down")
    assert "Notes: place 1 of 1 in “Work”" in told
    notes.refresh_from_db()
    assert notes.group == group
    move(f"field:{notes.pk}:up")
    notes.refresh_from_db()
    assert notes.group is None
    other = projects.add_group(project, label="Home")
    move(f"group:{other.pk}:up")
    assert [str(each) for each in project.groups.all()] == ["Home", "Work"]
    move(f"group:{other.pk}:up")
    assert [str(each) for each in project.groups.all()] == ["Home", "Work"]


def test_a_dragged_order_is_saved_as_the_page_tells_it(
    signed_in: Client, project: Project, place: str
) -> None:
    group = projects.add_group(project, label="Work")
    pk = dict(project.fields.values_list("key", "pk"))
    order = [f"field:{pk['city']}", f"group:{group.pk}", f"field:{pk['company']}"]
    answer = signed_in.post(place + "order/", {"place": order}, headers=HTMX)
    assert answer.context["sections"][1].fields == [project.fields.get(key="company")]
    assert keys(project)[0] == "city"
    assert keys(project)[-1] == "company"
    assert len(keys(project)) == len(pk), "what the page did not name is still there"


@pytest.mark.parametrize(
    "posted",
    [
        {"place": ["field:x", "group:", "field:99999999999999999999", "nonsense", "field:²"]},
        {"move": "field:0:up"},
        {"move": ":::"},
        {"move": "group:12:sideways"},
        {},
    ],
)
def test_a_malformed_order_changes_nothing(
    signed_in: Client, project: Project, place: str, posted: dict[str, object]
) -> None:
    before = keys(project)
    assert signed_in.post(place + "order/", posted).status_code == 302
    assert keys(project) == before


def test_nobody_orders_another_project(signed_in: Client, project: Project, place: str) -> None:
    other = cast.a_project("Other")
    group = projects.add_group(other, label="Work")
    city = other.fields.get(key="city")
    signed_in.post(place + "order/", {"place": [f"group:{group.pk}", f"field:{city.pk}"]})
    signed_in.post(place + "order/", {"move": f"field:{city.pk}:up"})
    assert Field.objects.get(pk=city.pk).position == city.position
    assert signed_in.get(place + f"groups/{group.pk}/").status_code == 404
    posted = {"label_en": "City", "type": "text", "group": str(group.pk)}
    assert signed_in.post(place + "fields/city/", posted).status_code in (302, 422)
    assert project.fields.get(key="city").group is None
    assert FieldGroup.objects.get().label == "Work"


def test_a_field_with_values_is_retired_first(
    signed_in: Client, project: Project, place: str
) -> None:
    contact = cast.a_contact(project, city="Lyon")
    page = signed_in.get(place + "fields/city/remove/").content.decode()
    assert "Retire the field first" in page
    assert signed_in.post(place + "fields/city/remove/").status_code == 422
    assert (
        "1 contact has a value in it"
        in signed_in.get(place + "fields/city/retire/").content.decode()
    )
    signed_in.post(place + "fields/city/retire/")
    assert "city" not in keys(project)
    changes.edit(project, contact.pk, {"first_name": "J."}, origin=BY_MARKETER)
    contact.refresh_from_db()
    assert contact.values["city"] == "Lyon", "an edit keeps what a retired field holds"
    page = signed_in.get(place).content.decode()
    assert "Retired fields" in page
    signed_in.post(place + "fields/city/bring-back/")
    assert "city" in keys(project)
    signed_in.post(place + "fields/city/retire/")
    assert "1 contact has a value" in signed_in.get(place + "fields/city/remove/").content.decode()
    signed_in.post(place + "fields/city/remove/")
    assert not project.fields.filter(key="city").exists()
    assert signed_in.get(place + "fields/city/").status_code == 404


def test_a_field_without_values_is_removed_at_once(
    signed_in: Client, project: Project, place: str
) -> None:
    cast.a_contact(project)
    signed_in.post(place + "fields/city/remove/")
    assert not project.fields.filter(key="city").exists()


@pytest.mark.parametrize("act", ["remove", "retire"])
def test_a_field_of_the_unique_key_stays(
    signed_in: Client, project: Project, place: str, act: str
) -> None:
    answer = signed_in.post(place + f"fields/email/{act}/")
    assert answer.status_code == 422
    assert "identifies contacts" in answer.content.decode()
    assert "email" in keys(project)


def test_a_retired_field_is_not_changed_by_an_old_page(
    signed_in: Client, project: Project, place: str
) -> None:
    projects.retire_field(project.fields.get(key="city"))
    answer = signed_in.post(place + "fields/city/", {"label_en": "Town", "type": "text"})
    assert "Retired field" in answer.content.decode()
    assert project.fields.get(key="city").label == "City"


@pytest.mark.django_db(transaction=True)
def test_the_pages_of_a_field_come_without_the_counts_that_nobody_waits_for(
    signed_in: Client, project: Project, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    projects.retire_field(project.fields.get(key="title"))
    monkeypatch.setattr("raccord.contacts.lists.guard.SECONDS", 0.05)
    told = {
        "city/": "Too many contacts to count them here",
        "city/retire/": "The values that contacts have in it stay.",
        "title/": "Too many contacts to count them here",
        "title/remove/": "are lost, and cannot be brought back",
    }
    somebody_else = connection.copy()
    try:
        with somebody_else.cursor() as cursor:
            cursor.execute(f"BEGIN; LOCK TABLE {Contact._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            for page, words in told.items():
                assert words in signed_in.get(f"{place}fields/{page}").content.decode()
    finally:
        somebody_else.close()
