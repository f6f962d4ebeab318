"""A retired field is asked of nobody, and nothing that contacts hold in it is lost."""

from __future__ import annotations

import io

import pytest
from django.utils import translation

from raccord.connections.models import Authorization, Connection, DataTransfer, FieldMapping
from raccord.contacts import changes, field_changes, imports, project_fields, projects
from raccord.contacts.invalid import InvalidContact, InvalidProject
from raccord.contacts.models import Project
from raccord.engine.records import FieldType
from tests import cast
from tests.cast import BY_MARKETER

pytestmark = pytest.mark.django_db


def test_contacts_keep_what_they_hold_through_edits_and_imports(project: Project) -> None:
    contact = cast.a_contact(project, city="Lyon")
    projects.retire_field(project.fields.get(key="city"))
    changes.edit(project, contact.pk, {"first_name": "J."}, origin=BY_MARKETER)
    lines = b"email,first_name\njane.smith@example.org,Janet\n"
    run = imports.start(project, io.BytesIO(lines), file_name="x.csv")
    imports.run_now(run)
    contact.refresh_from_db()
    assert (contact.values["first_name"], contact.values["city"]) == ("Janet", "Lyon")
    with pytest.raises(InvalidContact, match=r"raccord\.contact\.unknown_field"):
        changes.edit(project, contact.pk, {"city": "Paris"}, origin=BY_MARKETER)
    assert "city" not in project_fields.names(project).values()
    projects.bring_back_field(project.fields.get(key="city"))
    changes.edit(project, contact.pk, {"city": "Paris"}, origin=BY_MARKETER)
    contact.refresh_from_db()
    assert contact.values["city"] == "Paris"


def test_a_retired_field_is_no_longer_required(project: Project) -> None:
    projects.change_field(project.fields.get(key="city"), required=True)
    projects.retire_field(project.fields.get(key="city"))
    cast.a_contact(project)
    field = projects.bring_back_field(project.fields.get(key="city"))
    assert not field.required
    assert projects.retire_field(field).retired_at == projects.retire_field(field).retired_at


def test_what_is_needed_is_not_retired(project: Project) -> None:
    authorization = Authorization.objects.create(source="memory", name="x", login_url="x")
    connection = Connection.objects.create(
        project=project, source="memory", name="x", authorization=authorization
    )
    transfer = DataTransfer.objects.create(connection=connection, object="Person")
    city = project.fields.get(key="city")
    FieldMapping.objects.create(transfer=transfer, field=city, remote_field="City")
    with pytest.raises(InvalidProject, match=r"raccord\.field\.mapped"):
        projects.retire_field(city)
    with pytest.raises(InvalidProject, match=r"raccord\.field\.type_of_mapped"):
        projects.change_field(project.fields.get(key="city"), type=FieldType.LONG_TEXT)
    with pytest.raises(InvalidProject, match=r"raccord\.field\.in_key"):
        projects.retire_field(project.fields.get(key="email"))
    projects.change_field(project.fields.get(key="city"), label="Town")


def test_only_a_retired_field_is_removed_with_its_values(project: Project) -> None:
    contact = cast.a_contact(project, city="Lyon")
    city = project.fields.get(key="city")
    with pytest.raises(InvalidProject, match=r"raccord\.field\.not_retired"):
        projects.remove_field(city)
    projects.retire_field(city)
    with pytest.raises(InvalidProject, match=r"raccord\.field\.retired"):
        projects.change_field(project.fields.get(key="city"), label="Town")
    projects.remove_field(city)
    contact.refresh_from_db()
    assert "city" not in contact.values


def test_a_field_and_its_choices_are_found_by_every_name(project: Project) -> None:
    projects.change_field(project.fields.get(key="last_name"), labels={"fr": "Nom de famille"})
    projects.add_field(
        project,
        key="size",
        type=FieldType.CHOICE,
        choices=["S", "L"],
        choice_labels={"L": {"": "Large", "fr": "Très grand"}},
    )
    names = project_fields.names(project)
    for name in ("Last name", "last-name", "NOM DE FAMILLE", "last_name"):
        assert names[project_fields.plain_name(name)] == "last_name"
    choices = project_fields.choice_names(project)
    assert choices == {"size": {"s": "S", "l": "L", "large": "L", "tres grand": "L"}}
    with translation.override("fr"):
        assert project_fields.sections(project)[0].specs[2].label == "Nom de famille"


def test_text_becomes_a_choice_when_every_value_is_one(project: Project) -> None:
    cast.a_contact(project, "plain", title="CEO")
    cast.a_contact(project, "accents", title="CTO")
    field = project.fields.get(key="title")
    with pytest.raises(InvalidProject) as raised:
        projects.change_field(field, type=FieldType.CHOICE, choices=["CEO"])
    assert raised.value.problems[0].params == {"choices": "CTO (1)"}
    field.refresh_from_db()
    projects.change_field(field, type=FieldType.CHOICE, choices=["CEO", "CTO"])
    projects.change_field(field, type=FieldType.MULTIPLE_CHOICE)
    titles = {contact.values["title"][0] for contact in project.contacts.all()}
    assert titles == {"CEO", "CTO"}
    contact = project.contacts.get(key="jane.smith@example.org")
    assert not changes.edit(project, contact.pk, {"title": "CEO"}, origin=BY_MARKETER).changed


def test_labels_of_choices_that_do_not_fit_are_refused(project: Project) -> None:
    for labels in ({"X": {"": "x"}}, {"S": {"tlh": "x"}}, {"S": {"": ""}}, {"S": {"fr": "a\nb"}}):
        with pytest.raises(InvalidProject, match=r"raccord\.field\.choice_label"):
            projects.add_field(
                project, key="size", type=FieldType.CHOICE, choices=["S"], choice_labels=labels
            )


def test_nobody_is_found_by_the_values_of_a_removed_field(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(field_changes, "_BATCH", 2)
    made = [
        cast.a_contact(project, email=f"{number}@example.org", city="Zanzibar")
        for number in range(5)
    ]
    opted_in = cast.a_contact(project, email="in@example.org", newsletter="yes")
    changes.edit(project, opted_in.pk, {"newsletter": None}, origin=BY_MARKETER)
    for key in ("city", "newsletter"):
        projects.remove_field(projects.retire_field(project.fields.get(key=key)))
    for contact in (*made, opted_in):
        before = set(contact.search_text.split("\n"))
        contact.refresh_from_db()
        assert set(contact.search_text.split("\n")) == before - {"zanzibar"}
        assert (contact.values.keys() & {"city", "newsletter"}, contact.evidence) == (set(), {})
