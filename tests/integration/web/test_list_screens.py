"""The screens that change a list: filters, columns, saved views; all of them without JavaScript."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from raccord.accounts.models import User
from raccord.contacts import projects
from raccord.contacts.lists import views
from raccord.contacts.lists.query import Condition, ListQuery, Operator, Sort
from raccord.contacts.models import Project, SavedView
from raccord.engine.records import FieldType
from tests import cast

IN_PARIS = ListQuery(conditions=(Condition("city", Operator.IS, ("Paris",)),))


@pytest.fixture
def place(project: Project) -> str:
    return f"/projects/{project.slug}/contacts/"


@pytest.fixture
def colleague(db: None) -> tuple[User, Client]:
    person = cast.a_marketer("bo@example.org")
    client = Client()
    client.force_login(person)
    return person, client


def led_to(answer: Any) -> list[tuple[str, str]]:
    """What the address of the list says that an answer leads to."""
    assert answer.status_code == 302
    return parse_qsl(urlsplit(answer.headers["Location"]).query)


def keys(answer: Any) -> list[str]:
    """The columns of a list's page."""
    return [heading.column.key for heading in answer.context["headings"]]


# Filters.


def form_of(client: Client, place: str, **asked: Any) -> dict[str, Any]:
    """What a browser would send back from the form of a filter, with nothing typed into it."""
    form = client.get(f"{place}filter/", asked).context["form"]
    return {**asked, "shown": form.shape, "apply": "1"}


def test_a_filter_is_added_step_by_step(signed_in: Client, place: str) -> None:
    first = form_of(signed_in, place, q="ada", f="city:empty")
    still: Any = signed_in.get(f"{place}filter/", first)
    assert list(still.context["form"].fields) == ["field"]
    second: Any = signed_in.get(f"{place}filter/", {**first, "field": "last_name"})
    assert list(second.context["form"].fields) == ["field", "operator", "value"]
    last = {**first, "field": "last_name", "shown": second.context["form"].shape}
    done = signed_in.get(f"{place}filter/", {**last, "operator": "contains", "value": "Mü"})
    assert led_to(done) == [("q", "ada"), ("f", "city:empty"), ("f", "last_name:contains:Mü")]


def test_another_comparison_asks_for_another_value(signed_in: Client, place: str) -> None:
    before = form_of(signed_in, place, field="birthdate", operator="before")
    asked = {**before, "operator": "in_last_days", "value": "2000-01-01"}
    answer: Any = signed_in.get(f"{place}filter/", asked)
    assert answer.status_code == 200
    assert answer.context["form"]["value"].label == "Days"
    assert not answer.context["form"]["value"].value()


def test_what_was_typed_stays_while_the_comparison_changes(signed_in: Client, place: str) -> None:
    typed = form_of(signed_in, place, field="city", operator="is") | {"value": "Paris; Lyon"}
    del typed["apply"]
    answer: Any = signed_in.get(f"{place}filter/", {**typed, "operator": "starts_with"})
    assert answer.context["form"]["value"].value() == "Paris; Lyon"


def test_a_filter_without_value_needs_none(signed_in: Client, place: str) -> None:
    asked = form_of(signed_in, place, field="city", operator="empty")
    assert led_to(signed_in.get(f"{place}filter/", asked)) == [("f", "city:empty")]


