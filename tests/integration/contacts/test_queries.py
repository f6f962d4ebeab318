"""Finding contacts and reading what happened to them."""

from __future__ import annotations

from datetime import date

import pytest

from raccord.contacts import changes, queries
from raccord.contacts.changes import ContactChange
from raccord.contacts.models import Contact, Project
from raccord.contacts.queries import Order
from raccord.engine.records import Origin, OriginKind
from tests import cast
from tests.cast import BY_MARKETER

pytestmark = pytest.mark.django_db


def found(project: Project, text: str) -> set[str]:
    return {row.key for row in queries.search(project, text).contacts}


def test_words_are_found_whatever_their_case_and_accents(project: Project) -> None:
    cast.the_cast(project)
    assert found(project, "LEFEVRE") == {"zoe.lefevre@example.org"}
    assert found(project, "zoé évry nunez") == {"zoe.lefevre@example.org"}
    assert found(project, "muller") == {"hans.muller@example.org"}
    assert found(project, "الخطيب") == {"layla@example.org"}
    assert found(project, "2000-02") == {"leap@example.org"}
    assert found(project, "=sum(") == {"sum@example.org"}
    assert found(project, "zoé nobody") == set()
    assert found(project, "100%_\\") == set()
    assert found(project, "nul\x00") == set()
    assert len(found(project, "")) == len(cast.CONTACTS)


def test_a_search_sees_edits_and_no_deleted_or_foreign_contacts(project: Project) -> None:
    contact = cast.a_contact(project, city="Lyon")
    cast.a_contact(cast.a_project("Other"), city="Lyon")
    changes.edit(project, contact.pk, {"city": "Metz"}, origin=BY_MARKETER)
    assert found(project, "Lyon") == set()
    assert found(project, "metz") == {contact.key}
    changes.delete(project, [contact.pk], origin=BY_MARKETER)
    assert found(project, "") == set()
    with pytest.raises(Contact.DoesNotExist):
        queries.contact(project, contact.pk)


def test_pages_in_both_orders(project: Project) -> None:
    made = cast.the_cast(project)
    changes.edit(project, made["plain"].pk, {"city": "Lyon"}, origin=BY_MARKETER)
    first = queries.search(project, per_page=5)
    assert (first.total, first.more, first.pages, first.number) == (12, False, 3, 1)
    assert first.contacts[0].key == made["plain"].key, "the latest change first"
    by_key = [queries.search(project, per_page=5, page=n, order=Order.KEY) for n in (1, 2, 3)]
    keys = [row.key for page in by_key for row in page.contacts]
    assert keys == sorted(contact.key for contact in made.values())
    beyond = queries.search(project, per_page=5, page=99)
    assert (beyond.number, len(beyond.contacts)) == (3, 2)
    assert (beyond.has_previous, beyond.has_next) == (True, False)
    assert queries.search(project, "nobody").pages == 1


def test_counting_stops_where_nobody_reads_on(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "COUNTED_TO", 10)
    rows = [ContactChange({"email": f"p{n}@example.org"}) for n in range(11)]
    changes.apply_many(project, rows, origin=Origin(OriginKind.IMPORT))
    page = queries.search(project, per_page=4)
    assert (page.total, page.more, page.pages) == (10, True, 3)
    assert queries.count(project) == 11


def test_values_come_typed(project: Project) -> None:
    contact = cast.a_contact(project, "leap_day")
    values = queries.typed_values(queries.contact(project, contact.pk))
    assert values["birthdate"] == date(2000, 2, 29)
    assert values["city"] is None
    assert list(values) == [key for key, *_ in cast.FIELDS]
