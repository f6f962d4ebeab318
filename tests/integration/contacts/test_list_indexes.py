"""Large lists are found through indexes: those of every project, and those made when wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from raccord.contacts import projects
from raccord.contacts.lists import counting, guard, paging, sort_indexes
from raccord.contacts.lists.matching import InvalidList
from raccord.contacts.lists.query import CREATED, Condition, ListQuery, Operator, Sort
from raccord.contacts.models import Contact, ListIndex, Project
from raccord.engine.records import FieldType
from tests.integration.contacts import a_list
from tests.waiting import PATIENCE

COUNT = 50_000

_FILL = """
INSERT INTO contacts_contact
    (project_id, uid, key, values, evidence, search_text, created_at, updated_at)
SELECT %s, gen_random_uuid(), 'p' || n, jsonb_build_object(
        'email', 'p' || n || '@example.org', 'name', 'Name ' || md5(n::text), 'score', n,
        'newsletter', CASE WHEN n %% 5000 = 0 THEN 'no' ELSE 'yes' END),
    '{}', 'p' || n || E'@example.org\nname ' || md5(n::text) || E'\n' || n,
    now() - n * interval '1 minute', now() - n * interval '1 second'
FROM generate_series(1, %s) AS n
"""


def a_large_project() -> Project:
    project = a_list.a_project()
    with connection.cursor() as cursor:
        cursor.execute(_FILL, [project.pk, COUNT])
        cursor.execute("ANALYZE contacts_contact")
    return project


def plans(ask: Callable[[], object]) -> str:
    """How PostgreSQL would find the contacts for each statement of the call."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    told = []
    with connection.cursor() as cursor:
        for query in captured.captured_queries:
            if query["sql"].startswith("SELECT") and 'FROM "contacts_contact"' in query["sql"]:
                cursor.execute("EXPLAIN " + query["sql"].replace("%", "%%"), [])
                told += [row[0] for row in cursor.fetchall()]
    return "\n".join(told)


def one(field: str, operator: Operator, *values: str) -> ListQuery:
    return ListQuery(conditions=(Condition(field, operator, values),))


@pytest.fixture
def swept(transactional_db: None) -> Iterator[None]:
    """Nothing is left in the database that other tests would wonder about."""
    yield
    ListIndex.objects.all().delete()
    sort_indexes.keep()


@pytest.mark.usefixtures("swept")
def test_no_list_of_a_large_project_looks_at_every_contact() -> None:
    project = a_large_project()
    by_score = Sort("score", descending=True)
    rare = {
        "contact_changed": ListQuery(),
        "contact_words": ListQuery(text="p49999@"),
    }
    wanting = [
        ListQuery(sort=by_score),
        ListQuery(sort=Sort("score", descending=False)),
        one("score", Operator.MORE, "49990"),
        one("newsletter", Operator.IS, "no"),
        one("name", Operator.CONTAINS, "abcde"),
        one(CREATED, Operator.BEFORE, "2020-01-01"),
        one("email", Operator.EMPTY),
    ]
    for index, query in rare.items():
        plan = plans(lambda query=query: paging.page(project, query))  # type: ignore[misc]
        assert index in plan, plan
        assert "Seq Scan" not in plan, plan
    before = [[f.id for f in paging.page(project, query).contacts] for query in wanting]
    assert sort_indexes.is_behind()
    sort_indexes.keep()
    assert not sort_indexes.is_behind()
    made = {(row.by, row.form) for row in ListIndex.objects.all()}
    assert made == {
        ("score", "number"),
        ("newsletter", "code"),
        ("name", "parts"),
        (CREATED, "moment"),
        ("email", "text"),
    }
    for query, found in zip(wanting, before, strict=True):
        plan = plans(lambda query=query: paging.page(project, query))  # type: ignore[misc]
        assert "list_index_" in plan, (query, plan)
        assert "Seq Scan" not in plan, (query, plan)
        assert [f.id for f in paging.page(project, query).contacts] == found
    deep = paging.page(project, ListQuery(sort=by_score))
    for _ in range(3):
        deep = paging.page(project, ListQuery(sort=by_score), cursor=deep.next)
    assert [f.values["score"] for f in deep.contacts[:2]] == [49_850, 49_849]


