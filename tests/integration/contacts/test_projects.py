"""Shaping a project: what fields may be, and what contacts that exist allow."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from raccord.connections.models import Authorization, Connection, DataTransfer, FieldMapping
from raccord.contacts import changes, projects
from raccord.contacts.invalid import InvalidInput, InvalidProject
from raccord.contacts.messages import SENTENCES, explain
from raccord.contacts.models import ChangeLogEntry, Contact, Field, Project
from raccord.engine.records import FieldType
from tests import cast
from tests.cast import BY_MARKETER

pytestmark = pytest.mark.django_db


def field(project: Project, key: str) -> Field:
    return project.fields.get(key=key)


def problems(refused: Callable[[], object]) -> list[tuple[str, str]]:
    """(place, code) of what refuses the call, each with a sentence for people."""
    with pytest.raises(InvalidProject) as raised:
        refused()
    for problem in raised.value.problems:
        assert "%(" not in explain(problem.code, problem.params) != problem.code
    return [(p.at, p.code.removeprefix("raccord.")) for p in raised.value.problems]


def test_a_project_gets_its_short_name_from_its_name() -> None:
    project = projects.create_project("  Été à Évry ")
    assert (project.name, project.slug) == ("Été à Évry", "ete-a-evry")
    assert projects.change_project(project, time_zone="Europe/Paris").time_zone == "Europe/Paris"


def test_a_project_is_refused_with_every_reason() -> None:
    projects.create_project("One")
    assert problems(lambda: projects.create_project("One", slug="one")) == [
        ("name", "project.name_taken"),
        ("slug", "project.slug_taken"),
    ]
    found = problems(
        lambda: projects.create_project(
            " ", slug="A B", languages=["tlh"], time_zone="Mars/Olympus"
        )
    )
    assert [place for place, _ in found] == ["name", "slug", "languages", "time_zone"]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("Email", "field.key"),
        ("2nd", "field.key"),
        ("a" * 61, "field.key"),
        ("created_at", "field.key_reserved"),
        ("email", "field.key_taken"),
    ],
)
def test_a_fields_key_is_checked(project: Project, key: str, code: str) -> None:
    found = problems(lambda: projects.add_field(project, key=key, type=FieldType.TEXT))
    assert found == [("key", code)]


def test_choices_belong_to_choices(project: Project) -> None:
    def add(kind: FieldType, *choices: str) -> Callable[[], object]:
        return lambda: projects.add_field(project, key="x", type=kind, choices=choices)

    assert problems(add(FieldType.CHOICE)) == [("choices", "field.choices_missing")]
    assert problems(add(FieldType.TEXT, "a")) == [("choices", "field.choices_not_for_type")]
    assert problems(add(FieldType.CHOICE, "a;b")) == [("choices", "field.choice")]
    assert problems(add(FieldType.CHOICE, "a", "A")) == [("choices", "field.choice_twice")]


def test_a_new_field_goes_to_the_end_with_its_key_in_words(project: Project) -> None:
    added = projects.add_field(project, key="shoe_size", type=FieldType.INTEGER)
    assert added.label == "Shoe size"
    assert list(project.fields.all())[-1] == added


def test_a_field_cannot_be_required_of_contacts_that_lack_it(project: Project) -> None:
    cast.a_contact(project, "no_last_name")
    found = problems(lambda: projects.change_field(field(project, "last_name"), required=True))
    assert found == [("required", "field.required_too_early")]
    projects.change_field(field(project, "first_name"), required=True)


def test_a_type_changes_only_where_every_value_can_follow(project: Project) -> None:
    projects.add_field(project, key="size", type=FieldType.INTEGER)
    contact = cast.a_contact(project, size=42, birthdate="2000-02-29")
    found = problems(lambda: projects.change_field(field(project, "birthdate"), type=FieldType.URL))
    assert found == [("type", "field.type_in_use")]
    projects.change_field(field(project, "birthdate"), type=FieldType.TEXT)
    projects.change_field(field(project, "size"), type=FieldType.DECIMAL)
    projects.change_field(field(project, "notes"), type=FieldType.BOOLEAN)  # nobody has notes
    contact.refresh_from_db()
    assert (contact.values["birthdate"], contact.values["size"]) == ("2000-02-29", "42")
    result = changes.edit(project, contact.pk, {"size": "42.0"}, origin=BY_MARKETER)
    assert not result.changed
    found = problems(lambda: projects.change_field(field(project, "email"), type=FieldType.TEXT))
    assert found == [("type", "field.type_of_key")]


def test_a_field_cannot_become_too_narrow_for_its_values(project: Project) -> None:
    projects.add_field(project, key="tags", type=FieldType.MULTIPLE_CHOICE, choices=["a", "b", "c"])
    projects.add_field(project, key="size", type=FieldType.CHOICE, choices=["s", "m"])
    cast.a_contact(project, tags=["a", "b"], size="s", city="Clermont-Ferrand")
    found = problems(lambda: projects.change_field(field(project, "city"), max_length=10))
    assert found == [("max_length", "field.longer_values")]
    found = problems(lambda: projects.change_field(field(project, "tags"), choices=["a", "c"]))
    assert found == [("choices", "field.choice_in_use")]
    found = problems(lambda: projects.change_field(field(project, "size"), choices=["m"]))
    assert found == [("choices", "field.choice_in_use")]
    projects.change_field(field(project, "tags"), choices=["b", "a"])


def test_a_removed_field_takes_its_values_along_and_tells_nobody(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project)
    entries = ChangeLogEntry.objects.filter(contact=contact).count()
    projects.retire_field(field(project, "newsletter"))
    projects.remove_field(field(project, "newsletter"))
    contact.refresh_from_db()
    assert "newsletter" not in contact.values
    assert contact.evidence == {}
    assert ChangeLogEntry.objects.filter(contact=contact).count() == entries
    assert problems(lambda: projects.remove_field(field(project, "email"))) == [
        ("email", "field.in_key")
    ]


def test_a_mapped_field_is_not_removed(project: Project) -> None:
    authorization = Authorization.objects.create(source="memory", name="x", login_url="x")
    connection = Connection.objects.create(
        project=project, source="memory", name="x", authorization=authorization
    )
    transfer = DataTransfer.objects.create(connection=connection, object="Person")
    city = field(project, "city")
    FieldMapping.objects.create(transfer=transfer, field=city, remote_field="City")
    contact = cast.a_contact(project, city="Lyon")
    assert problems(lambda: projects.remove_field(city)) == [("city", "field.mapped")]
    contact.refresh_from_db()
    assert contact.values["city"] == "Lyon"


def test_another_unique_key_gives_every_contact_a_new_key(project: Project) -> None:
    first = cast.a_contact(project, "plain", phone="1")
    second = cast.a_contact(project, "accents", phone="2")
    deleted = cast.a_contact(project, "apostrophe", phone="1")
    changes.delete(project, [deleted.pk], origin=BY_MARKETER)
    projects.set_unique_key(project, ["last_name", "phone"])
    keys = dict(Contact.objects.filter(deleted_at=None).values_list("pk", "key"))
    assert keys == {first.pk: "Smith|1", second.pk: "Lefèvre-Núñez|2"}
    assert [spec.key for spec in project.key_specs()] == ["last_name", "phone"]
    projects.set_unique_key(project, ["email"])
    first.refresh_from_db()
    assert first.key == "jane.smith@example.org"


def test_a_unique_key_that_cannot_tell_contacts_apart_is_refused(project: Project) -> None:
    made = cast.the_cast(project)
    refusals = {
        (): "key.none",
        ("email", "email"): "key.twice",
        ("shoe_size",): "key.unknown_field",
        ("notes",): "key.unfit_type",
        ("birthdate",): "key.empty",
    }
    for keys, code in refusals.items():
        found = problems(lambda keys=keys: projects.set_unique_key(project, keys))  # type: ignore[misc]
        assert found == [("unique_key", code)]
    for contact in made.values():
        changes.edit(project, contact.pk, {"title": "same"}, origin=BY_MARKETER)
    found = problems(lambda: projects.set_unique_key(project, ["title"]))
    assert found == [("unique_key", "key.collides")]
    contact = Contact.objects.get(pk=made["plain"].pk)
    assert contact.key == "jane.smith@example.org", "nothing was half done"
    assert [spec.key for spec in project.key_specs()] == ["email"]


def test_every_problem_of_these_screens_is_one_kind_of_exception(project: Project) -> None:
    with pytest.raises(InvalidInput):
        projects.create_project("")
    with pytest.raises(InvalidInput):
        changes.create(project, {}, origin=BY_MARKETER)
    assert all(code.startswith("raccord.") for code in SENTENCES)


def test_a_label_saved_from_an_old_page_undoes_neither_the_unique_key_nor_the_order(
    project: Project,
) -> None:
    last_name, email = field(project, "last_name"), field(project, "email")
    group = projects.add_group(project, label="Person")
    projects.set_unique_key(project, ["last_name"])
    projects.arrange(project, [(group.pk, [last_name.pk])])
    projects.change_field(last_name, label="Family name")
    projects.change_field(email, label="Address")
    assert [spec.key for spec in project.key_specs()] == ["last_name"]
    assert (field(project, "last_name").group, project.specs()[-1].key) == (group, "last_name")
    assert str(field(project, "last_name")) == "Family name"
