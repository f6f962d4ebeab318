"""Several writers at once, on real connections: nothing lost, nobody blocked for good."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from raccord.contacts import barrier, changes, field_order, projects
from raccord.contacts.changes import ContactChange, InvalidContact
from raccord.contacts.models import ChangeLogEntry, Contact, OutboxItem, Project, Subscription
from raccord.engine.records import Operation, Origin, OriginKind
from tests import cast
from tests.cast import BY_MARKETER
from tests.waiting import PATIENCE, wait_until

pytestmark = pytest.mark.django_db(transaction=True)

BY_IMPORT = Origin(OriginKind.IMPORT)
FIELDS = ("city", "company", "title", "notes")


def in_thread(work: Callable[[], object]) -> Callable[[], object]:
    """`work` with a connection of its own that is closed afterwards."""

    def run() -> object:
        try:
            return work()
        finally:
            connection.close()

    return run


def waits_for_a_lock() -> bool:
    """Whether a connection of this database waits for an advisory lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() "
            "AND wait_event_type = 'Lock' AND wait_event = 'advisory')"
        )
        (waits,) = cursor.fetchone()
    return bool(waits)


def waits_for_me() -> bool:
    """Whether somebody waits for a lock of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted "
            "AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
        )
        (waits,) = cursor.fetchone()
    return bool(waits)


def test_four_writers_of_overlapping_batches_lose_nothing(project: Project) -> None:
    """Each writer has a field of its own and writes all contacts, in an order of its own."""
    cast.a_subscription(project)
    keys = [f"p{number}@example.org" for number in range(120)]
    rounds = 5

    def writer(field: str) -> None:
        chance = random.Random(field)
        for number in range(rounds):
            batch = chance.sample(keys, k=len(keys))
            rows = [ContactChange({"email": key, field: f"{number}"}) for key in batch]
            for start in range(0, len(rows), 40):
                changes.apply_many(project, rows[start : start + 40], origin=BY_IMPORT)

    with ThreadPoolExecutor(len(FIELDS)) as pool:
        jobs = [pool.submit(in_thread(lambda field=field: writer(field))) for field in FIELDS]  # type: ignore[misc]
        for job in jobs:
            job.result(timeout=PATIENCE)

    contacts = {contact.key: contact for contact in Contact.objects.filter(project=project)}
    assert set(contacts) == set(keys)
    for contact in contacts.values():
        assert contact.values == {"email": contact.key, **dict.fromkeys(FIELDS, f"{rounds - 1}")}
    writes = ChangeLogEntry.objects.filter(project=project).count()
    assert writes == len(keys) * len(FIELDS) * rounds
    assert sum(item.version for item in OutboxItem.objects.all()) == writes


def test_two_forms_that_create_the_same_contact_make_one(project: Project) -> None:
    """The second one sees the first one's contact, although it looked before it was there."""
    start = threading.Barrier(2)

    def create() -> str:
        start.wait(timeout=PATIENCE)
        try:
            cast.a_contact(project)
        except InvalidContact as refused:
            return refused.problems[0].code
        return "created"

    for _ in range(5):
        Contact.objects.all().delete()
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(in_thread(create)) for _ in range(2)]
            outcomes = sorted(str(job.result(timeout=PATIENCE)) for job in jobs)
        assert outcomes == ["created", "raccord.contact.key_taken"]


def test_two_edits_of_different_fields_both_stand(project: Project) -> None:
    contact = cast.a_contact(project)
    start = threading.Barrier(2)

    def edit(field: str) -> None:
        start.wait(timeout=PATIENCE)
        changes.edit(project, contact.pk, {field: "new"}, origin=BY_MARKETER)

    with ThreadPoolExecutor(2) as pool:
        jobs = [
            pool.submit(in_thread(lambda f=field: edit(f)))  # type: ignore[misc]
            for field in ("city", "title")
        ]
        for job in jobs:
            job.result(timeout=PATIENCE)
    contact.refresh_from_db()
    assert (contact.values["city"], contact.values["title"]) == ("new", "new")


def test_an_activation_waits_for_saves_and_saves_wait_for_it(project: Project) -> None:
    """Whoever is saved during an activation is either enumerated by it or captured after it."""
    saved, go_on = threading.Event(), threading.Event()

    def save_slowly() -> None:
        with transaction.atomic():
            cast.a_contact(project, "plain")
            saved.set()
            assert go_on.wait(timeout=PATIENCE)

    def activate() -> list[int]:
        with barrier.exclusive(project.pk):
            Subscription.objects.create(
                project=project, transfer=1, operations=list(Operation), active=True
            )
        return list(Contact.objects.values_list("pk", flat=True))

    with ThreadPoolExecutor(3) as pool:
        slow = pool.submit(in_thread(save_slowly))
        assert saved.wait(timeout=PATIENCE)
        activation = pool.submit(in_thread(activate))
        wait_until(waits_for_a_lock)
        late = pool.submit(in_thread(lambda: cast.a_contact(project, "accents").pk))
        go_on.set()
        slow.result(timeout=PATIENCE)
        enumerated = activation.result(timeout=PATIENCE)
        late_contact = late.result(timeout=PATIENCE)

    captured = set(OutboxItem.objects.values_list("contact", flat=True))
    everybody = set(Contact.objects.values_list("pk", flat=True))
    assert captured | set(enumerated) == everybody  # type: ignore[call-overload]
    assert late_contact in captured


def test_saves_of_one_project_do_not_wait_for_another_projects_activation(
    project: Project,
) -> None:
    other = cast.a_project("Other")
    with barrier.exclusive(other.pk), ThreadPoolExecutor(1) as pool:
        saved = pool.submit(in_thread(lambda: cast.a_contact(project).pk))
        assert saved.result(timeout=PATIENCE)


def test_fields_dragged_while_another_changes_groups_stay_where_they_were_dropped(
    project: Project,
) -> None:
    group = projects.add_group(project, label="Person")
    first, *others = project.fields.all()
    dropped = [first.pk, *(field.pk for field in reversed(others))]
    with ThreadPoolExecutor(1) as pool:
        with field_order.alone(project.pk):
            projects.arrange(project, [(None, dropped)])
            change = pool.submit(in_thread(lambda: projects.change_field(first, group=group)))
            wait_until(waits_for_me)
        change.result(timeout=PATIENCE)
    assert field_order.arrangement(project) == [(None, dropped[1:]), (group.pk, [first.pk])]
