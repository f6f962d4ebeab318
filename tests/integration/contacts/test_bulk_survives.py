"""Acts on many contacts through killed workers, beside live edits, and twice at once."""

from __future__ import annotations

import signal
import threading

import pytest
from django.db import connection
from django.utils import timezone

from raccord.contacts import bulk, changes
from raccord.contacts.bulk import EditHow
from raccord.contacts.lists.query import ListQuery
from raccord.contacts.models import (
    BulkAct,
    BulkItem,
    BulkRun,
    ChangeLogEntry,
    Contact,
    OutboxItem,
    Project,
)
from raccord.engine.records import Origin, OriginKind
from tests import cast
from tests.integration.contacts import child

pytestmark = pytest.mark.django_db(transaction=True)

IMPORTED = "bulk; from raccord.contacts.bulk import working"
# Inside a chunk's transaction, after everything was written; and between two chunks.
KILLED_BEFORE_THE_COMMIT = """
working.CHUNK = 100
taken = 0
def die(*args, **kwargs):
    global taken
    taken += 1
    told = really(*args, **kwargs)
    if taken == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return told
really, working._edit = working._edit, die
bulk.work({run})
"""
KILLED_AFTER_THE_COMMIT = """
working.CHUNK = 100
taken = 0
def die(run, claim):
    global taken
    taken += 1
    if taken == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return really(run, claim)
really, working._take = working._take, die
bulk.work({run})
"""


@pytest.fixture
def project() -> Project:
    project = cast.a_project()
    rows = [
        changes.ContactChange({"email": f"p{number}@example.org", "city": "Lyon"})
        for number in range(950)
    ]
    changes.apply_many(project, rows, origin=Origin(OriginKind.IMPORT))
    cast.a_subscription(project)
    return project


def an_edit(project: Project, city: str) -> BulkRun:
    run = bulk.choose(project, ListQuery(), act=BulkAct.EDIT, started_by=cast.MARKETER)
    bulk.decide(run, {"city": (EditHow.SET, city)})
    bulk.confirm(run, seen=bulk.stamp(run))
    return run


def test_a_killed_worker_takes_no_contact_twice_and_leaves_none_out(project: Project) -> None:
    run = an_edit(project, "Paris")
    deaths = [KILLED_BEFORE_THE_COMMIT, KILLED_AFTER_THE_COMMIT]
    for done, death in zip([200, 400], deaths, strict=True):
        died = child.run(IMPORTED, death.format(run=run.pk))
        assert died.returncode == -signal.SIGKILL, died.stderr
        run.refresh_from_db()
        assert (run.state, run.done, run.unchanged) == ("running", done, 0)
        assert Contact.objects.filter(values__city="Paris").count() == done
        assert OutboxItem.objects.count() == done
        assert BulkItem.objects.count() == 950 - done
        assert bulk.work(run.pk) is False, "the dead worker's lease still stands"
        BulkRun.objects.update(lease_until=timezone.now())

    while bulk.work(run.pk):
        pass
    run.refresh_from_db()
    assert (run.state, run.done, run.unchanged, run.rejected) == ("done", 950, 0, 0)
    assert Contact.objects.filter(values__city="Paris").count() == 950
    changed = ChangeLogEntry.objects.filter(project=project, cause=f"bulk:{run.pk}")
    assert changed.count() == changed.values("contact").distinct().count() == 950
    assert all(item.version == 1 for item in OutboxItem.objects.all())
    assert not BulkItem.objects.exists()


def test_a_worker_that_is_slower_than_its_lease_writes_nothing(project: Project) -> None:
    run = an_edit(project, "Paris")
    overtaken = child.run(
        IMPORTED,
        f"""
from raccord.contacts.models import BulkRun
import uuid
def late(run, claim):
    # As if the lease had ended and another worker were at it.
    BulkRun.objects.update(claim=uuid.uuid4())
    return really(run, claim)
really, working._take = working._take, late
print(bulk.work({run.pk}))
""",
    )
    assert overtaken.stdout.split()[-1] == "False", overtaken.stderr
    run.refresh_from_db()
    assert (run.state, run.done) == ("running", 0)
    assert not Contact.objects.filter(values__city="Paris").exists()


def test_people_go_on_editing_while_all_contacts_are_edited(project: Project) -> None:
    """Nobody's edit is lost, nobody is kept waiting for the whole, and each is logged in order."""
    run = an_edit(project, "Paris")
    contacts = list(Contact.objects.filter(project=project).order_by("pk"))
    ended = threading.Event()
    failures: list[BaseException] = []

    def edit() -> None:
        try:
            number = 0
            while not ended.is_set():
                contact = contacts[(number * 37) % len(contacts)]
                number += 1
                changes.edit(
                    project, contact.pk, {"company": f"C{number}"}, origin=cast.BY_MARKETER
                )
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    editor = threading.Thread(target=edit)
    editor.start()
    try:
        while bulk.work(run.pk, seconds=-1):
            pass
    finally:
        ended.set()
        editor.join()
    assert not failures
    run.refresh_from_db()
    assert (run.state, run.done) == ("done", 950)
    assert Contact.objects.filter(values__city="Paris").count() == 950
    written = ChangeLogEntry.objects.filter(project=project, operation="updated")
    by_hand = written.filter(cause="")
    for contact_id in set(by_hand.values_list("contact", flat=True)):
        last = by_hand.filter(contact=contact_id).order_by("-at", "-id")[0]
        now = Contact.objects.get(pk=contact_id)
        assert now.values["company"] == last.changes["company"][1]


def test_two_acts_on_the_same_contacts_at_once_do_not_block_each_other(project: Project) -> None:
    runs = [an_edit(project, "Paris"), an_edit(project, "Nice")]
    failures: list[BaseException] = []

    def work(run: BulkRun) -> None:
        try:
            while bulk.work(run.pk, seconds=-1):
                pass
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[run]) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    for run in runs:
        run.refresh_from_db()
        assert (run.state, run.done) == ("done", 950)
    cities = {contact.values["city"] for contact in Contact.objects.filter(project=project)}
    assert cities <= {"Paris", "Nice"}
