"""The list's address: what it says is shown, what it gets wrong is told, nothing breaks."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client

from raccord.accounts.models import User
from raccord.contacts import projects
from raccord.contacts.lists import paging
from raccord.contacts.models import Contact, Project
from raccord.engine.records import FieldType
from tests import cast


@pytest.fixture
def place(project: Project) -> str:
    return f"/projects/{project.slug}/contacts/"


@pytest.fixture
def people(project: Project) -> dict[str, Contact]:
    """Three with a city, one without; Évry is written with an accent."""
    cities = {"ada": "Paris", "bea": "Lyon", "cy": "Évry", "dot": ""}
    return {
        name: cast.a_contact(
            project, email=f"{name}@example.org", city=city, last_name=name.title(), newsletter=""
        )
        for name, city in cities.items()
    }


def shown(answer: Any) -> list[str]:
    """Who is on the page, in order."""
    return [row.contact.values["email"].split("@")[0] for row in context(answer)["rows"]]


def told(answer: Any) -> list[str]:
    return [problem.code for problem in context(answer)["list"].problems]


def context(answer: Any) -> Any:
    assert answer.status_code == 200
    return answer.context


def test_words_and_filters_combine(
    signed_in: Client, place: str, people: dict[str, Contact]
) -> None:
    two = signed_in.get(place, {"f": "city:is:Paris|Lyon", "sort": "last_name"})
    assert shown(two) == ["ada", "bea"]
    both = signed_in.get(place, {"f": ["city:is:Paris|Lyon", "last_name:starts_with:b"]})
    assert shown(both) == ["bea"]
    words = signed_in.get(place, {"q": "evry", "f": "city:not_empty"})
    assert shown(words) == ["cy"]
    assert shown(signed_in.get(place, {"f": "city:empty"})) == ["dot"]


def test_filters_are_said_as_sentences(
    signed_in: Client, place: str, project: Project, people: dict[str, Contact]
) -> None:
    projects.add_field(project, key="size", type=FieldType.CHOICE, choices=["s", "l"])
    sentences = {
        "city:is:Paris|Lyon|Nice": "City is Paris, Lyon or Nice",
        "city:is_not:Paris": "City is not Paris",
        "city:contains:ar": "City contains ar",
        "city:empty": "City is empty",
        "newsletter:empty": "Newsletter is unknown",
        "newsletter:is:no": "Newsletter is No",
        "birthdate:before:2000-02-29": "Date of birth is before 29 Feb 2000",
        "@created:in_last_days:7": "Added is in the last 7 days",
        "@changed:in_last_days:1": "Changed is today or yesterday",
        "@sync:is:refused|waiting": "State in other systems is Refused or Waiting to be sent",
        "size:is:s": "Size is s",
    }
    answer = signed_in.get(place, {"f": list(sentences)})
    assert [chip.sentence for chip in context(answer)["chips"]] == list(sentences.values())
    assert told(answer) == []


@pytest.mark.parametrize(
    ("params", "codes"),
    [
        ({"f": "city"}, ["raccord.address.filter"]),
        ({"f": "city:likes:Paris"}, ["raccord.address.filter"]),
        ({"f": "shoes:is:big"}, ["raccord.list.unknown_field"]),
        ({"f": "city:before:2000-01-01"}, ["raccord.list.unfit_operator"]),
        ({"f": "city:is"}, ["raccord.list.needs_value"]),
        ({"f": "birthdate:before:soon"}, ["raccord.value.date"]),
        ({"f": "@created:in_last_days:-1"}, ["raccord.list.days"]),
        ({"f": "@sync:is:fine"}, ["raccord.list.sync_state"]),
        ({"sort": "-shoes"}, ["raccord.list.unsortable"]),
        ({"sort": "notes"}, ["raccord.list.unsortable"]),
        ({"columns": "shoes,email"}, ["raccord.address.columns"]),
        ({"view": "12"}, ["raccord.view.missing"]),
        ({"view": "twelve"}, ["raccord.view.missing"]),
        ({"q": "x" * 201}, ["raccord.list.text_too_long"]),
        ({"f": [f"city:is:{n}" for n in range(21)]}, ["raccord.list.too_many_conditions"]),
    ],
)
def test_what_an_address_gets_wrong_is_told_and_the_rest_holds(
    signed_in: Client, place: str, people: dict[str, Contact], params: Any, codes: list[str]
) -> None:
    filters = params.get("f", [])
    filters = [filters] if isinstance(filters, str) else filters
    answer = signed_in.get(place, {**params, "f": ["last_name:starts_with:a", *filters]})
    assert told(answer) == codes
    assert context(answer)["chips"][0].sentence == "Last name starts with a"
    if not filters and "q" not in params:
        assert shown(answer) == ["ada"]


@pytest.mark.parametrize(
    "query",
    [
        "f=%00&q=%00&sort=%00&columns=%00&view=%00&after=%00",
        "f=:::::&f=city::&f=|&sort=--&columns=,,,&view=-1&after=x",
        "f=city:is:%F0%9F%98%80&q=%F0%9F%98%80",
        "f=city:contains:%25_%5C'%22<script>",
        "q=" + "a+" * 90,
        "sort=-@changed&sort=x",
        "view=99999999999999999999",
        "view=%C2%B2",
        "after=" + "A" * 5_000,
        "f=birthdate:is:0000-00-00&f=birthdate:after:99999-01-01",
        "f=@created:in_last_days:99999999999",
        "f=@sync:is:refused:99999999999999999999",
        "f=@sync:is:refused:%C2%B2",
        "f=" + "city:is:" + "x|" * 300,
        "columns=" + ",".join(f"c{n}" for n in range(500)),
    ],
)
def test_no_address_breaks_the_list(
    signed_in: Client, place: str, people: dict[str, Contact], query: str
) -> None:
    assert signed_in.get(f"{place}?{query}").status_code == 200
    assert signed_in.get(f"{place}filter/?{query}").status_code == 200
    assert signed_in.get(f"{place}columns/?{query}").status_code == 200
    part = signed_in.get(
        f"{place}?{query}", headers={"hx-request": "true", "hx-target": "contacts"}
    )
    assert part.status_code == 200


def test_headings_sort_both_ways_and_say_so(
    signed_in: Client, place: str, people: dict[str, Contact]
) -> None:
    def heading(answer: Any) -> Any:
        return next(h for h in context(answer)["headings"] if h.column.key == "last_name")

    plain = signed_in.get(place)
    assert heading(plain).sorted == "none"
    up = signed_in.get(f"{place}{heading(plain).address}")
    assert shown(up) == ["ada", "bea", "cy", "dot"]
    assert 'aria-sort="ascending"' in up.content.decode()
    down = signed_in.get(f"{place}{heading(up).address}")
    assert shown(down) == ["dot", "cy", "bea", "ada"]
    assert heading(down).sorted == "descending"


def test_pages_lead_on_and_back_and_keep_the_list(
    signed_in: Client,
    place: str,
    people: dict[str, Contact],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    usual: Any = paging.page.__kwdefaults__
    monkeypatch.setattr(paging.page, "__kwdefaults__", {**usual, "per_page": 2})
    first = signed_in.get(place, {"f": "last_name:not_empty", "sort": "last_name"})
    assert (shown(first), context(first)["previous"]) == (["ada", "bea"], "")
    second = signed_in.get(f"{place}{context(first)['next']}")
    assert (shown(second), context(second)["next"]) == (["cy", "dot"], "")
    assert len(context(second)["chips"]) == 1
    assert shown(signed_in.get(f"{place}{context(second)['previous']}")) == ["ada", "bea"]


def test_htmx_gets_only_the_list_and_the_search_its_shortest_address(
    signed_in: Client, place: str, people: dict[str, Contact]
) -> None:
    headers = {"hx-request": "true", "hx-target": "contacts", "hx-trigger": "search-form"}
    params = {"q": "ada", "f": "", "sort": "", "columns": "", "view": ""}
    answer = signed_in.get(place, params, headers=headers)
    assert answer.content.decode().lstrip().startswith('<div id="contacts"')
    assert answer.headers["HX-Replace-Url"] == f"{place}?q=ada"


def test_when_nobody_is_found_it_says_which_filter_to_remove(
    signed_in: Client, place: str, people: dict[str, Contact]
) -> None:
    answer = signed_in.get(place, {"f": ["city:is:Paris", "last_name:is:Bea"]})
    advice = [(each.sentence, each.found) for each in context(answer)["advice"]]
    assert advice == [("City is Paris", "1 contact"), ("Last name is Bea", "1 contact")]
    assert "Take one away" in answer.content.decode()
    without = context(answer)["advice"][0].without
    assert shown(signed_in.get(f"{place}{without}")) == ["bea"]


@pytest.mark.django_db(transaction=True)
def test_a_list_that_takes_too_long_says_so(
    signed_in: Client, place: str, people: dict[str, Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("raccord.contacts.lists.guard.SECONDS", 0.05)
    somebody_else = connection.copy()
    try:
        with somebody_else.cursor() as cursor:
            cursor.execute(f"BEGIN; LOCK TABLE {Contact._meta.db_table} IN ACCESS EXCLUSIVE MODE")
            answer = signed_in.get(place, {"q": "ada"})
    finally:
        somebody_else.close()
    assert context(answer)["rows"] == []
    assert "takes too long" in answer.content.decode()


def test_the_whole_list_is_handed_on_as_it_was_asked_for(
    signed_in: Client, place: str, people: dict[str, Contact]
) -> None:
    answer = signed_in.get(place, {"f": ["shoes:is:big", "city:is:Paris"], "q": "ada"})
    words, first, columns, last = context(answer)["spelled_out"]
    assert words == ("q", "ada")
    assert columns[1].startswith("email,")
    assert [first, last] == [("f", "city:is:Paris"), ("f", "shoes:is:big")]


@pytest.mark.parametrize(
    "params",
    [
        {"f": "city"},
        {"f": "shoes:is:big|50%"},
        {"view": "12"},
        {"q": "x" * 201},
        {"f": [f"city:is_not:{n}" for n in range(25)]},
    ],
)
def test_what_cannot_be_read_goes_along_until_it_is_taken_away(
    signed_in: Client, place: str, people: dict[str, Contact], params: Any
) -> None:
    first = signed_in.get(place, {**params, "columns": "email"})
    codes = told(first)
    (heading,) = context(first)["headings"]
    sorted_by_email = signed_in.get(f"{place}{heading.address}")
    assert told(sorted_by_email) == codes
    now = sorted_by_email
    while context(now)["unread"]:
        before = len(context(now)["unread"])
        now = signed_in.get(place + context(now)["unread"][0].without)
        assert len(context(now)["unread"]) < before
    assert told(now) == []


def test_choices_are_shown_by_their_labels(
    signed_in: Client, place: str, project: Project, marketer: User
) -> None:
    labels = {"s": {"en": "Small", "fr": "Petit"}, "l": {"en": "Large", "fr": "Grand"}}
    projects.add_field(
        project,
        key="size",
        label="Size",
        type=FieldType.CHOICE,
        choices=["s", "l"],
        choice_labels=labels,
    )
    cast.a_contact(project, size="s")
    answer = signed_in.get(place, {"f": "size:is:s|l", "columns": "size"})
    assert context(answer)["chips"][0].sentence == "Size is Small or Large"
    assert context(answer)["rows"][0].cells[0].text == "Small"
    form = signed_in.get(f"{place}filter/", {"field": "size"}).content.decode()
    assert "Small" in form
    assert "Large" in form
