"""The change log and the delivery log read as one: in order, by pages, filtered, and quickly."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from raccord.contacts import changes
from raccord.contacts.models import ChangeLogEntry, Contact, Project
from raccord.engine.records import Origin, OriginKind
from raccord.sync import timeline
from raccord.sync.models import Delivery
from raccord.sync.timeline import By, Entry, Place, Wanted
from tests import cast
from tests.integration.sync.to_decide import linked, receive, remote_id, two_way

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY_IMPORT = Origin(OriginKind.IMPORT, actor=cast.MARKETER)


@pytest.fixture
def contact(db: None) -> Contact:
    return cast.a_contact(cast.a_project(), "plain", city="Lyon")


def edit(contact: Contact, origin: Origin = cast.BY_MARKETER, **values: object) -> None:
    project = Project.objects.get(pk=contact.project_id)
    changes.edit(project, contact.pk, values, origin=origin)


def delivered(contact: Contact, at: datetime, *, key: str = "city") -> None:
    fields = json.dumps({key: ["a", "b", "only_ours_changed"]})
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO sync_delivery (at, transfer, contact, direction, what, fields) "
            "VALUES (%s, 1, %s, 'out', 'updated', %s::jsonb)",
            [at, contact.pk, fields],
        )


def name(entry: Entry) -> str:
    """What an entry is, in a letter and its number."""
    if entry.change is not None:
        return f"c{entry.change.entry.id}"
    assert entry.delivery is not None
    return f"d{entry.delivery.id}"


def all_of(contact: Contact, *, per_page: int, wanted: Wanted = timeline.ALL) -> list[str]:
    """Page after page, each place going through an address and back."""
    seen: list[str] = []
    before: Place | None = None
    while True:
        page = timeline.page(contact, wanted=wanted, before=before, per_page=per_page)
        seen += map(name, page.entries)
        if page.older is None:
            return seen
        before = Place.of(page.older.text)
        assert before == page.older


@pytest.mark.parametrize("per_page", [1, 2, 3, 4, 25])
def test_pages_show_every_entry_once_also_those_of_one_moment(
    contact: Contact, per_page: int
) -> None:
    for number in range(4):
        edit(contact, city=f"Town {number}", newsletter=["no", "yes"][number % 2])
        delivered(contact, NOON)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contacts_changelogentry SET at = %s WHERE contact_id = %s AND operation = "
            "'consent_changed'",
            [NOON, contact.pk],
        )
    seen = all_of(contact, per_page=per_page)
    expected = [
        *((each.at, 1, each.id) for each in ChangeLogEntry.objects.filter(contact=contact)),
        *((each.at, 0, each.id) for each in Delivery.objects.filter(contact=contact.pk)),
    ]
    ordered = sorted(expected, reverse=True)
    assert seen == [f"{'dc'[kind]}{id_}" for _at, kind, id_ in ordered]
    assert len(set(seen)) == 13


def test_what_is_written_between_two_pages_repeats_nothing(contact: Contact) -> None:
    for number in range(3):
        edit(contact, city=f"Town {number}")
    first = timeline.page(contact, per_page=2)
    edit(contact, city="Newer")
    rest = timeline.page(contact, before=first.older, per_page=25)
    assert not {*map(name, first.entries)} & {*map(name, rest.entries)}
    assert len(first.entries) + len(rest.entries) == 4


def test_it_is_filtered_by_field_and_by_whom(contact: Contact) -> None:
    edit(contact, city="Nice")
    edit(contact, origin=BY_IMPORT, company="Meridian")
    edit(contact, origin=Origin(OriginKind.SYNC), city="Metz", title="Boss")
    delivered(contact, NOON, key="city")
    delivered(contact, NOON, key="company")

    def found(**wanted: object) -> int:
        return len(all_of(contact, per_page=2, wanted=Wanted(**wanted)))  # type: ignore[arg-type]

    assert found() == 6
    assert found(field="city") == 4
    assert found(field="city", by=By.PEOPLE) == 2
    assert found(by=By.PEOPLE) == 2
    assert found(by=By.IMPORTS) == 1
    assert found(by=By.CONNECTIONS) == 3
    assert found(field="company", by=By.CONNECTIONS) == 1
    assert found(field="nothing_of_the_kind") == 0


NO_PLACES = ["", "c", "1", "1x1", "-1c1", "1c", "c1", "1c-1", "٣c٣", "1 c1", "1d1\0", "1c1' OR 1=1"]
HUGE = ["9" * 19 + "c1", "1c" + "9" * 20, "9" * 18 + "d1", "x" * 100_000]


@pytest.mark.parametrize("text", [*NO_PLACES, *HUGE])
def test_what_is_no_place_is_none(text: str) -> None:
    assert Place.of(text) is None


@pytest.mark.parametrize("text", ["0c0", f"{10**17}d{2**63 - 1}", "1c9223372036854775807"])
def test_a_made_up_place_is_just_a_place(contact: Contact, text: str) -> None:
    place = Place.of(text)
    assert place is not None
    shown = timeline.page(contact, before=place).entries
    assert len(shown) in (0, 1)


def test_nobody_else_s_entries_are_shown(contact: Contact) -> None:
    other = cast.a_contact(Project.objects.get(pk=contact.project_id), "accents")
    delivered(other, NOON)
    assert {*all_of(contact, per_page=25)}.isdisjoint(all_of(other, per_page=25))


@pytest.mark.django_db(transaction=True)
def test_a_change_of_theirs_is_one_entry_that_knows_its_delivery() -> None:
    scene = two_way()
    contact = linked(scene, company="First", newsletter="yes")
    scene.org.edit(remote_id(scene, contact), {"company": "Theirs", "opted_out": True})
    receive(scene)
    entries = timeline.page(contact).entries
    consent, company = (each for each in entries[:3] if each.change is not None)
    assert consent.delivery is not None
    assert consent.delivery == company.delivery
    assert (consent.delivery.what, consent.delivery.their_user) == ("taken", "colleague")
    alone = [each.delivery for each in entries if each.change is None]
    assert [each.what for each in alone if each is not None] == ["asked", "created"]


def test_ten_thousand_entries_stay_quick(contact: Contact) -> None:
    """A page of a contact with 5,000 edits and 5,000 deliveries. Twenty times: 20 to 70 ms."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contacts_changelogentry (at, project_id, contact_id, operation, origin, "
            "changes) SELECT %s - n * interval '1 hour', %s, %s, 'updated', 'person', "
            "jsonb_build_object('city', jsonb_build_array(n, n + 1), 'title', '[1, 2]'::jsonb) "
            "FROM generate_series(1, 5000) AS n",
            [NOON, contact.project_id, contact.pk],
        )
        cursor.execute(
            "INSERT INTO sync_delivery (at, transfer, contact, direction, what, fields) "
            "SELECT %s - n * interval '1 hour', 1, %s, 'out', 'updated', "
            '\'{"city": ["a", "b", "only_ours_changed"]}\' FROM generate_series(1, 5000) AS n',
            [NOON, contact.pk],
        )
    middle = Place(NOON - timedelta(hours=2_500), 0, 0)
    rare = Wanted("birthdate")  # nothing at all: everything is read
    cases = {"first": (timeline.ALL, None), "middle": (timeline.ALL, middle), "rare": (rare, None)}
    for case, (wanted, before) in cases.items():
        times = sorted(_seconds(contact, wanted, before) for _each in range(20))
        assert times[10] < 1.0, case


def _seconds(contact: Contact, wanted: Wanted, before: Place | None) -> float:
    began = time.perf_counter()
    timeline.page(contact, wanted=wanted, before=before)
    return time.perf_counter() - began