@pytest.fixture
def small(swept: None, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project of a few contacts, which counts as a large one."""
    monkeypatch.setattr(sort_indexes, "LARGE", 10)
    project = a_list.a_project()
    a_list.some_contacts(project, count=30)
    return project


def there() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname ~ '^list_index_[0-9]+$'")
        return {row[0] for row in cursor.fetchall()}


def test_only_a_large_project_gets_indexes_and_each_once(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_name = ListQuery(sort=Sort("name"))
    paging.page(small, by_name)
    paging.page(small, by_name)
    assert ListIndex.objects.count() == 1
    sort_indexes.keep()
    monkeypatch.setattr(sort_indexes, "LARGE", 20_000)
    paging.page(small, ListQuery(sort=Sort("score")))
    assert ListIndex.objects.count() == 1


def test_an_index_goes_with_its_field_and_with_its_type(small: Project) -> None:
    for key in ("name", "score", "price"):
        paging.page(small, ListQuery(sort=Sort(key)))
    sort_indexes.keep()
    assert len(there()) == 3
    projects.retire_field(small.fields.get(key="name"))
    Contact.objects.update(values={})
    field = small.fields.get(key="score")
    field.type = FieldType.TEXT
    field.save()
    assert sort_indexes.is_behind()
    sort_indexes.keep()
    (row,) = ListIndex.objects.all()
    assert (row.by, there()) == ("price", {row.name})
    small.delete()
    sort_indexes.keep()
    assert there() == set()


def test_what_was_interrupted_is_made_again(small: Project) -> None:
    paging.page(small, ListQuery(sort=Sort("name")))
    row = ListIndex.objects.get()
    with connection.cursor() as cursor, pytest.raises(Exception, match="could not create unique"):
        cursor.execute(
            f"CREATE UNIQUE INDEX CONCURRENTLY {row.name} ON contacts_contact (project_id)"
        )
    assert there() == {row.name}, "it is there, and invalid"
    sort_indexes.keep()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [row.name])
        assert "raccord_sort_text" in cursor.fetchone()[0]
    assert not sort_indexes.is_behind()


def test_two_workers_do_not_make_the_same_index(small: Project) -> None:
    paging.page(small, ListQuery(sort=Sort("name")))
    parameters = connection.get_connection_params()
    parameters.pop("cursor_factory", None)
    parameters.pop("context", None)
    with psycopg.connect(**parameters, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s, 0)", [sort_indexes._LOCK])
        sort_indexes.keep()
        assert there() == set()
    sort_indexes.keep()
    assert len(there()) == 1


def test_there_are_never_more_than_a_dozen_and_the_unused_make_room(
    small: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sort_indexes, "MOST", 2)
    for key in ("name", "score", "price"):
        paging.page(small, ListQuery(sort=Sort(key)))
    assert set(ListIndex.objects.values_list("by", flat=True)) == {"name", "score"}
    ListIndex.objects.filter(by="name").update(used_at="2020-01-01T00:00:00Z")
    paging.page(small, ListQuery(sort=Sort("price")))
    assert set(ListIndex.objects.values_list("by", flat=True)) == {"price", "score"}
    ListIndex.objects.update(used_at="2020-01-01T00:00:00Z")
    paging.page(small, ListQuery(sort=Sort("price")))
    used = ListIndex.objects.get(by="price").used_at
    assert used.year > 2020, "a list that uses it says so"


@pytest.mark.django_db
def test_what_takes_too_long_is_given_up_with_advice() -> None:
    began = time.monotonic()
    with (
        pytest.raises(InvalidList) as refused,
        guard.impatient(0.05),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT pg_sleep(600)")
    assert time.monotonic() - began < PATIENCE
    assert [problem.code for problem in refused.value.problems] == ["raccord.list.too_slow"]
    with guard.impatient(), connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "8s"
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0", "whoever asked has their own settings back"


@pytest.mark.django_db
def test_a_list_between_common_and_rare_is_sorted_whole(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Neither near in the order nor few: the third way of `finding.py` finds the same."""
    project = a_list.a_project()
    a_list.some_contacts(project, count=60)
    query = one("name", Operator.NOT_EMPTY)
    expected = paging.page(project, query, per_page=20)
    monkeypatch.setattr("raccord.contacts.lists.finding.WALKED", 3)
    gathered = paging.page(project, query, per_page=20)
    assert gathered.count == counting.count(project, query)
    assert gathered.contacts == expected.contacts
    monkeypatch.setattr("raccord.contacts.lists.finding.GATHERED", 5)
    sorted_whole = paging.page(project, query, per_page=20)
    assert sorted_whole.count == counting.Count(5, more=True)
    assert (sorted_whole.contacts, sorted_whole.next) == (expected.contacts, expected.next)
