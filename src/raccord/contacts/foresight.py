"""What changes would do, decided like `changes.apply_many` does, with nothing locked or written.

The check of an import stands on it. What it says is true of the contacts as they are now; the
write decides again, with the contacts locked.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models.functions import Now

from raccord.contacts import contact_rows
from raccord.contacts.differences import ContactChange, Draft, Judge, Mode, RowResult
from raccord.contacts.models import Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import Origin


def foresee(
    project: Project, rows: Sequence[ContactChange], *, origin: Origin, mode: Mode = Mode.BOTH
) -> list[RowResult | Draft]:
    """For each change, in order, what would be written, or why nothing would be.

    The values are typed; no two rows may have the same unique key.
    """
    fields = ProjectFields.of(project)
    now = Project.objects.filter(pk=project.pk).values_list(Now(), flat=True).get()
    keys = [fields.unique_key(row.values) for row in rows]
    stored = contact_rows.found_by_key(project.pk, {key for key in keys if key is not None})
    judge = Judge(fields, origin, now).knowing(project.pk, [each.id for each in stored.values()])
    return [
        judge.without_key(row)
        if key is None
        else judge.by_key(row, key=key, stored=stored.get(key), mode=mode)
        for key, row in zip(keys, rows, strict=True)
    ]
