"""The error centre's pages: what was refused, what to do about it, done there and then."""

from __future__ import annotations

from itertools import count
from typing import Any

import pytest
from django.test import Client

from raccord.contacts.models import Contact, ExportRun, OutboxItem, OutboxState
from raccord.sync import outbound
from raccord.sync.models import InboxItem
from raccord.sync.parked import groups, replaying
from raccord.sync.parked.models import Replay, SetAside
from tests import cast
from tests.integration.sync.scene import Scene, a_scene

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = "<script>alert(1)</script>=cmd|'/c calc'!A1"
_numbers = count(1)


@pytest.fixture
def scene() -> Scene:
    made = a_scene()
    made.activate()
    made.deliver_described()
    return made


def park(scene: Scene, many: int, reason: str = "memory.duplicate_value") -> list[Contact]:
    people = [
        scene.contact(email=f"p{next(_numbers)}@example.org", company="Ours") for _ in range(many)
    ]
    OutboxItem.objects.filter(contact__in=[person.pk for person in people]).update(
        state=OutboxState.PARKED, reason=reason, parameters={"fields": "company"}, detail=HOSTILE
    )
    return people


def address(scene: Scene, rest: str = "") -> str:
    return f"/projects/{scene.project.slug}/error-centre/{rest}"


def cause(scene: Scene, act: str = "") -> str:
    (group,) = groups.groups(scene.project)
    return address(scene, f"{group.cause}/{act}")


def run_to_the_end(scene: Scene) -> Replay:
    run = Replay.objects.get()
    for _ in range(50):
        if replaying.work(run.pk) is None:
            break
        scene.make_due()
        while outbound.deliver(scene.transfer.pk).claimed:
            pass
    run.refresh_from_db()
    return run


def test_an_empty_error_centre_says_what_would_stand_there(scene: Scene, signed_in: Client) -> None:
    page = signed_in.get(address(scene)).text
    assert "Nothing was refused" in page and "Go to the data integrations" in page


def test_causes_are_counted_and_explained_with_who_can_act(scene: Scene, signed_in: Client) -> None:
    park(scene, 3)
    page = signed_in.get(address(scene)).text
    assert "3 records wait, by cause" in page
    assert "Another record already has this value: Company." in page
    assert "You can do this yourself." in page
    assert '<span class="badge bg-red-lt ms-2">3<' in page
    narrowed = signed_in.get(address(scene, f"?connection={scene.connection.pk}&sort=newest")).text
    assert "3 records wait, by cause" in narrowed
    for strange in ("?connection=99999999999999999999", "?connection=x\0", "?sort=%00"):
        assert signed_in.get(address(scene, strange)).status_code == 200


def test_a_code_that_nobody_knows_is_shown_with_their_words(
    scene: Scene, signed_in: Client
) -> None:
    park(scene, 1, reason="memory.NEW_RULE_OF_2027")
    page = signed_in.get(address(scene)).text
    assert "memory.NEW_RULE_OF_2027" in page and "New to Raccord" in page
    behind = signed_in.get(cause(scene)).text
    assert "Raccord does not know this reason." in behind
    assert "An administrator of Memory can do this." in behind


def test_the_records_behind_a_cause_show_what_was_refused_and_escape_it(
    scene: Scene, signed_in: Client
) -> None:
    (person,) = park(scene, 1)
    page = signed_in.get(cause(scene)).text
    assert f'href="/projects/{scene.project.slug}/contacts/{person.pk}/"' in page
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page
    assert "“Company” here" in page and ">Ours<" in page


def test_many_records_come_page_by_page(scene: Scene, signed_in: Client) -> None:
    park(scene, 60)
    first = signed_in.get(cause(scene)).text
    assert "60 contacts" in first and 'rel="next"' in first
    second = signed_in.get(cause(scene, "?page=2")).text
    assert second.count("<q>") == 10
    assert signed_in.get(cause(scene, "?page=x")).status_code == 200


@pytest.mark.parametrize("act", ["", "try-again/", "cut/", "fill/", "leave/"])
def test_a_cause_that_is_gone_leads_back(scene: Scene, signed_in: Client, act: str) -> None:
    gone = address(scene, f"out-{scene.transfer.pk}-{'0' * 32}/{act}")
    answer = signed_in.get(gone, follow=True)
    assert "Nothing waits for that reason any more." in answer.text
    assert signed_in.get(address(scene, f"nonsense/{act}")).status_code == 404


