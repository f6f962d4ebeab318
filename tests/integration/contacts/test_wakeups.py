"""Wake-up calls: after the commit, once, and never in the way of the write they follow."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from raccord.contacts import changes, wakeups
from raccord.contacts.models import Contact, OutboxItem, Project
from tests import cast
from tests.cast import BY_MARKETER

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def project() -> Project:
    with connection.cursor() as cursor:
        # Not one of Django's tables: nobody empties it between tests.
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    project = cast.a_project()
    cast.a_subscription(project, transfer=41)
    return project


def jobs() -> list[tuple[str, dict[str, int]]]:
    return [(job.task_name, job.args) for job in ProcrastinateJob.objects.order_by("id")]


def test_a_saved_contact_wakes_the_flow_of_its_transfer_once(project: Project) -> None:
    contact = cast.a_contact(project)
    assert jobs() == [("raccord.outbound", {"transfer": 41})]
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    assert len(jobs()) == 1, "the one that waits will find both"


def test_nothing_is_woken_before_the_commit_or_after_a_rollback(project: Project) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        cast.a_contact(project)
        assert jobs() == []
        raise ZeroDivisionError
    assert (jobs(), Contact.objects.count(), OutboxItem.objects.count()) == ([], 0, 0)


def test_a_change_nobody_wants_wakes_nobody(project: Project) -> None:
    project.subscriptions.update(operations=["deleted"])
    cast.a_contact(project)
    assert jobs() == []


def test_a_wake_up_that_fails_does_not_fail_the_write(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue's tables are broken; the contact is saved and due all the same."""
    monkeypatch.setattr(wakeups, "OUTBOUND", "x" * 1_000_000 + "\x00")
    cast.a_contact(project)
    assert (Contact.objects.count(), OutboxItem.objects.count(), jobs()) == (1, 1, [])
