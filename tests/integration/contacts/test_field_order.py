"""Groups and the order of fields: whatever a page tells, every field has one place."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from raccord.contacts import field_order, project_fields, projects
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Field, FieldGroup, Project
from raccord.engine.records import FieldType
from tests import cast

pytestmark = pytest.mark.django_db

SLOT = st.integers(-1, 8)


def a_small_project() -> Project:
    project = projects.create_project("Small")
    for number in range(6):
        projects.add_field(project, key=f"f{number}", type=FieldType.TEXT)
    for number in range(3):
        projects.add_group(project, label=f"Group {number}")
    return project


class AnyOrder(TestCase):
    @settings(max_examples=60)
    @given(st.lists(st.tuples(st.none() | SLOT, st.lists(SLOT)), max_size=5))
    def test_every_field_has_one_place_and_the_same_order_moves_nothing(
        self, told: list[tuple[int | None, list[int]]]
    ) -> None:
        project = a_small_project()
        fields = list(Field.objects.filter(project=project).values_list("pk", flat=True))
        groups = list(FieldGroup.objects.filter(project=project).values_list("pk", flat=True))

        def group(slot: int | None) -> int | None:
            return groups[slot] if slot is not None and 0 <= slot < len(groups) else slot

        def field(slot: int) -> int:
            return fields[slot] if 0 <= slot < len(fields) else -slot

        order = [(group(slot), [field(each) for each in ids]) for slot, ids in told]
        field_order.arrange(project, order)

        arrangement = field_order.arrangement(project)
        assert sorted(pk for _, ids in arrangement for pk in ids) == sorted(fields)
        assert {pk for pk, _ in arrangement} == {None, *groups}
        positions = Field.objects.filter(project=project).values_list("position", flat=True)
        assert sorted(positions) == list(range(len(fields)))
        assert field_order.arrange(project, arrangement) is False
        in_sections = [spec.key for _, specs in project_fields.sections(project) for spec in specs]
        assert in_sections == [spec.key for spec in project.specs()]


def test_retired_fields_stay_behind_in_their_group() -> None:
    project = a_small_project()
    group = project.groups.get(label="Group 1")
    pk = dict(project.fields.values_list("key", "pk"))
    field_order.arrange(project, [(group.pk, [pk["f0"], pk["f1"], pk["f2"]])])
    projects.retire_field(Field.objects.get(pk=pk["f0"]))
    field_order.arrange(project, [(group.pk, [pk["f2"], pk["f1"]])])
    projects.bring_back_field(Field.objects.get(pk=pk["f0"]))
    (_, specs) = project_fields.sections(project)[-1]
    assert [spec.key for spec in specs] == ["f2", "f1", "f0"]


def test_a_new_field_and_one_that_changes_groups_go_to_the_end() -> None:
    project = a_small_project()
    group = project.groups.get(label="Group 0")
    added = projects.add_field(project, key="new", type=FieldType.TEXT, group=group)
    moved = projects.change_field(project.fields.get(key="f0"), group=group)
    added.refresh_from_db()
    assert added.position < moved.position
    assert [spec.key for spec in project.specs()] == ["f1", "f2", "f3", "f4", "f5", "new", "f0"]
    projects.remove_group(group)
    assert [spec.key for spec in project.specs()][-2:] == ["new", "f0"]


def test_a_group_of_another_project_is_refused() -> None:
    project, other = a_small_project(), cast.a_project()
    with pytest.raises(InvalidProject, match=r"raccord\.field\.group"):
        projects.change_field(other.fields.get(key="city"), group=project.groups.first())


def test_groups_have_names_of_their_own() -> None:
    project = a_small_project()
    with pytest.raises(InvalidProject, match=r"raccord\.group\.label_taken"):
        projects.add_group(project, label="group 1")
    with pytest.raises(InvalidProject, match=r"raccord\.group\.label"):
        projects.add_group(project, label=" ")
    with pytest.raises(InvalidProject, match=r"raccord\.group\.label"):
        projects.add_group(project, label="x", labels={"tlh": "x"})
    for number in range(3, 50):
        projects.add_group(project, label=f"Group {number}")
    with pytest.raises(InvalidProject, match=r"raccord\.group\.too_many"):
        projects.add_group(project, label="one more")
