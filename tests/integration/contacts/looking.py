"""What a test looks at after a write: the log, the outbox, the reasons of a refusal."""

from __future__ import annotations

import pytest

from raccord.contacts.changes import InvalidContact
from raccord.contacts.models import ChangeLogEntry, Contact, OutboxItem
from raccord.engine.records import Origin, OriginKind
from tests import cast

BY_IMPORT = Origin(OriginKind.IMPORT, actor=cast.MARKETER)
BY_SYNC = Origin(OriginKind.SYNC, transfer=7)


def codes(refused: pytest.ExceptionInfo[InvalidContact]) -> dict[str, str]:
    """Place -> code of every problem."""
    return {problem.at: problem.code for problem in refused.value.problems}


def item_of(contact: Contact) -> OutboxItem:
    return OutboxItem.objects.get(contact=contact.pk)


def log_of(contact: Contact) -> list[tuple[str, dict[str, list[object]]]]:
    """(operation, changes) of every entry, the first one first."""
    entries = ChangeLogEntry.objects.filter(contact=contact).order_by("id")
    return [(entry.operation, entry.changes) for entry in entries]


def settle(contact: Contact) -> None:
    """As if everything due of this contact had been delivered."""
    OutboxItem.objects.filter(contact=contact.pk).delete()
