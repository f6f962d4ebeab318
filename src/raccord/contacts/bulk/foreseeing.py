"""What an act on a frozen selection will run into, counted before it is confirmed.

Between steps 1 and 3 of a bulk act. The numbers are those of the moment: each contact is judged
again when its turn comes.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from raccord.contacts.bulk.edits import FieldEdit
from raccord.contacts.models import BulkRun, Contact
from raccord.contacts.project_fields import ProjectFields

_OPTED_OUT = """
SELECT count(*) FROM contacts_bulkitem AS item
JOIN contacts_contact AS contact ON contact.id = item.contact
WHERE item.run_id = %s AND contact.deleted_at IS NULL AND contact.values ->> %s = 'no'
"""


def opted_out(run: BulkRun, edits: Sequence[FieldEdit], *, fields: ProjectFields) -> dict[str, int]:
    """How many contacts keep their "no" although the edit says otherwise: field key -> count.

    Only fields in which there are any.
    """
    loosened = [edit for edit in edits if edit.field in fields.consents and edit.value != "no"]
    counts = {edit.field: _count(run, edit.field) for edit in loosened}
    return {field: count for field, count in counts.items() if count}


def first_contacts(run: BulkRun, *, most: int = 10) -> list[Contact]:
    """Some of the selection, to look at; without those that were deleted meanwhile."""
    some = run.items.order_by("contact").values_list("contact", flat=True)[:most]
    found = Contact.objects.filter(project=run.project_id, pk__in=list(some), deleted_at=None)
    return list(found.order_by("pk"))


def _count(run: BulkRun, field: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OPTED_OUT, [run.pk, field])
        count: int = cursor.fetchone()[0]
    return count
