"""The unique key of a project: which fields identify a contact, and every contact's key.

A contact's key column holds the normal form of its key fields. Choosing other key fields gives
every contact a new key, or is refused with the number of contacts that stand in the way; `report`
names them beforehand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction

from raccord.contacts import barrier, changes, field_order, key_report, new_keys, tombstones
from raccord.contacts import evidence as evidences
from raccord.contacts.changes import ContactChange
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.key_report import KeyReport
from raccord.contacts.models import Contact, Field, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.errors import BadInput
from raccord.engine.records import FieldSpec, FieldType, Origin, OriginKind

UNFIT = frozenset({FieldType.CONSENT, FieldType.LONG_TEXT, FieldType.MULTIPLE_CHOICE})


def report(project: Project, keys: Sequence[str]) -> KeyReport:
    """What these key fields would mean for the contacts that exist; nothing is changed.

    Raises InvalidProject (`at` "unique_key"): an unknown or unfit field, or none at all.
    """
    return key_report.compare(project, _specs(project, keys))


def set_unique_key(project: Project, keys: Sequence[str]) -> None:
    """Let these fields, in this order, identify a contact.

    Raises InvalidProject (`at` "unique_key"): an unknown or unfit field, none at all, contacts
    that lack a value, or contacts that would no longer differ.
    """
    with barrier.exclusive(project.pk), transaction.atomic():
        specs = _specs(project, keys)
        if [spec.key for spec in project.key_specs()] == list(keys):
            return
        new_keys.work_out(project.pk, specs)
        if problems := list(_problems(key_report.from_new_keys(project, specs))):
            raise InvalidProject(problems)
        with field_order.alone(project.pk):
            project.fields.update(key_position=None)
            for position, key in enumerate(keys):
                project.fields.filter(key=key).update(key_position=position)
        new_keys.add_deleted(project.pk, specs)
        _give_new_keys(project)
        _hand_refusals_over(project)


def _specs(project: Project, keys: Sequence[str]) -> list[FieldSpec]:
    """The fields of that name, which can identify somebody; or the reason why not."""
    if not keys:
        raise InvalidProject([BadInput("raccord.key.none", at="unique_key")])
    if len(set(keys)) < len(keys):
        raise InvalidProject([BadInput("raccord.key.twice", at="unique_key")])
    fields = {f.key: f for f in Field.objects.filter(project=project, retired_at=None)}
    for key in keys:
        if key not in fields:
            problem = BadInput("raccord.key.unknown_field", at="unique_key", params={"field": key})
            raise InvalidProject([problem])
        if fields[key].type in UNFIT:
            params = {"field": str(fields[key])}
            problem = BadInput("raccord.key.unfit_type", at="unique_key", params=params)
            raise InvalidProject([problem])
    return [fields[key].spec() for key in keys]


def _problems(found: KeyReport) -> Iterator[BadInput]:
    if found.lacking:
        params = {"count": str(found.lacking)}
        yield BadInput("raccord.key.empty", at="unique_key", params=params)
    if found.groups:
        params = {"count": str(found.duplicated)}
        yield BadInput("raccord.key.collides", at="unique_key", params=params)


def _give_new_keys(project: Project) -> None:
    """From the table `new_keys`: each of the living has a key there, all of them different.

    Tombstones that cannot be told from others by the new fields have none; theirs is freed. Where
    an old key equals somebody else's new one, the living are freed, too, before: within one
    statement the two could meet.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contacts_contact SET key = chr(31) || id "
            "WHERE project_id = %s AND deleted_at IS NOT NULL AND key <> chr(31) || id",
            [project.pk],
        )
        cursor.execute(
            "SELECT EXISTS (SELECT FROM new_keys n JOIN contacts_contact c "
            "ON c.project_id = %s AND c.key = n.key AND c.id <> n.contact)",
            [project.pk],
        )
        if cursor.fetchone()[0]:
            cursor.execute(
                "UPDATE contacts_contact SET key = chr(31) || id WHERE project_id = %s",
                [project.pk],
            )
        cursor.execute(
            "UPDATE contacts_contact AS c SET key = n.key FROM new_keys n "
            "WHERE c.id = n.contact AND c.key <> n.key"
        )


def _hand_refusals_over(project: Project) -> None:
    """From tombstones without a key of their own, to whoever has their new key: to the living as a
    change that is logged and sent, to older tombstones for the day that they come back."""
    fields = ProjectFields.of(project)
    heirs = iter(_heirs(fields.consents))
    while pairs := list(islice(heirs, changes.MOST_CONTACTS)):
        stored = Contact.objects.in_bulk({contact for pair in pairs for contact in pair})
        refusals: dict[int, dict[str, Any]] = {}
        for tombstone, heir in pairs:
            left, has = stored[tombstone], stored[heir]
            for name in tombstones.inherited(
                fields.consents, left=left.values, values=has.values, evidence=has.evidence
            ):
                refusals.setdefault(heir, {})[name] = left.evidence.get(name, {})
        rows = []
        for heir, proofs in refusals.items():
            values = dict.fromkeys(proofs, "no")
            if (contact := stored[heir]).deleted_at is None:
                rows.append(ContactChange(values, heir, evidence=evidences.from_json(proofs)))
            else:
                contact.values |= values
                contact.evidence |= proofs
                contact.save(update_fields=["values", "evidence"])
        changes.apply_by_id(project, rows, origin=Origin(OriginKind.SETUP))


def _heirs(consents: Iterable[str]) -> list[tuple[int, int]]:
    """(tombstone that said no, contact that has its new key)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.contact, n.contact FROM keys_of_deleted d JOIN new_keys n USING (key) "
            "JOIN contacts_contact c ON c.id = d.contact WHERE n.contact <> d.contact "
            "AND EXISTS (SELECT FROM unnest(%s::text[]) AS name WHERE c.values ->> name = 'no') "
            "ORDER BY d.contact",
            [list(consents)],
        )
        heirs: list[tuple[int, int]] = cursor.fetchall()
    return heirs