def test_all_of_a_cause_is_tried_again_with_its_number_said_first(
    scene: Scene, signed_in: Client
) -> None:
    park(scene, 30)
    assert "Try 30 records again" in signed_in.get(cause(scene, "try-again/")).text
    answer: Any = signed_in.post(cause(scene, "try-again/"), follow=True)
    assert 'role="progressbar"' in answer.text
    run = run_to_the_end(scene)
    page = signed_in.get(address(scene, f"replays/{run.pk}/")).text
    assert "30 records were made due." in page
    part = signed_in.get(address(scene, f"replays/{run.pk}/"), headers={"HX-Target": "progress"})
    assert "<html" not in part.text
    assert groups.groups(scene.project) == []


def test_a_cause_that_is_still_there_is_said(scene: Scene, signed_in: Client) -> None:
    for number in range(25):
        scene.contact(email=f"n{number}@example.org", last_name=None)
    scene.deliver()
    signed_in.post(cause(scene, "try-again/"))
    run = run_to_the_end(scene)
    assert "The cause is still there" in signed_in.get(address(scene, f"replays/{run.pk}/")).text
    assert "the first ones were refused once more" in signed_in.get(cause(scene)).text


def test_stopping_a_run_keeps_the_rest(scene: Scene, signed_in: Client) -> None:
    park(scene, 30)
    signed_in.post(cause(scene, "try-again/"))
    run = Replay.objects.get()
    for said in ("Stopped. What was not tried", "It was over already"):
        answer = signed_in.post(address(scene, f"replays/{run.pk}/cancel/"), follow=True)
        assert said in answer.text
    assert groups.count(scene.project, up_to=99) == 30


def test_a_cause_is_left_aside_with_a_reason_and_taken_back(
    scene: Scene, signed_in: Client
) -> None:
    park(scene, 2)
    refused = signed_in.post(cause(scene, "leave/"), {"note": "   "})
    assert refused.status_code == 422 and "There is no reason yet." in refused.text
    signed_in.post(cause(scene, "leave/"), {"note": "<b>Until spring</b>"})
    page = signed_in.get(address(scene)).text
    assert "1 cause is left aside" in page and "&lt;b&gt;Until spring" in page
    assert cast.MARKETER in page and "Nothing was refused" in page
    assert "badge bg-red-lt ms-2" not in page
    answer = signed_in.post(cause(scene, "take-back/"), follow=True)
    assert "Taken back: it counts again." in answer.text and not SetAside.objects.exists()


def test_texts_are_cut_where_what_is_lost_was_shown(scene: Scene, signed_in: Client) -> None:
    scene.contact(first_name="A" * 40 + "<i>LOST")
    scene.deliver()
    assert "Cut the texts…" in signed_in.get(address(scene)).text
    dialog = signed_in.get(cause(scene, "cut/")).text
    assert "<del>&lt;i&gt;LOST</del>" in dialog and "holds 40 characters" in dialog
    signed_in.post(cause(scene, "cut/"))
    run_to_the_end(scene)
    (person,) = scene.people()
    assert person.values["first_name"] == "A" * 40
    assert groups.groups(scene.project) == []


def test_a_required_value_is_sent_where_ours_is_empty(scene: Scene, signed_in: Client) -> None:
    scene.contact(last_name=None)
    scene.deliver()
    assert "Send a value instead…" in signed_in.get(address(scene)).text
    assert "Value where “Last name” is empty" in signed_in.get(cause(scene, "fill/")).text
    for wrong in ("", "   ", "\0", "x" * 3000):
        refused = signed_in.post(cause(scene, "fill/"), {"last_name": wrong})
        assert refused.status_code == 422, wrong[:5]
    signed_in.post(cause(scene, "fill/"), {"last_name": "Unknown"})
    run_to_the_end(scene)
    assert [person.values["last_name"] for person in scene.people()] == ["Unknown"]
    line = scene.transfer.mappings.get(field__key="last_name")
    own = address(scene, f"when-empty/{line.pk}/")
    assert "At present “Unknown” is sent." in signed_in.get(own).text
    mapping = signed_in.get(
        f"/projects/{scene.project.slug}/transfers/{scene.transfer.pk}/mapping/"
    )
    assert "Where it is empty here, “Unknown” is sent" in mapping.text
    signed_in.post(own, {"nothing": "1"})
    line.refresh_from_db()
    assert line.when_empty is None
    consent = scene.transfer.mappings.get(field__key="newsletter")
    assert signed_in.get(address(scene, f"when-empty/{consent.pk}/")).status_code == 404