@pytest.mark.parametrize(
    ("condition", "value"),
    [
        ("city:is:Paris|Lyon", "Paris; Lyon ;"),
        ("city:is:a; b", '"a; b"'),
        ("city:is:a%7Cb", "a|b"),
        ("newsletter:is:yes|no", ["yes", "no"]),
        ("birthdate:after:2000-02-29", "2000-02-29"),
        ("@changed:in_last_days:7", "7"),
        ("@sync:is:refused|held", ["refused", "held"]),
    ],
)
def test_what_was_typed_becomes_the_condition(
    signed_in: Client, place: str, condition: str, value: Any
) -> None:
    field, operator, _values = condition.split(":", 2)
    asked = form_of(signed_in, place, field=field, operator=operator)
    answer = signed_in.get(f"{place}filter/", {**asked, "value": value})
    assert led_to(answer) == [("f", condition)]


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("city", "is", ""),
        ("city", "is", " ; "),
        ("city", "is", "x" * 300),
        ("birthdate", "before", "soon"),
        ("@created", "in_last_days", "many"),
        ("newsletter", "is", "perhaps"),
        ("@sync", "is", []),
    ],
)
def test_a_wrong_value_is_told_beside_it(
    signed_in: Client, place: str, field: str, operator: str, value: Any
) -> None:
    asked = form_of(signed_in, place, field=field, operator=operator)
    answer: Any = signed_in.get(f"{place}filter/", {**asked, "value": value, "q": "ada"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["value"]
    assert 'name="q" value="ada"' in answer.content.decode()


def test_a_filter_is_changed_in_its_place(signed_in: Client, place: str) -> None:
    params = {"f": ["city:is:Paris|a;b", "last_name:empty"]}
    chip = signed_in.get(place, params).context["chips"][0]
    form = signed_in.get(chip.change).context["form"]
    assert form["value"].value() == 'Paris;"a;b"'
    asked = {**params, "replaces": params["f"][0], "field": "city", "operator": "is_not"}
    asked |= {"shown": form.shape, "value": "Nice", "apply": "1"}
    answer = signed_in.get(f"{place}filter/", asked)
    assert led_to(answer) == [("f", "city:is_not:Nice"), ("f", "last_name:empty")]


def test_a_filter_for_several_dates_keeps_them_when_it_is_changed(
    signed_in: Client, place: str
) -> None:
    condition = "birthdate:is:2000-02-29|2001-03-01"
    chip = signed_in.get(place, {"f": condition}).context["chips"][0]
    form = signed_in.get(chip.change).context["form"]
    assert form["value"].value() == "2000-02-29;2001-03-01"
    asked = {"f": condition, "replaces": condition, "field": "birthdate", "operator": "is"}
    asked |= {"shown": form.shape, "value": f"{form['value'].value()};2002-01-01", "apply": "1"}
    answer = signed_in.get(f"{place}filter/", asked)
    assert led_to(answer) == [("f", f"{condition}|2002-01-01")]


def test_htmx_follows_a_complete_filter_within_the_page(signed_in: Client, place: str) -> None:
    asked = form_of(signed_in, place, field="city", operator="empty")
    answer = signed_in.get(f"{place}filter/", asked, headers={"hx-request": "true"})
    assert f'"path": "{place}?f=city:empty"' in answer.headers["HX-Location"]


# Columns.


def test_columns_are_kept_for_the_person_and_the_project(
    signed_in: Client, place: str, colleague: tuple[User, Client], project: Project
) -> None:
    cast.a_contact(project)
    usual = keys(signed_in.get(place))
    assert usual[0] == "email"
    order = ["newsletter", "email", "city", "@created"]
    posted = {"order": order, "column": ["email", "newsletter", "@created"], "f": "city:empty"}
    answer = signed_in.post(f"{place}columns/", posted)
    assert led_to(answer) == [("f", "city:empty")]
    assert keys(signed_in.get(place)) == ["newsletter", "email", "@created"]
    assert keys(colleague[1].get(place)) == usual
    assert keys(signed_in.get(place, {"columns": "city"})) == ["city"]
    signed_in.post(f"{place}columns/", {**posted, "usual": "1"})
    assert keys(signed_in.get(place)) == usual


def test_a_column_is_moved_without_javascript(signed_in: Client, place: str) -> None:
    posted = {"order": ["email", "city", "phone"], "column": ["city"], "up": "phone"}
    answer: Any = signed_in.post(f"{place}columns/", posted)
    columns = answer.context["columns"]
    assert [(c.key, c.shown) for c in columns[:3]] == [
        ("email", False),
        ("phone", False),
        ("city", True),
    ]
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("column", [[], ["shoes"], ["email\0"]])
def test_a_list_has_at_least_one_column(signed_in: Client, place: str, column: list[str]) -> None:
    posted = {"order": ["email", *column], "column": column}
    answer = signed_in.post(f"{place}columns/", posted)
    assert answer.status_code == 422
    assert "at least one column" in answer.content.decode()


def test_columns_of_a_view_stand_in_the_address_until_they_are_kept(
    signed_in: Client, place: str, project: Project, marketer: User
) -> None:
    cast.a_contact(project, city="Paris")
    view = views.save(project, marketer, name="Paris", query=IN_PARIS, columns=["email"])
    posted = {"order": ["city"], "column": ["city"], "view": view.pk}
    answer = signed_in.post(f"{place}columns/", posted)
    said = [("q", ""), ("f", "city:is:Paris"), ("columns", "city"), ("view", str(view.pk))]
    assert parse_qsl(urlsplit(answer.headers["Location"]).query, keep_blank_values=True) == said
    signed_in.post(f"{place}views/{view.pk}/replace/", dict(said))
    assert keys(signed_in.get(place, {"view": view.pk})) == ["city"]
    assert views.own_columns(project, marketer) == ()


# Saved views.


def test_a_view_brings_the_list_back(
    signed_in: Client, place: str, project: Project, marketer: User
) -> None:
    cast.a_contact(project, city="Paris")
    posted = {"q": "jane", "f": "city:is:Paris", "sort": "last_name", "columns": "city,email"}
    answer = signed_in.post(f"{place}views/new/", {**posted, "name": "Paris"})
    view = SavedView.objects.get()
    assert led_to(answer) == [("view", str(view.pk))]
    assert (view.owner, view.shared) == (marketer, False)
    shown: Any = signed_in.get(place, {"view": view.pk})
    assert shown.context["list"].query == ListQuery(
        "jane", IN_PARIS.conditions, Sort("last_name", descending=False)
    )
    assert keys(shown) == ["city", "email"]
    assert not shown.context["can_keep"]
    changed: Any = signed_in.get(place, {"view": str(view.pk), "q": ""})
    assert changed.context["can_keep"]
    assert changed.context["list"].query == ListQuery()


@pytest.mark.parametrize(
    ("name", "told"),
    [("", "required"), ("x" * 81, "at most 80"), ("Paris", "already have a view named “Paris”")],
)
def test_a_view_that_cannot_be_kept_says_why(
    signed_in: Client, place: str, project: Project, name: str, told: str
) -> None:
    owner = User.objects.get()
    views.save(project, owner, name="Paris", query=IN_PARIS, columns=["email"])
    posted = {"q": "jane", "f": "city:is:Lyon", "name": name, "shared": "on"}
    answer: Any = signed_in.post(f"{place}views/new/", posted)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert ("f", "city:is:Lyon") in answer.context["parameters"]
    assert SavedView.objects.count() == 1


def test_a_shared_view_is_seen_by_all_and_changed_by_its_owner_only(
    signed_in: Client,
    place: str,
    project: Project,
    marketer: User,
    colleague: tuple[User, Client],
) -> None:
    cast.a_contact(project, city="Paris")
    other = colleague[1]
    view = views.save(project, marketer, name="Paris", query=IN_PARIS, columns=["email"])
    hidden: Any = other.get(place, {"view": view.pk})
    assert [problem.code for problem in hidden.context["list"].problems] == ["raccord.view.missing"]
    signed_in.post(f"{place}views/{view.pk}/", {"name": "Parisians", "shared": "on"})
    page: Any = other.get(place, {"view": view.pk})
    assert page.context["shared_views"] == [view]
    assert "Shared by Ana Marketer" in page.content.decode()
    for part in ("", "replace/", "delete/"):
        posted = {"name": "Mine", "q": "stolen"}
        assert other.post(f"{place}views/{view.pk}/{part}", posted).status_code == 404
    view.refresh_from_db()
    assert (view.name, views.query_of(view)) == ("Parisians", IN_PARIS)


def test_a_view_is_deleted_after_saying_what_is_lost(
    signed_in: Client, place: str, project: Project, marketer: User
) -> None:
    view = views.save(
        project, marketer, name="Paris", query=IN_PARIS, columns=["email"], shared=True
    )
    asked = signed_in.get(f"{place}views/{view.pk}/delete/").content.decode()
    assert "Everybody who uses this project loses it" in asked
    assert signed_in.get(f"{place}views/{view.pk}/replace/").status_code == 405
    signed_in.post(f"{place}views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


def test_a_view_about_a_field_that_is_gone_says_so(
    signed_in: Client, place: str, project: Project, marketer: User
) -> None:
    projects.add_field(project, key="shoes", label="Shoes", type=FieldType.TEXT)
    cast.a_contact(project, city="Paris")
    query = ListQuery(
        conditions=(*IN_PARIS.conditions, Condition("shoes", Operator.IS, ("44",))),
        sort=Sort("shoes", descending=False),
    )
    view = views.save(project, marketer, name="Big", query=query, columns=["email", "shoes"])
    projects.remove_field(project.fields.get(key="shoes"))
    page: Any = signed_in.get(place, {"view": view.pk})
    assert [problem.code for problem in page.context["list"].problems] == [
        "raccord.list.unknown_field",
        "raccord.list.unsortable",
        "raccord.address.columns",
    ]
    assert "shoes:is:44" in page.content.decode()
    assert len(page.context["rows"]) == 1
    assert not page.context["can_keep"]
    (left_out,) = page.context["unread"]
    without: Any = signed_in.get(place + left_out.without)
    assert "shoes:is:44" not in without.content.decode()
    assert without.context["can_keep"]


def test_a_view_whose_filter_died_cannot_be_kept_without_it(
    signed_in: Client, place: str, project: Project, marketer: User
) -> None:
    projects.add_field(project, key="vip", type=FieldType.TEXT)
    gold = ListQuery(conditions=(Condition("vip", Operator.IS, ("gold",)),))
    view = views.save(project, marketer, name="VIP", query=gold, columns=["email"])
    cast.a_contact(project)
    projects.retire_field(project.fields.get(key="vip"))
    page: Any = signed_in.get(place, {"view": view.pk})
    posted = dict(page.context["spelled_out"])
    refused = "it is not certain which contacts are meant"
    again = signed_in.post(f"{place}views/new/", {**posted, "name": "Everybody"})
    assert again.status_code == 422
    assert refused in again.content.decode()
    back = signed_in.post(f"{place}views/{view.pk}/replace/", posted, follow=True)
    assert refused in back.content.decode()
    view.refresh_from_db()
    assert views.query_of(view) == gold
    assert SavedView.objects.count() == 1


def test_nothing_of_another_project_is_offered(
    signed_in: Client, project: Project, marketer: User
) -> None:
    view = views.save(project, marketer, name="Paris", query=IN_PARIS, columns=["email"])
    cast.a_project("Other")
    page: Any = signed_in.get("/projects/other/contacts/", {"view": view.pk})
    assert page.context["own_views"] == []
    assert page.context["list"].view is None
    assert signed_in.get(f"/projects/other/contacts/views/{view.pk}/").status_code == 404
