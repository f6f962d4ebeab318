"""The whole list is selected only while it is certain which contacts it holds.

Posted as the page's own form says it, so that what the page hands on is tested as well.
"""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from django.test import Client

from raccord.accounts.models import User
from raccord.contacts import projects
from raccord.contacts.lists import views
from raccord.contacts.lists.query import Condition, ListQuery, Operator
from raccord.contacts.models import BulkRun, ExportRun, Project, SavedView
from raccord.engine.records import FieldType
from tests import cast

CONTACTS = "/projects/cast/contacts/"
REFUSED = "it is not certain which contacts are meant"


class SelectionForm(HTMLParser):
    """The hidden fields that belong to the form #selection, wherever they stand."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.acts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "input" and given.get("form") == "selection" and given["type"] == "hidden":
            self.fields.setdefault(given["name"], []).append(given["value"])
        elif tag == "button" and "formaction" in given:
            self.acts.append(given["formaction"])


def selection(client: Client, address: str) -> SelectionForm:
    form = SelectionForm()
    form.feed(client.get(address).content.decode())
    return form


@pytest.fixture
def vips(project: Project, marketer: User) -> SavedView:
    """The view of a few, in a project of many."""
    projects.add_field(project, key="vip", type=FieldType.TEXT)
    cast.the_cast(project)
    gold = ListQuery(conditions=(Condition("vip", Operator.IS, ("gold",)),))
    return views.save(project, marketer, name="VIP", query=gold, columns=["email", "vip"])


@pytest.mark.parametrize("act", ["?act=delete", "?act=edit", "exports/new/"])
@pytest.mark.parametrize("gone", [projects.retire_field, projects.remove_field])
def test_a_view_whose_filter_died_does_not_hand_everybody_to_an_act(
    signed_in: Client, project: Project, vips: SavedView, act: str, gone: object
) -> None:
    assert callable(gone)
    gone(project.fields.get(key="vip"))
    form = selection(signed_in, f"{CONTACTS}?view={vips.pk}")
    (action,) = {each for each in form.acts if each.endswith(act)}
    answer = signed_in.post(action, {**form.fields, "all": "1"})
    assert answer.status_code == 302
    assert urlsplit(answer.headers["Location"]).path == CONTACTS
    assert REFUSED in signed_in.get(answer.headers["Location"]).content.decode()
    assert not BulkRun.objects.exists()
    assert not ExportRun.objects.exists()


def test_the_list_without_the_dead_filter_is_certain_again(
    signed_in: Client, project: Project, vips: SavedView
) -> None:
    projects.retire_field(project.fields.get(key="vip"))
    page = signed_in.get(f"{CONTACTS}?view={vips.pk}")
    (dead,) = page.context["unread"]
    form = selection(signed_in, CONTACTS + dead.without)
    (action,) = {each for each in form.acts if each.endswith("?act=delete")}
    answer = signed_in.post(action, {**form.fields, "all": "1"})
    assert "/bulk/" in answer.headers["Location"]


def test_a_column_that_is_gone_leaves_the_list_certain(
    signed_in: Client, project: Project, marketer: User, vips: SavedView
) -> None:
    views.replace(vips, query=ListQuery(), columns=["email", "vip"])
    projects.retire_field(project.fields.get(key="vip"))
    form = selection(signed_in, f"{CONTACTS}?view={vips.pk}")
    (action,) = {each for each in form.acts if each.endswith("?act=delete")}
    signed_in.post(action, {**form.fields, "all": "1"})
    assert BulkRun.objects.count() == 1
