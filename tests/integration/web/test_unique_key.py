"""The page of the unique key: what other fields would mean, before and after."""

from __future__ import annotations

import pytest
from django.test import Client

from raccord.contacts import changes, projects
from raccord.contacts.models import Project
from raccord.web.projects import unique_key
from tests import cast
from tests.cast import BY_MARKETER


@pytest.fixture
def place(project: Project) -> str:
    return f"/projects/{project.slug}/configuration/key/"


def key_of(project: Project) -> list[str]:
    return [spec.key for spec in project.key_specs()]


def test_who_stands_in_the_way_is_told_and_linked(
    signed_in: Client, project: Project, place: str
) -> None:
    made = cast.the_cast(project)
    for who in ("plain", "accents"):
        changes.edit(project, made[who].pk, {"phone": "1"}, origin=BY_MARKETER)
    answer = signed_in.get(place, {"unique_key": "phone"})
    page = answer.content.decode()
    assert "10 contacts lack a value" in page
    assert "?f=phone%3Aempty" in page
    assert "2 contacts with the same values" in page
    assert f'/contacts/{made["plain"].pk}/"' in page
    assert "Use this key" not in page
    refused = signed_in.post(place, {"unique_key": ["phone"]})
    assert refused.status_code == 422
    assert "unique_key" in refused.context["form"].errors
    assert key_of(project) == ["email"]


def test_a_clean_key_is_used_after_it_was_seen(
    signed_in: Client, project: Project, place: str
) -> None:
    made = cast.the_cast(project)
    for number, contact in enumerate(made.values()):
        changes.edit(project, contact.pk, {"phone": f"{number}"}, origin=BY_MARKETER)
    page = signed_in.get(place, {"unique_key": ["phone"]}).content.decode()
    assert "12 contacts get their new key" in page
    signed_in.post(place, {"unique_key": ["phone"]})
    assert key_of(project) == ["phone"]
    assert "already" in signed_in.get(place, {"unique_key": ["phone"]}).content.decode()


def test_many_contacts_are_compared_once_the_page_is_there(
    signed_in: Client, project: Project, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unique_key, "AT_ONCE", 1)
    cast.a_contact(project, "plain", phone="1")
    cast.a_contact(project, "accents", phone="2")
    asked = {"unique_key": ["last_name", "phone"]}
    context = signed_in.get(place, asked).context
    assert "report" not in context
    assert signed_in.get(context["report_address"]).context["report"].is_clean
    assert signed_in.get(context["now_address"]).context["report"].is_clean


@pytest.mark.parametrize("keys", [[], ["notes"], ["newsletter"], ["nothing"], ["\x00"]])
def test_fields_that_identify_nobody_are_refused(
    signed_in: Client, project: Project, place: str, keys: list[str]
) -> None:
    assert signed_in.post(place, {"csrf": "", "unique_key": keys}).status_code == 422
    if keys:
        assert signed_in.get(place, {"unique_key": keys}).status_code == 422
    assert signed_in.get(place + "report/", {"unique_key": keys}).status_code == 422
    assert key_of(project) == ["email"]


def test_a_retired_field_identifies_nobody(signed_in: Client, project: Project, place: str) -> None:
    projects.retire_field(project.fields.get(key="phone"))
    assert signed_in.post(place, {"unique_key": ["phone"]}).status_code == 422
