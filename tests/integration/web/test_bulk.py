"""Acts on many contacts through the screens: chosen, said beforehand, confirmed, watched, told."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from raccord.contacts import bulk, changes
from raccord.contacts.bulk import choosing
from raccord.contacts.models import BulkRun, Contact, ImportRun, Project, Run, RunState
from raccord.web.bulk import confirming
from tests import cast


@pytest.fixture
def everybody(project: Project) -> dict[str, Contact]:
    return cast.the_cast(project)


def chosen(client: Client, project: Project, act: str, **data: object) -> BulkRun:
    """What the list's selection bar does."""
    address = f"{reverse('bulk-create', args=[project.slug])}?act={act}"
    answer = client.post(address, data)
    run = BulkRun.objects.latest("pk")
    assert answer.headers["Location"] == page_of(run)
    return run


def page_of(run: BulkRun) -> str:
    return reverse("bulk", args=[run.project.slug, run.pk])


def page(client: Client, run: BulkRun) -> str:
    """What the page shows, without its tags."""
    text = client.get(page_of(run)).content.decode().replace("<wbr>", "")
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def confirmed(client: Client, run: BulkRun, **data: object) -> BulkRun:
    run.refresh_from_db()
    address = reverse("bulk-confirm", args=[run.project.slug, run.pk])
    client.post(address, {"stamp": bulk.stamp(run), **data})
    while bulk.work(run.pk):
        pass
    run.refresh_from_db()
    return run


def test_a_filtered_list_is_edited_after_it_was_said_what_happens(
    signed_in: Client, project: Project, everybody: dict[str, Contact]
) -> None:
    run = chosen(signed_in, project, "edit", all="1", q="", f="last_name:is:Smith|Alone")
    assert (run.total, run.started_by) == (2, cast.MARKETER)
    form = signed_in.get(page_of(run)).content.decode()
    assert "how-city" in form
    assert "how-email" not in form, "nobody is to become the same contact"
    answer = signed_in.post(
        page_of(run),
        {
            "how-city": "set",
            "city": "Lyon",
            "how-newsletter": "set",
            "newsletter": "yes",
            "the-grounds": "Paper forms",
            "company": "not asked for",
        },
    )
    assert answer.headers["Location"] == page_of(run)
    text = page(signed_in, run)
    assert "Edit 2 contacts" in text
    assert "City becomes “Lyon”" in text
    assert "1 contact has opted out and stays so." in text
    assert "Paper forms" in text
    assert "Nothing happens elsewhere" in text
    assert not Contact.objects.filter(values__city="Lyon").exists()
    run = confirmed(signed_in, run)
    assert (run.done, run.rejected) == (2, 0)
    assert set(Contact.objects.filter(values__city="Lyon")) == {
        everybody["plain"],
        everybody["opted_out"],
    }
    text = page(signed_in, run)
    assert "leave.me@example.org" in text
    assert "1 contact Newsletter – This person has opted out" in text
    assert "The other fields were changed." in text


def test_every_problem_stands_beside_its_field_and_nothing_is_lost(
    signed_in: Client, project: Project, everybody: dict[str, Contact]
) -> None:
    run = chosen(signed_in, project, "edit", ids=[everybody["plain"].pk])
    data = {
        "how-city": "set",
        "city": "",
        "how-birthdate": "set",
        "birthdate": "31/12/1999",
        "how-newsletter": "clear",
        "how-company": "set",
        "company": "Kept as typed",
    }
    answer = signed_in.post(page_of(run), data)
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"city", "birthdate", "the-grounds"}
    assert 'value="Kept as typed"' in answer.content.decode()
    empty = signed_in.post(page_of(run), {})
    assert (empty.status_code, list(empty.context["form"].errors)) == (422, ["__all__"])
    unknown = signed_in.post(page_of(run), {"how-city": "explode", "how-nothing": "set"})
    assert (unknown.status_code, list(unknown.context["form"].errors)) == (422, ["how-city"])
    run.refresh_from_db()
    assert run.changes == {}


def test_what_was_decided_can_be_decided_anew_before_it_is_confirmed(
    signed_in: Client, project: Project, everybody: dict[str, Contact]
) -> None:
    run = chosen(signed_in, project, "edit", ids=[everybody["plain"].pk])
    signed_in.post(page_of(run), {"how-birthdate": "set", "birthdate": "1999-12-31"})
    run.refresh_from_db()
    seen = bulk.stamp(run)
    form = signed_in.get(f"{page_of(run)}?decide").content.decode()
    assert 'value="1999-12-31"' in form
    signed_in.post(page_of(run), {"how-company": "clear"})
    confirm = reverse("bulk-confirm", args=[project.slug, run.pk])
    answer = signed_in.post(confirm, {"stamp": seen}, follow=True)
    assert "Somebody decided otherwise meanwhile" in answer.content.decode()
    run.refresh_from_db()
    assert run.state == "ready"
    assert confirmed(signed_in, run).state == "done"


