"""Saved views: whose they are, what they keep."""

import pytest

from raccord.accounts.models import User
from raccord.contacts.lists import views
from raccord.contacts.lists.query import Condition, ListQuery, Operator, Sort
from raccord.contacts.lists.views import InvalidView
from raccord.contacts.models import Project, SavedView
from raccord.engine.errors import BadInput
from tests import cast

QUERY = ListQuery("ada", (Condition("city", Operator.IS, ("Paris",)),), Sort("last_name"))


@pytest.fixture
def project(db: None) -> Project:
    return cast.a_project()


@pytest.fixture
def ana(db: None) -> User:
    return cast.a_marketer()


def test_a_view_gives_back_the_list_it_was_made_of(project: Project, ana: User) -> None:
    view = views.save(project, ana, name="  In  Paris ", query=QUERY, columns=["city", "email"])
    view.refresh_from_db()
    assert view.name == "In Paris"
    assert views.query_of(view) == QUERY
    assert view.columns == ["city", "email"]


def test_a_person_sees_their_own_views_and_the_shared_ones(project: Project, ana: User) -> None:
    bo = cast.a_marketer("bo@example.org")
    mine = views.save(project, ana, name="Mine", query=QUERY, columns=[])
    shared = views.save(project, bo, name="Shared", query=QUERY, columns=[], shared=True)
    views.save(project, bo, name="Private", query=QUERY, columns=[])
    views.save(cast.a_project("Other"), ana, name="Elsewhere", query=QUERY, columns=[])
    views.keep_own_columns(project, ana, ["city"])
    assert list(views.visible(project, ana)) == [mine, shared]


@pytest.mark.parametrize("name", ["", "   ", "x" * 81, "a\0b"])
def test_a_view_needs_a_name(project: Project, ana: User, name: str) -> None:
    with pytest.raises(InvalidView) as refused:
        views.save(project, ana, name=name, query=QUERY, columns=[])
    assert [problem.code for problem in refused.value.problems] == ["raccord.view.name"]
    assert not SavedView.objects.exists()


def test_two_views_of_one_person_cannot_have_the_same_name(project: Project, ana: User) -> None:
    views.save(project, ana, name="Mine", query=QUERY, columns=[])
    other = views.save(project, ana, name="Other", query=QUERY, columns=[])
    with pytest.raises(InvalidView):
        views.save(project, ana, name="Mine", query=ListQuery(), columns=[])
    with pytest.raises(InvalidView):
        views.rename(other, name="Mine", shared=True)
    other.refresh_from_db()
    assert (other.name, other.shared) == ("Other", False)
    views.save(project, cast.a_marketer("bo@example.org"), name="Mine", query=QUERY, columns=[])


def test_nobody_piles_up_views_without_end(
    project: Project, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_VIEWS", 2)
    views.keep_own_columns(project, ana, ["city"])
    for name in ("One", "Two"):
        views.save(project, ana, name=name, query=QUERY, columns=[])
    with pytest.raises(InvalidView) as refused:
        views.save(project, ana, name="Three", query=QUERY, columns=[])
    assert refused.value.problems[0].code == "raccord.view.too_many"


@pytest.mark.parametrize("stored", [{"conditions": [{}]}, {"conditions": 3}, [], {"ids": ["x"]}])
def test_a_view_that_cannot_be_read_is_refused(project: Project, ana: User, stored: object) -> None:
    view = SavedView.objects.create(project=project, owner=ana, name="Odd", definition=stored)
    with pytest.raises(BadInput) as refused:
        views.query_of(view)
    assert refused.value.code == "raccord.view.unreadable"


def test_own_columns_are_kept_per_person_and_project(project: Project, ana: User) -> None:
    assert views.own_columns(project, ana) == ()
    views.keep_own_columns(project, ana, ["city"])
    views.keep_own_columns(project, ana, ["email", "city"])
    assert views.own_columns(project, ana) == ("email", "city")
    assert views.own_columns(project, cast.a_marketer("bo@example.org")) == ()
    assert views.own_columns(cast.a_project("Other"), ana) == ()