def test_a_remedy_is_only_where_it_is_one(scene: Scene, signed_in: Client) -> None:
    park(scene, 1)
    for act in ("cut/", "fill/"):
        assert "Nothing waits for that reason" in signed_in.get(cause(scene, act), follow=True).text
    assert "Cut the texts" not in signed_in.get(address(scene)).text


def test_a_required_field_that_is_not_mapped_is_to_be_mapped(
    scene: Scene, signed_in: Client
) -> None:
    park(scene, 1, reason="memory.required")
    OutboxItem.objects.update(parameters={"fields": "website"})
    page = signed_in.get(address(scene)).text
    assert "Map a field to it" in page
    assert f'href="/projects/{scene.project.slug}/transfers/{scene.transfer.pk}/mapping/"' in page


def test_a_group_is_listed_and_exported_with_the_reason(scene: Scene, signed_in: Client) -> None:
    people = park(scene, 2)
    scene.contact(email="fine@example.org")
    page = signed_in.get(cause(scene)).text
    (group,) = groups.groups(scene.project)
    said = f"f=@sync:is:refused:{scene.transfer.pk}:{group.cause.name}"
    assert f"/contacts/?{said}" in page
    listed = signed_in.get(f"/projects/{scene.project.slug}/contacts/?{said}").text
    assert all(person.key in listed for person in people) and "fine@example.org" not in listed
    assert "Refused for one cause" in listed
    create = f"/projects/{scene.project.slug}/exports/new/?{said}"
    asked = signed_in.get(create).text
    assert f'value="@why:{scene.transfer.pk}"' in asked and "2 contacts" in asked
    given = {
        "f": said.removeprefix("f="), "all": "1", "name": "Refused", "format": "csv",
        "which": "list", "also": [f"@why:{scene.transfer.pk}"],
    }  # fmt: skip
    signed_in.post(create.partition("?")[0], given)
    run = ExportRun.objects.get()
    from raccord.contacts import exports
    from raccord.sync.counterparts import REMOTE_RECORDS
    from raccord.sync.list_conditions import STANDINGS

    while exports.work(run.pk, elsewhere=STANDINGS, counterparts=REMOTE_RECORDS):
        pass
    run.refresh_from_db()
    text = b"".join(exports.pieces(run)).decode()
    assert run.written == 2 and "Another record already has this value" in text
    assert "fine@example.org" not in text


def test_records_of_theirs_are_shown_by_their_id(scene: Scene, signed_in: Client) -> None:
    InboxItem.objects.create(
        transfer=scene.transfer,
        remote_id="rec-1",
        state="parked",
        reason="raccord.value.required",
        parameters={"field": "last_name"},
    )
    page = signed_in.get(cause(scene)).text
    assert "rec-1" in page and "is empty" in page and "Export" not in page.split("</nav>")[-1]


def test_the_ways_there(scene: Scene, signed_in: Client) -> None:
    park(scene, 1)
    there = address(scene, f"?connection={scene.connection.pk}")
    home = f"/projects/{scene.project.slug}"
    for page in ("home/figures/", f"connections/{scene.connection.pk}/"):
        assert f'href="{there}"' in signed_in.get(f"{home}/{page}").text, page
    status = signed_in.get(f"{home}/integrations/{scene.integration.pk}/").text
    assert f'href="{there}"' in status


def test_a_project_sees_nothing_of_another(scene: Scene, signed_in: Client) -> None:
    park(scene, 1)
    mine = cause(scene)
    signed_in.post(cause(scene, "try-again/"))
    run = Replay.objects.get()
    other = cast.a_project("Other")
    for path in (mine, cause(scene, "leave/")):
        strange = path.replace(scene.project.slug, other.slug, 1)
        answer = signed_in.get(strange, follow=True)
        assert "Nothing waits for that reason any more." in answer.text
    there = f"/projects/{other.slug}/error-centre/replays/{run.pk}/"
    assert signed_in.get(there).status_code == 404