def test_deleting_few_takes_a_click_and_deleting_many_their_number(
    signed_in: Client,
    project: Project,
    everybody: dict[str, Contact],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = chosen(signed_in, project, "delete", ids=[everybody["plain"].pk])
    assert "Delete 1 contact" in page(signed_in, run)
    assert confirmed(signed_in, run).done == 1

    monkeypatch.setattr(confirming, "TYPED_FROM", 10)
    run = chosen(signed_in, project, "delete", all="1", q="")
    assert run.total == 11
    for given in ("", "12", "eleven", "1 1 1", "-11", "11x"):
        address = reverse("bulk-confirm", args=[project.slug, run.pk])
        answer = signed_in.post(address, {"stamp": bulk.stamp(run), "count": given})
        assert answer.status_code == 422, given
        assert "count" in answer.context["form"].errors
    run.refresh_from_db()
    assert run.state == "ready"
    assert confirmed(signed_in, run, count="11").done == 11
    assert not Contact.objects.filter(deleted_at=None).exists()


def test_a_large_number_may_be_typed_as_it_is_shown(project: Project) -> None:
    for given in ("12345", "12,345", "12 345", "12\u202f345", "12.345"):
        assert confirming.DeleteForm(12_345, {"count": given}).is_valid(), given


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize(
    ("act", "data", "said"),
    [
        ("edit", {}, "No contact is chosen"),
        ("edit", {"all": "1", "q": "nobody at all"}, "No contact is chosen"),
        ("edit", {"ids": ["x"]}, "could not be read"),
        ("edit", {"ids": ["1" * 30]}, "could not be read"),
        ("edit", {"ids": ["-1"]}, "could not be read"),
        ("edit", {"ids": ["99999999"]}, "No contact is chosen"),
        ("explode", {"all": "1"}, "could not be read"),
        ("", {"all": "1"}, "could not be read"),
        ("delete", {"all": "1", "f": "no_such_field:is:x"}, "Nothing was done"),
        ("delete", {"all": "1", "f": "%%%"}, "Nothing was done"),
        ("delete", {"all": "1", "f": "last_name:is"}, "Nothing was done"),
        ("delete", {"all": "1", "view": "12345"}, "Nothing was done"),
    ],
)
def test_a_selection_that_is_not_clear_does_nothing(
    signed_in: Client,
    project: Project,
    act: str,
    data: dict[str, object],
    said: str,
) -> None:
    address = f"{reverse('bulk-create', args=[project.slug])}?act={act}"
    answer = signed_in.post(address, data, follow=True)
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not BulkRun.objects.exists()


def test_opening_the_address_without_a_selection_leads_to_the_list(
    signed_in: Client, project: Project
) -> None:
    answer = signed_in.get(reverse("bulk-create", args=[project.slug]))
    assert answer.headers["Location"] == reverse("contacts", args=[project.slug])


def test_a_run_of_another_project_is_not_there(
    signed_in: Client, project: Project, everybody: dict[str, Contact]
) -> None:
    run = chosen(signed_in, project, "delete", all="1")
    other = cast.a_project("Other")
    for name in ("bulk", "bulk-rejects"):
        assert signed_in.get(reverse(name, args=[other.slug, run.pk])).status_code == 404
    for name in ("bulk-confirm", "bulk-cancel"):
        address = reverse(name, args=[other.slug, run.pk])
        assert signed_in.post(address, {"stamp": bulk.stamp(run)}).status_code == 404
        assert signed_in.get(reverse(name, args=[project.slug, run.pk])).status_code == 405
    run.refresh_from_db()
    assert run.state == "ready"


def test_a_second_click_confirms_nothing_more(
    signed_in: Client, project: Project, everybody: dict[str, Contact]
) -> None:
    run = chosen(signed_in, project, "delete", ids=[everybody["plain"].pk])
    address = reverse("bulk-confirm", args=[project.slug, run.pk])
    data = {"stamp": bulk.stamp(run)}
    assert signed_in.post(address, data).status_code == 302
    assert (
        "confirmed or cancelled meanwhile"
        in signed_in.post(address, data, follow=True).content.decode()
    )
    assert bulk.work(run.pk) is False
    run.refresh_from_db()
    assert run.done == 1


def test_its_page_follows_the_counting_and_the_work(
    signed_in: Client,
    project: Project,
    everybody: dict[str, Contact],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(choosing, "AT_ONCE", 3)
    monkeypatch.setattr("raccord.contacts.bulk.working.CHUNK", 5)
    run = chosen(signed_in, project, "delete", all="1")
    asks = {"HX-Request": "true", "HX-Target": "progress"}
    assert "being counted" in page(signed_in, run)
    part = signed_in.get(page_of(run), headers=asks).content.decode()
    assert "<html" not in part and 'hx-trigger="every 1s"' in part
    bulk.work(run.pk)
    counted = signed_in.get(page_of(run), headers=asks)
    assert counted.headers["HX-Refresh"] == "true"
    run.refresh_from_db()
    address = reverse("bulk-confirm", args=[project.slug, run.pk])
    signed_in.post(address, {"stamp": bulk.stamp(run)})
    bulk.work(run.pk, seconds=-1)
    part = signed_in.get(page_of(run), headers=asks).content.decode()
    assert 'aria-valuenow="41"' in part
    signed_in.post(reverse("bulk-cancel", args=[project.slug, run.pk]))
    assert "Cancelled after 5 of 12 contacts were deleted." in page(signed_in, run)
    part = signed_in.get(page_of(run), headers=asks).content.decode()
    assert "hx-trigger" not in part.split(">", 1)[0]
    index = signed_in.get(reverse("bulk-runs", args=[project.slug])).content.decode()
    assert page_of(run) in index


@pytest.mark.parametrize("kind", ["bulk", "import"])
def test_looking_how_far_it_is_does_not_read_what_was_left_out(
    signed_in: Client, project: Project, kind: str
) -> None:
    """Each viewer asks once a second, and nothing of it is shown before the end."""
    if kind == "bulk":
        run: Run = BulkRun.objects.create(project=project, act="edit", state=RunState.RUNNING)
    else:
        run = ImportRun.objects.create(project=project, state=RunState.RUNNING)
    with CaptureQueriesContext(connection) as asked:
        answer = signed_in.get(reverse(kind, args=[project.slug, run.pk]))
    assert answer.status_code == 200
    assert not [each for each in asked if f"contacts_{kind}reject" in each["sql"]]


def test_giving_up_before_anything_began_says_so(
    signed_in: Client, project: Project, everybody: dict[str, Contact]
) -> None:
    run = chosen(signed_in, project, "delete", all="1")
    answer = signed_in.post(reverse("bulk-cancel", args=[project.slug, run.pk]), follow=True)
    assert "Nothing was changed." in answer.content.decode()
    again = signed_in.post(reverse("bulk-cancel", args=[project.slug, run.pk]), follow=True)
    assert "over already" in again.content.decode()
    index = signed_in.get(reverse("bulk-runs", args=[project.slug])).content.decode()
    assert page_of(run) not in index
    assert "No bulk changes yet" in index


def test_who_was_left_out_comes_as_a_file_without_formulas(
    signed_in: Client, project: Project
) -> None:
    cast.a_contact(project, "opted_out", email="=x@example.org")
    run = chosen(signed_in, project, "edit", all="1")
    signed_in.post(
        page_of(run), {"how-newsletter": "set", "newsletter": "yes", "the-grounds": "Fair"}
    )
    confirmed(signed_in, run)
    answer = signed_in.get(reverse("bulk-rejects", args=[project.slug, run.pk]))
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    header, line = text.splitlines()
    assert header == '"Contact","Field","Reason"'
    assert line.startswith(""""'=x@example.org","Newsletter",""")


def test_contacts_that_went_meanwhile_are_not_shown_as_examples(
    signed_in: Client, project: Project, everybody: dict[str, Contact]
) -> None:
    run = chosen(signed_in, project, "delete", all="1")
    changes.delete(project, [everybody["plain"].pk], origin=cast.BY_MARKETER)
    assert "Smith" not in page(signed_in, run)


def test_nobody_without_an_account_gets_anywhere(
    client: Client, project: Project, everybody: dict[str, Contact]
) -> None:
    for name in ("bulk-create", "bulk-runs"):
        answer = client.post(reverse(name, args=[project.slug]), {"all": "1"})
        assert answer.headers["Location"].startswith("/sign-in/")
    assert not BulkRun.objects.exists()
