"""What a set-up file says about fields: labels, groups, order, choices, retired ones."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from raccord.blueprint.exporting import export
from raccord.contacts import changes, project_fields
from raccord.contacts.models import Field, Project
from tests.cast import BY_MARKETER
from tests.integration.blueprint.files import applied, refused

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = """\
version: 1
project:
  name: Shop
  slug: shop
  unique_key: [email]
  groups:
    - {label: Person, labels: {fr: Personne}}
    - {label: Work}
  fields:
    - {key: company, type: text, group: Work}
    - {key: email, type: email, label: E-mail, labels: {fr: Courriel}, group: Person}
    - {key: newsletter, type: consent}
    - key: size
      type: choice
      group: Person
      choices: [S, {code: L, label: Large, labels: {fr: Grand}}]
    - {key: fax, type: phone, retired: true}
"""


def sections(project: Project) -> list[tuple[str, list[str]]]:
    return [
        (str(group or ""), [spec.key for spec in specs])
        for group, specs in project_fields.sections(project)
    ]


def test_groups_labels_choices_and_retired_fields_follow_the_file(tmp_path: Path) -> None:
    applied(TEXT, environment={}, tmp_path=tmp_path)
    project = Project.objects.get()
    assert sections(project) == [
        ("", ["newsletter"]),
        ("Person", ["email", "size"]),
        ("Work", ["company"]),
    ]
    size = project.fields.get(key="size")
    assert (size.choices, size.choice_labels) == (["S", "L"], {"L": {"": "Large", "fr": "Grand"}})
    assert project.fields.get(key="email").labels == {"fr": "Courriel"}
    assert project.fields.get(key="fax").retired_at is not None
    assert {one.result for one in applied(TEXT, environment={}, tmp_path=tmp_path)} == {"unchanged"}
    exported = export(project)
    assert {one.result for one in applied(exported, environment={}, tmp_path=tmp_path)} == {
        "unchanged"
    }
    assert yaml.safe_load(exported)["project"]["fields"][1] == {
        "key": "fax",
        "label": "Fax",
        "type": "phone",
        "retired": True,
    }


def test_another_order_another_group_and_a_field_brought_back(tmp_path: Path) -> None:
    applied(TEXT, environment={}, tmp_path=tmp_path)
    text = TEXT.replace("retired: true", "group: Elsewhere").replace("{label: Work}", "")
    text = text.replace("    - \n", "    - {label: Elsewhere}\n").replace(
        "group: Work", "group: Person"
    )
    again = applied(text, environment={}, tmp_path=tmp_path)
    told = {(one.kind, one.name): one.result for one in again if one.result != "unchanged"}
    assert told == {
        ("group", "Elsewhere"): "created",
        ("group", "Work"): "removed",
        ("field", "company"): "changed",
        ("field", "fax"): "changed",
        ("order of the fields", "Shop"): "changed",
    }
    project = Project.objects.get()
    assert sections(project) == [
        ("", ["newsletter"]),
        ("Person", ["company", "email", "size"]),
        ("Elsewhere", ["fax"]),
    ]
    assert {one.result for one in applied(text, environment={}, tmp_path=tmp_path)} == {"unchanged"}


def test_fields_that_the_file_does_not_name_stay_behind_those_it_names(tmp_path: Path) -> None:
    applied(TEXT, environment={}, tmp_path=tmp_path)
    shorter = TEXT.replace("    - {key: company, type: text, group: Work}\n", "")
    shorter = shorter.replace("key: newsletter,", "key: newsletter, group: Work,")
    applied(shorter, environment={}, tmp_path=tmp_path)
    assert sections(Project.objects.get())[-1] == ("Work", ["newsletter", "company"])
    again = applied(shorter, environment={}, tmp_path=tmp_path)
    assert {one.result for one in again} == {"unchanged"}


def test_a_field_that_holds_values_is_retired_and_changed_by_a_file(tmp_path: Path) -> None:
    applied(TEXT, environment={}, tmp_path=tmp_path)
    project = Project.objects.get()
    contact = changes.create(
        project, {"email": "a@example.org", "company": "Acme"}, origin=BY_MARKETER
    )
    retired = TEXT.replace("{key: company,", "{key: company, retired: true,")
    applied(retired, environment={}, tmp_path=tmp_path)
    applied(
        retired.replace("{key: company,", "{key: company, label: Firm,"),
        environment={},
        tmp_path=tmp_path,
    )
    field = Field.objects.get(key="company")
    assert (field.label, field.retired_at is None) == ("Firm", False)
    contact.refresh_from_db()
    assert contact.values["company"] == "Acme"


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (("group: Work", "group: Wrok"), "project.fields.0.group: raccord.blueprint.no_such"),
        (
            ("{label: Work}", "{label: Person}"),
            "project.groups.1.label: raccord.blueprint.repeated",
        ),
        (
            ("{label: Work}", "{label: Work}\n    - {label: person}"),
            "project.groups.2.label: raccord.group.label_taken",
        ),
        (("{fr: Courriel}", "{de: Post}"), "raccord.blueprint.unknown_value"),
        (("[S, {", "[7, {"), "project.fields.3.choices.0.code: raccord.blueprint.not_text"),
        (("[S, {", "[S, s, {"), "project.fields.3.choices: raccord.field.choice_twice"),
        (("code: L, ", ""), "project.fields.3.choices.1.code: raccord.blueprint.missing_key"),
        (("[email]", "[fax]"), "project.fields.4.fax: raccord.field.in_key"),
    ],
)
def test_what_cannot_be_is_named(change: tuple[str, str], finding: str, tmp_path: Path) -> None:
    assert change[0] in TEXT
    found = refused(TEXT.replace(*change), environment={}, tmp_path=tmp_path)
    assert any(finding in each for each in found), found
    assert not Project.objects.exists()
