"""Consent: only a person lifts a refusal, and where a consent comes from is kept."""

from __future__ import annotations

import pytest

from raccord.contacts import changes
from raccord.contacts.changes import ContactChange, Outcome
from raccord.contacts.models import Project
from raccord.engine.records import ConsentEvidence, Origin, OriginKind
from tests import cast
from tests.cast import BY_MARKETER
from tests.integration.contacts.looking import BY_IMPORT, BY_SYNC, log_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("origin", [BY_IMPORT, BY_SYNC, Origin(OriginKind.API)])
@pytest.mark.parametrize("wanted", ["yes", None])
def test_only_a_person_lifts_a_refusal(
    project: Project, origin: Origin, wanted: str | None
) -> None:
    contact = cast.a_contact(project, "opted_out")
    change = ContactChange({"newsletter": wanted, "city": "Lyon"}, contact.pk)
    (result,) = changes.apply_by_id(project, [change], origin=origin)
    assert result.outcome is Outcome.UPDATED
    assert [problem.code for problem in result.problems] == ["raccord.consent.needs_person"]
    contact.refresh_from_db()
    assert (contact.values["newsletter"], contact.values["city"]) == ("no", "Lyon")


def test_a_person_lifts_a_refusal_and_the_evidence_says_so(project: Project) -> None:
    contact = cast.a_contact(project, "opted_out")
    assert contact.evidence["newsletter"]["saw_refusal"] is False
    edited = changes.edit(project, contact.pk, {"newsletter": "yes"}, origin=BY_MARKETER).contact
    evidence = edited.evidence["newsletter"]
    assert evidence["source"] == f"person:{cast.MARKETER}"
    assert (evidence["by_person"], evidence["saw_refusal"]) == (True, True)
    assert evidence["at"] > contact.evidence["newsletter"]["at"]
    assert log_of(contact)[-1] == ("consent_changed", {"newsletter": ["no", "yes"]})


def test_a_sync_that_brings_a_persons_proof_may_lift_a_refusal(project: Project) -> None:
    contact = cast.a_contact(project, "opted_out")
    proof = ConsentEvidence(source="their user", by_person=True)
    change = ContactChange({"newsletter": "yes"}, contact.pk, evidence={"newsletter": proof})
    (result,) = changes.apply_by_id(project, [change], origin=BY_SYNC)
    assert (result.outcome, result.problems) == (Outcome.UPDATED, ())
    contact.refresh_from_db()
    assert contact.evidence["newsletter"]["source"] == "their user"


def test_an_import_may_opt_out_and_is_no_person(project: Project) -> None:
    contact = cast.a_contact(project)
    change = ContactChange({"email": contact.values["email"], "newsletter": "no"})
    (result,) = changes.apply_many(project, [change], origin=BY_IMPORT)
    assert result.problems == ()
    contact.refresh_from_db()
    assert contact.values["newsletter"] == "no"
    assert contact.evidence["newsletter"]["by_person"] is False


def test_a_contact_added_by_hand_without_a_word_on_consent_keeps_the_deleted_ones_refusal(
    project: Project,
) -> None:
    gone = cast.a_contact(project, "opted_out")
    changes.delete(project, [gone.pk], origin=BY_MARKETER)
    values = {"email": gone.values["email"], "newsletter": None}
    added = changes.create(project, values, origin=BY_MARKETER)
    assert (added.pk, added.values["newsletter"]) == (gone.pk, "no")
    assert added.evidence == gone.evidence
    row = ContactChange({"email": gone.values["email"], "newsletter": "yes"})
    (result,) = changes.apply_many(project, [row], origin=BY_IMPORT)
    assert [problem.code for problem in result.problems] == ["raccord.consent.needs_person"]


def test_a_person_who_adds_a_contact_with_a_yes_is_believed(project: Project) -> None:
    gone = cast.a_contact(project, "opted_out")
    changes.delete(project, [gone.pk], origin=BY_MARKETER)
    values = {"email": gone.values["email"], "newsletter": "yes"}
    added = changes.create(project, values, origin=BY_MARKETER)
    assert added.values["newsletter"] == "yes"
    # Nobody showed them the refusal: it is no answer to one in another system.
    assert added.evidence["newsletter"]["saw_refusal"] is False
