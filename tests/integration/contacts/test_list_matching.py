"""A list holds exactly whom a person would pick by hand, in the order they would lay them in."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raccord.contacts import changes, projects
from raccord.contacts.lists import counting, operators, paging
from raccord.contacts.lists.matching import InvalidList, matching
from raccord.contacts.lists.query import (
    CHANGED,
    CREATED,
    SYNC,
    Condition,
    ListQuery,
    Operator,
    Sort,
)
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.search_text import SIGNS, search_text, words
from raccord.engine.records import FieldType, Value
from tests import cast
from tests.cast import BY_MARKETER
from tests.integration.contacts import a_list

pytestmark = pytest.mark.django_db
COUNT = 60
examples = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)

_VALUES: dict[FieldType, list[str]] = {
    FieldType.EMAIL: ["person.7@example.org", "PERSON", "erson.1", "@example", "nobody"],
    FieldType.TEXT: [*a_list.TEXTS, "lan", "malo", "%", "_", "\\", "e"],
    FieldType.LONG_TEXT: [*a_list.TEXTS, "rty", "’"],
    FieldType.INTEGER: a_list.NUMBERS,
    FieldType.DECIMAL: a_list.NUMBERS,
    FieldType.DATE: [*a_list.DAYS, "0001-01-01", "9999-12-31"],
    FieldType.DATETIME: [*a_list.DAYS, "0001-01-01", "9999-12-31"],
    FieldType.BOOLEAN: ["yes", "no"],
    FieldType.CONSENT: ["yes", "no"],
    FieldType.CHOICE: a_list.STAGES,
    FieldType.MULTIPLE_CHOICE: a_list.STAGES,
}


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    key = draw(st.sampled_from(sorted(a_list.TYPES)))
    kind = a_list.TYPES[key]
    operator = draw(st.sampled_from(operators.operators_of(kind)))
    if operator is Operator.IN_LAST_DAYS:
        return Condition(key, operator, (str(draw(st.sampled_from([1, 2, 1000, 36_500]))),))
    most = {operators.Takes.NONE: 0, operators.Takes.ONE: 1, operators.Takes.SEVERAL: 3}
    number = most[operators.takes(operator)]
    values = st.lists(
        st.sampled_from(_VALUES[kind]), min_size=min(1, number), max_size=number, unique=True
    )
    return Condition(key, operator, tuple(draw(values)))


sorts = st.builds(
    Sort,
    st.sampled_from(sorted(key for key in a_list.TYPES if key not in ("notes", "topics"))),
    st.booleans(),
)


class People:
    """The project, its contacts, and their typed values."""

    def __init__(self) -> None:
        self.project = a_list.a_project()
        a_list.some_contacts(self.project, count=COUNT)
        self.contacts = list(Contact.objects.filter(project=self.project))
        assert len(self.contacts) == COUNT
        fields = ProjectFields.of(self.project)
        self.values: dict[int, Mapping[str, Value]] = {
            contact.pk: fields.typed(contact.values) for contact in self.contacts
        }

    def who(self, *wanted: Condition) -> set[int]:
        return {
            pk
            for pk, values in self.values.items()
            if all(a_list.fulfils(condition, values) for condition in wanted)
        }


@pytest.fixture
def people(db: None) -> People:
    return People()


@examples
@given(wanted=st.lists(conditions(), min_size=1, max_size=3))
def test_conditions_mean_what_they_say(people: People, wanted: list[Condition]) -> None:
    query = ListQuery(conditions=tuple(wanted))
    for aided in (True, False):
        found = matching(people.project, query, now=a_list.NOW, aided=aided)
        assert set(found.values_list("pk", flat=True)) == people.who(*wanted)


@examples
@given(sort=sorts, wanted=st.lists(conditions(), max_size=1), size=st.integers(1, 25))
def test_pages_show_each_contact_once_in_order_both_ways(
    people: People, sort: Sort, wanted: list[Condition], size: int
) -> None:
    wanted = [each for each in wanted if each.operator is not Operator.IN_LAST_DAYS]
    query = ListQuery(conditions=tuple(wanted), sort=sort)
    there = [c for c in people.contacts if c.pk in people.who(*wanted)]
    expected = a_list.in_order(there, sort, people.values)
    page = paging.page(people.project, query, per_page=size)
    pages = [page]
    while page.next:
        page = paging.page(people.project, query, cursor=page.next, per_page=size)
        pages.append(page)
    assert [found.id for page in pages for found in page.contacts] == expected
    for before, after in zip(reversed(pages[:-1]), reversed(pages[1:]), strict=True):
        back = paging.page(people.project, query, cursor=after.previous, per_page=size)
        assert [found.id for found in back.contacts] == [found.id for found in before.contacts]
        assert (back.next != "", back.previous != "") == (True, before is not pages[0])
    assert counting.count(people.project, query).number == len(expected)


@examples
@given(
    text=st.lists(
        st.sampled_from([*a_list.TEXTS, "EL", "per", "erson", "2000-02", "7", "exam", "o'b", "no"]),
        min_size=1,
        max_size=2,
    ).map(" ".join)
)
def test_words_stand_where_words_begin(people: People, text: str) -> None:
    expected = {
        contact.pk
        for contact in people.contacts
        if a_list.words_stand_in(search_text(contact.values), ListQuery(text=text).words)
    }
    found = matching(people.project, ListQuery(text=text))
    assert set(found.values_list("pk", flat=True)) == expected


def test_words_are_found_whatever_their_case_and_accents(project: Project) -> None:
    cast.the_cast(project)

    def found(text: str) -> set[str]:
        page = paging.page(project, ListQuery(text=text))
        return {each.key for each in page.contacts}

    assert found("LEFEVRE") == {"zoe.lefevre@example.org"}
    assert found("zoé évry nunez") == {"zoe.lefevre@example.org"}
    assert found("lefevre@ex") == {"zoe.lefevre@example.org"}
    assert found("fevre") == set()
    assert found("muller") == {"hans.muller@example.org"}
    assert found("o'b") == {"o'brien@example.org"}
    assert found("الخطيب") == {"layla@example.org"}
    assert found("2000-02") == {"leap@example.org"}
    assert found("=sum(") == {"sum@example.org"}
    for nothing in ("zoé nobody", "100%_\\", "nul\x00", "'; --", "a & b | !c:*"):
        assert found(nothing) == set(), nothing
    assert len(found("")) == len(cast.CONTACTS)


def test_a_search_sees_edits(project: Project) -> None:
    contact = cast.a_contact(project, city="Lyon")
    changes.edit(project, contact.pk, {"city": "Metz"}, origin=BY_MARKETER)
    assert not matching(project, ListQuery(text="Lyon")).exists()
    assert matching(project, ListQuery(text="metz")).get() == contact


def test_deleted_and_foreign_contacts_are_in_no_list(people: People) -> None:
    gone = people.contacts[0]
    changes.delete(people.project, [gone.pk], origin=BY_MARKETER)
    cast.a_contact(cast.a_project("Other"), city="Lyon")
    everybody = set(matching(people.project, ListQuery()).values_list("pk", flat=True))
    assert everybody == set(people.values) - {gone.pk}
    some = ListQuery(ids=(gone.pk, people.contacts[1].pk, 2**40))
    assert [c.pk for c in matching(people.project, some)] == [people.contacts[1].pk]


def test_days_are_those_of_the_projects_time_zone(people: People) -> None:
    one = people.contacts[0]
    Contact.objects.filter(project=people.project).update(created_at="2026-01-01T12:00:00Z")
    Contact.objects.filter(pk=one.pk).update(created_at="2024-03-11T03:30:00Z")

    def on(operator: Operator, day: str) -> set[int]:
        found = matching(
            people.project, ListQuery(conditions=(Condition(CREATED, operator, (day,)),))
        )
        return set(found.values_list("pk", flat=True))

    assert on(Operator.IS, "2024-03-10") == {one.pk}, "in Montréal it was still the tenth"
    assert on(Operator.IS, "2024-03-11") == set()
    assert on(Operator.BEFORE, "2024-03-11") == {one.pk}
    assert one.pk not in on(Operator.AFTER, "2024-03-10")


@pytest.mark.parametrize(
    ("text", "kept", "found"),
    [
        ("0478123456", "+33 4 78 12 34 56", True),
        ("+33478123456", "04 78 12 34 56", True),
        ("04 78 12 34 56", "+33478123456", True),
        ("514-555-0100", "+1 (514) 555-0100", True),
        ("5145550100", "514 555 0100", True),
        ("555 0100", "514 555 0100", True),
        ("5145550101", "514 555 0100", False),
    ],
)
def test_a_phone_number_is_found_however_it_is_written(
    project: Project, text: str, kept: str, found: bool
) -> None:
    cast.a_contact(project, phone=kept)
    assert matching(project, ListQuery(text=text)).exists() is found


def test_the_database_ends_words_where_searching_does(project: Project) -> None:
    blanks = "\n\t\r\x0b\x0c\x1c\x1d\x1e\x1f\x85\u1680\u2028\u2029 "
    text = "".join(f"a{number}{end}" for number, end in enumerate(SIGNS + blanks)) + "é渡ü١"
    with connection.cursor() as cursor:
        cursor.execute("SELECT tsvector_to_array(raccord_words(7, %s))", [text])
        assert set(cursor.fetchone()[0]) == {*words(text), "#7"}


def test_no_value_is_too_long_to_be_kept_and_found(project: Project) -> None:
    contact = cast.a_contact(
        project, notes="x" * 32_000, street="\ufdfd" * 20_000, city="Gap", title="y" * 255
    )
    # One sign that is eighteen when folded makes more than an index takes: cut, not refused.
    assert len(contact.search_text) < 201_000
    for text in ("gap", "y" * 200):
        assert matching(project, ListQuery(text=text)).exists(), text


def _hostile() -> list[tuple[ListQuery, str]]:
    def one(field: str, operator: Operator, *values: str) -> ListQuery:
        return ListQuery(conditions=(Condition(field, operator, values),))

    return [
        (one("gone", Operator.IS, "x"), "raccord.list.unknown_field"),
        (one("' OR 1=1 --", Operator.EMPTY), "raccord.list.unknown_field"),
        (one("name", Operator.LESS, "1"), "raccord.list.unfit_operator"),
        (one(SYNC, Operator.CONTAINS, "x"), "raccord.list.unfit_operator"),
        (one("name", Operator.IS), "raccord.list.needs_value"),
        (one("name", Operator.IS, " "), "raccord.list.needs_value"),
        (one("name", Operator.EMPTY, "x"), "raccord.list.needs_no_value"),
        (one("score", Operator.MORE, "1", "2"), "raccord.list.needs_one_value"),
        (one("score", Operator.MORE, "many"), "raccord.value.decimal"),
        (one("score", Operator.MORE, "1e40"), "raccord.value.number_too_large"),
        (one("born", Operator.BEFORE, "2024-02-30"), "raccord.value.date"),
        (one(CHANGED, Operator.IN_LAST_DAYS, "0"), "raccord.list.days"),
        (one(CHANGED, Operator.IN_LAST_DAYS, "9" * 400), "raccord.list.days"),
        (one(CHANGED, Operator.IN_LAST_DAYS, "٣"), "raccord.list.days"),
        (one("stage", Operator.IS, "unheard of"), "raccord.value.choice"),
        (one(SYNC, Operator.IS, "fine"), "raccord.list.sync_state"),
        (one(SYNC, Operator.IS, "agreed:"), "raccord.list.sync_state"),
        (one(SYNC, Operator.IS, "agreed:" + "9" * 40), "raccord.list.sync_state"),
        (one("name", Operator.IS, "x" * 256), "raccord.list.value_too_long"),
        (one("name", Operator.IS, *map(str, range(101))), "raccord.list.too_many_values"),
        (ListQuery(text="x" * 201), "raccord.list.text_too_long"),
        (ListQuery(sort=Sort("notes")), "raccord.list.unsortable"),
        (ListQuery(sort=Sort("id); DROP TABLE x")), "raccord.list.unsortable"),
        (
            ListQuery(conditions=(Condition("name", Operator.EMPTY),) * 21),
            "raccord.list.too_many_conditions",
        ),
    ]


@pytest.mark.parametrize(("query", "code"), _hostile())
def test_what_cannot_be_answered_is_refused_and_never_left_out(query: ListQuery, code: str) -> None:
    project = a_list.a_project()
    fields = ProjectFields.of(project)
    assert code in {problem.code for problem in operators.check(query, fields)}
    for ask in (matching, paging.page, counting.count):
        with pytest.raises(InvalidList):
            ask(project, query)
    assert operators.check(operators.answerable(query, fields), fields) == []


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "====",
        "é",
        "bnVsbA",
        "W10",
        "WzFd",
        "A" * 5000,
        "WyItQGNoYW5nZWQiLCAibm8iLCAxLCAwXQ",
    ],
)
def test_what_never_was_a_cursor_is_the_first_page(people: People, cursor: str) -> None:
    first = paging.page(people.project, ListQuery(), per_page=5)
    assert paging.page(people.project, ListQuery(), cursor=cursor, per_page=5) == first


def test_a_list_that_nobody_can_be_in_is_empty(people: People) -> None:
    before_all_days = Condition("born", Operator.BEFORE, ("0001-01-01",))
    page = paging.page(people.project, ListQuery(conditions=(before_all_days,)))
    assert (page.contacts, page.count) == ((), counting.Count(0))
    assert paging.page(people.project, ListQuery(ids=())).contacts == ()
    everybody_else = Condition("born", Operator.NOT_EMPTY)
    nobody = ListQuery(conditions=(before_all_days, everybody_else), text="person")
    assert paging.page(people.project, nobody).contacts == ()


def test_a_cursor_of_another_order_is_the_first_page(people: People) -> None:
    by_name = ListQuery(sort=Sort("name", descending=False))
    cursor = paging.page(people.project, by_name, per_page=5).next
    by_score = ListQuery(sort=Sort("score", descending=False))
    first = paging.page(people.project, by_score, per_page=5)
    assert paging.page(people.project, by_score, cursor=cursor, per_page=5) == first


def test_a_page_whose_last_contact_was_deleted_goes_on_behind_it(people: People) -> None:
    query = ListQuery(sort=Sort("name", descending=False))
    every = [f.id for f in paging.page(people.project, query, per_page=COUNT).contacts]
    cursor = paging.page(people.project, query, per_page=10).next
    changes.delete(people.project, [every[9]], origin=BY_MARKETER)
    second = paging.page(people.project, query, cursor=cursor, per_page=10)
    assert [found.id for found in second.contacts] == every[10:20]


def test_counting_stops_where_nobody_reads_on(people: People) -> None:
    query = ListQuery()
    assert counting.count(people.project, query, up_to=10) == counting.Count(10, more=True)
    assert counting.count(people.project, query, up_to=COUNT) == counting.Count(COUNT)
    assert counting.count(people.project, query, up_to=None) == counting.Count(COUNT)


def test_a_field_that_is_retired_is_no_longer_asked_for(people: People) -> None:
    projects.retire_field(people.project.fields.get(key="stage"))
    with pytest.raises(InvalidList):
        matching(people.project, ListQuery(conditions=(Condition("stage", Operator.EMPTY),)))
