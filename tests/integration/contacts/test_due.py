"""What becomes due, for whom and how urgently; deletions, and contacts made again."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from raccord.contacts import changes
from raccord.contacts.changes import ContactChange, InvalidContact, Outcome
from raccord.contacts.models import OutboxItem, OutboxState, Project
from raccord.engine.records import Operation
from tests import cast
from tests.cast import BY_MARKETER
from tests.integration.contacts.looking import BY_IMPORT, BY_SYNC, codes, item_of, log_of, settle

pytestmark = pytest.mark.django_db


def test_a_subscription_hears_only_of_the_operations_it_ticked(project: Project) -> None:
    cast.a_subscription(project, operations=(Operation.CONSENT_CHANGED,))
    contact = cast.a_contact(project)
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    assert not OutboxItem.objects.exists()
    changes.edit(project, contact.pk, {"newsletter": "no", "city": "Nice"}, origin=BY_MARKETER)
    assert item_of(contact).operations == ["consent_changed"]


def test_an_inactive_subscription_hears_nothing(project: Project) -> None:
    subscription = cast.a_subscription(project)
    subscription.active = False
    subscription.save()
    cast.a_contact(project)
    assert not OutboxItem.objects.exists()


def test_a_change_pulled_through_a_transfer_is_told_to_the_others_only(project: Project) -> None:
    cast.a_subscription(project, transfer=7)
    other = cast.a_subscription(project, transfer=8)
    change = ContactChange({"email": "from.there@example.org"})
    changes.apply_many(project, [change], origin=BY_SYNC)
    assert OutboxItem.objects.get().subscription == other


def test_a_write_raises_the_version_makes_due_and_keeps_the_claim(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project)
    claim, lease = uuid.uuid4(), timezone.now() + timedelta(minutes=5)
    OutboxItem.objects.update(
        claim=claim, lease_until=lease, claims=2, attempts=5, state=OutboxState.PARKED,
        reason="x.REFUSED", parameters={"field": "city"}, detail="no", priority=2,
        due_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    item = item_of(contact)
    assert (item.claim, item.lease_until) == (claim, lease)
    assert item.version == 2
    assert item.operations == ["created", "updated"]
    assert (item.state, item.priority, item.claims, item.attempts) == ("due", 1, 0, 0)
    assert (item.reason, item.parameters, item.detail) == ("", {}, "")
    assert item.due_at <= timezone.now() + timedelta(seconds=5)


def test_a_correction_makes_a_refused_contact_due_again_whatever_is_ticked(
    project: Project,
) -> None:
    """Refused as a creation, corrected by an update that nobody ticked."""
    cast.a_subscription(project, operations=(Operation.CREATED,))
    contact = cast.a_contact(project, "no_last_name")
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    assert item_of(contact).version == 1, "it waits anyway, and is sent as it is then"
    OutboxItem.objects.update(state=OutboxState.PARKED, reason="x.REQUIRED_FIELD_MISSING")
    changes.edit(project, contact.pk, {"last_name": "Sarkisian"}, origin=BY_MARKETER)
    item = item_of(contact)
    assert (item.state, item.reason, item.operations, item.version) == ("due", "", ["created"], 2)


def test_a_tightened_consent_overtakes_everything(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project)
    change = ContactChange({"email": contact.values["email"], "newsletter": "no"})
    changes.apply_many(project, [change], origin=BY_IMPORT)
    assert item_of(contact).priority == 0
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    assert item_of(contact).priority == 0


def test_an_import_waits_behind_live_edits(project: Project) -> None:
    cast.a_subscription(project)
    changes.apply_many(project, [ContactChange({"email": "a@example.org"})], origin=BY_IMPORT)
    assert OutboxItem.objects.get().priority == 2


def test_a_deleted_contact_stays_as_a_tombstone_and_its_deletion_is_due(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project)
    settle(contact)
    assert changes.delete(project, [contact.pk, contact.pk], origin=BY_MARKETER) == 1
    assert changes.delete(project, [contact.pk], origin=BY_MARKETER) == 0
    contact.refresh_from_db()
    assert contact.deleted_at is not None
    assert item_of(contact).operations == ["deleted"]
    assert log_of(contact)[-1] == ("deleted", {})
    with pytest.raises(InvalidContact) as refused:
        changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    assert codes(refused) == {"": "raccord.contact.deleted"}


def test_a_contact_made_again_before_its_deletion_was_sent_is_an_update(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project, city="Paris")
    settle(contact)
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    again = cast.a_contact(project, company="Acme")
    assert (again.pk, again.uid, again.deleted_at) == (contact.pk, contact.uid, None)
    assert again.values == {**cast.CONTACTS["plain"], "company": "Acme"}, "no old values come back"
    assert item_of(again).operations == ["updated"]


def test_a_contact_made_again_after_its_deletion_was_sent_is_a_creation(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project)
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    settle(contact)
    assert item_of(cast.a_contact(project)).operations == ["created"]


def test_a_refusal_outlives_the_contact(project: Project) -> None:
    contact = cast.a_contact(project, "opted_out")
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    values = {"email": contact.values["email"], "last_name": "Again", "newsletter": "yes"}
    (result,) = changes.apply_many(project, [ContactChange(values)], origin=BY_IMPORT)
    assert result.outcome is Outcome.CREATED
    assert [(p.at, p.code) for p in result.problems] == [
        ("newsletter", "raccord.consent.needs_person")
    ]
    contact.refresh_from_db()
    assert contact.values["newsletter"] == "no"
    assert contact.evidence["newsletter"]["by_person"] is True
