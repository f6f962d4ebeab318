"""The order of a project's fields, and in which group each stands.

Fields without a group come first, then the groups in their order; a field's position counts
through all of them, so that a list has its columns in the order of the forms. Retired fields keep
their place at the end of their group. Nothing a contact holds depends on any of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import transaction

from raccord.contacts.models import Field, FieldGroup, Project

Arrangement = list[tuple[int | None, list[int]]]


def arrange(project: Project, order: Sequence[tuple[int | None, Sequence[int]]]) -> bool:
    """Bring groups and fields into this order: (group's id or None, ids of its fields), ….

    What is unknown (removed meanwhile) is passed over, what is not named (added meanwhile, or
    retired) goes behind what is. Tells whether anything moved.
    """
    with alone(project.pk):
        return _arrange(project.pk, order)


def arrangement(project: Project) -> Arrangement:
    """The order as it is, in the form that `arrange` takes; without retired fields."""
    fields = list(project.fields.filter(retired_at=None))
    groups: list[int | None] = [None, *project.groups.values_list("pk", flat=True)]
    return [(group, [f.pk for f in fields if f.group_id == group]) for group in groups]


def move(field: Field, *, up: bool) -> None:
    """One place up or down; from the edge of its group into the next one."""
    with alone(field.project_id):
        order = arrangement(field.project)
        number = next(n for n, (_, ids) in enumerate(order) if field.pk in ids)
        here = order[number][1]
        place = here.index(field.pk) + (-1 if up else 1)
        beyond = number + (-1 if up else 1)
        if 0 <= place < len(here):
            here.remove(field.pk)
            here.insert(place, field.pk)
        elif 0 <= beyond < len(order):
            here.remove(field.pk)
            there = order[beyond][1]
            there.insert(len(there) if up else 0, field.pk)
        _arrange(field.project_id, order)


def move_group(group: FieldGroup, *, up: bool) -> None:
    """One place up or down among the groups, with its fields."""
    with alone(group.project_id):
        order = arrangement(group.project)
        here = next(n for n, (pk, _) in enumerate(order) if pk == group.pk)
        there = here + (-1 if up else 1)
        if 0 < there < len(order):  # the first are the fields without a group
            order[here], order[there] = order[there], order[here]
        _arrange(group.project_id, order)


def put_in_order(project_id: int) -> None:
    """Count the positions through again, after a field or a group was added or left another.

    To be called in `alone`, entered before the field or group was written.
    """
    _arrange(project_id, ())


@contextmanager
def alone(project_id: int) -> Iterator[None]:
    """A transaction in which nobody else orders the project; its contacts go on meanwhile."""
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).get(pk=project_id)
        yield


def _arrange(project_id: int, order: Sequence[tuple[int | None, Sequence[int]]]) -> bool:
    groups = {group.pk: group for group in FieldGroup.objects.filter(project_id=project_id)}
    fields = {field.pk: field for field in Field.objects.filter(project_id=project_id)}
    wanted = {group: position for position, (group, _) in enumerate(order)}
    sequence = sorted(groups.values(), key=lambda g: (wanted.get(g.pk, len(wanted)), g.position))
    place = {
        pk: (group if group in groups else None, position)
        for group, ids in reversed(order)
        for position, pk in reversed(list(enumerate(ids)))
    }
    moved_groups = _numbered_groups(sequence)
    moved_fields = _numbered_fields(list(fields.values()), place=place, groups=sequence)
    FieldGroup.objects.bulk_update(moved_groups, ["position"])
    Field.objects.bulk_update(moved_fields, ["group", "position"])
    return bool(moved_groups or moved_fields)


def _numbered_groups(sequence: Sequence[FieldGroup]) -> list[FieldGroup]:
    """Those that move, with their new position."""
    moved = []
    for position, group in enumerate(sequence):
        if group.position != position:
            group.position = position
            moved.append(group)
    return moved


def _numbered_fields(
    fields: Sequence[Field],
    *,
    place: dict[int, tuple[int | None, int]],
    groups: Sequence[FieldGroup],
) -> list[Field]:
    """Those that move, with their new group and position; `place`: id -> (group, position)."""
    rank: dict[int | None, int] = {None: 0}
    rank |= {group.pk: number for number, group in enumerate(groups, start=1)}

    def where(field: Field) -> tuple[int, int, int, int]:
        group, position = place.get(field.pk, (field.group_id, len(fields)))
        return rank[group], position, field.position, field.pk

    moved = []
    for position, field in enumerate(sorted(fields, key=where)):
        group = place[field.pk][0] if field.pk in place else field.group_id
        if (field.group_id, field.position) != (group, position):
            field.group_id, field.position = group, position
            moved.append(field)
    return moved
