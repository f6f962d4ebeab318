"""What other key fields would mean, told before; and the change itself."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from raccord.contacts import changes, new_keys, projects, unique_key
from raccord.contacts.changes import ContactChange
from raccord.contacts.invalid import InvalidProject
from raccord.contacts.models import Contact, Project
from tests import cast
from tests.cast import BY_MARKETER
from tests.integration.contacts.looking import BY_IMPORT, log_of

pytestmark = pytest.mark.django_db

PARTS = st.sampled_from(["", "a", "A", "b", "a|b", "é", "é"])


class AnyContacts(TestCase):
    @settings(max_examples=60)
    @given(st.lists(st.tuples(PARTS, PARTS), max_size=8))
    def test_the_report_counts_as_the_contacts_are(self, people: list[tuple[str, str]]) -> None:
        project = cast.a_project()
        for number, (last_name, city) in enumerate(people):
            values = {"email": f"{number}@example.org", "last_name": last_name, "city": city}
            changes.create(project, values, origin=BY_MARKETER)

        report = unique_key.report(project, ["last_name", "city"])

        keys = [
            (contact.values["last_name"], contact.values["city"])
            for contact in Contact.objects.filter(project=project)
            if contact.values.keys() >= {"last_name", "city"}
        ]
        alike = [key for key in keys if keys.count(key) > 1]
        assert (report.contacts, report.lacking) == (len(people), len(people) - len(keys))
        assert (report.groups, report.duplicated) == (len(set(alike)), len(alike))
        if report.is_clean:
            projects.set_unique_key(project, ["last_name", "city"])
            assert Contact.objects.filter(key__startswith="\x1f").count() == 0
        else:
            with pytest.raises(InvalidProject):
                projects.set_unique_key(project, ["last_name", "city"])


def test_those_in_the_way_are_named(project: Project) -> None:
    made = cast.the_cast(project)
    for who in ("plain", "accents", "emoji"):
        changes.edit(project, made[who].pk, {"phone": "1"}, origin=BY_MARKETER)
    gone = cast.a_contact(project, "plain", email="gone@example.org", phone="1")
    changes.delete(project, [gone.pk], origin=BY_MARKETER)
    report = unique_key.report(project, ["phone"])
    assert report.contacts == len(made)
    assert report.lacking_by_field == {"phone": len(made) - 3}
    assert len(report.first_lacking) == 9
    (group,) = report.first_groups
    assert group.contacts == (made["plain"].pk, made["accents"].pk, made["emoji"].pk)
    assert unique_key.report(project, ["email"]).is_clean


def test_many_contacts_are_streamed_in_batches(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(new_keys, "BATCH", 5)
    cast.the_cast(project)
    assert unique_key.report(project, ["email"]).contacts == 12
    assert unique_key.report(project, ["last_name"]).lacking == 1


def test_keys_that_trade_places_are_given_all_the_same(project: Project) -> None:
    first = cast.a_contact(project, "plain", last_name="accents@example.org")
    second = cast.a_contact(
        project, "accents", email="accents@example.org", last_name="jane.smith@example.org"
    )
    projects.set_unique_key(project, ["last_name"])
    keys = dict(Contact.objects.values_list("pk", "key"))
    assert keys == {first.pk: "accents@example.org", second.pk: "jane.smith@example.org"}
    projects.set_unique_key(project, ["email"])
    keys = dict(Contact.objects.values_list("pk", "key"))
    assert keys == {first.pk: "jane.smith@example.org", second.pk: "accents@example.org"}


def test_a_deleted_contact_that_had_the_new_key_is_in_nobodys_way(project: Project) -> None:
    gone = cast.a_contact(project, "plain")
    changes.delete(project, [gone.pk], origin=BY_MARKETER)
    living = cast.a_contact(project, "accents", last_name="jane.smith@example.org")
    projects.set_unique_key(project, ["last_name"])
    living.refresh_from_db()
    assert living.key == "jane.smith@example.org"


def test_a_refusal_outlives_its_contact_through_another_unique_key_and_back(
    project: Project,
) -> None:
    gone = cast.a_contact(project, "opted_out", phone="1")
    changes.delete(project, [gone.pk], origin=BY_MARKETER)
    for key in ("phone", "email"):
        projects.set_unique_key(project, [key])
        row = ContactChange({"email": gone.key, "phone": "1", "newsletter": "yes"})
        (result,) = changes.apply_many(project, [row], origin=BY_IMPORT)
        assert [problem.code for problem in result.problems] == ["raccord.consent.needs_person"]
        assert result.contact == gone.pk
        changes.delete(project, [gone.pk], origin=BY_MARKETER)


def test_whoever_the_new_key_makes_of_a_deleted_contact_has_its_refusal(project: Project) -> None:
    gone = cast.a_contact(project, "opted_out", phone="1")
    later = cast.a_contact(project, "emoji", phone="2")
    latest = cast.a_contact(project, "accents", phone="2", newsletter="no")
    changes.delete(project, [gone.pk, later.pk, latest.pk], origin=BY_MARKETER)
    living = cast.a_contact(project, "plain", phone="1", newsletter="yes")
    projects.set_unique_key(project, ["phone"])
    living.refresh_from_db()
    later.refresh_from_db()
    assert (living.values["newsletter"], later.values["newsletter"]) == ("no", "no")
    assert living.evidence == gone.evidence
    assert log_of(living)[-1] == ("consent_changed", {"newsletter": ["yes", "no"]})


def test_an_edit_that_takes_a_deleted_contacts_key_takes_its_refusal(project: Project) -> None:
    gone = cast.a_contact(project, "opted_out")
    changes.delete(project, [gone.pk], origin=BY_MARKETER)
    living = cast.a_contact(project, newsletter="yes")
    changes.edit(project, living.pk, {"email": gone.key}, origin=BY_MARKETER)
    living.refresh_from_db()
    assert (living.key, living.values["newsletter"]) == (gone.key, "no")
    assert living.evidence == gone.evidence
    assert log_of(living)[-1] == ("consent_changed", {"newsletter": ["yes", "no"]})
