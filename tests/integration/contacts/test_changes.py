"""Writing contacts: what is written, what is logged, what becomes due, what is refused."""

from __future__ import annotations

import pytest

from raccord.contacts import changes, projects
from raccord.contacts.changes import ContactChange, InvalidContact, Mode, Outcome
from raccord.contacts.models import Contact, OutboxItem, Project
from raccord.engine.records import FieldType
from tests import cast
from tests.cast import BY_MARKETER
from tests.integration.contacts.looking import BY_IMPORT, BY_SYNC, codes, item_of, log_of, settle

pytestmark = pytest.mark.django_db


def test_the_whole_cast_is_stored_as_it_was_given(project: Project) -> None:
    made = cast.the_cast(project)
    for who, given in cast.CONTACTS.items():
        expected = {**given, "email": given["email"].lower()}
        assert made[who].values == {k: v.strip() for k, v in expected.items()}, who


def test_a_created_contact_is_logged_and_becomes_due(project: Project) -> None:
    subscription = cast.a_subscription(project)
    contact = cast.a_contact(project, "accents")
    (logged,) = log_of(contact)
    assert logged == ("created", {key: [None, value] for key, value in contact.values.items()})
    item = item_of(contact)
    assert (item.subscription_id, item.operations, item.priority) == (
        subscription.pk,
        ["created"],
        1,
    )


def test_a_contact_is_refused_with_every_reason_at_once(project: Project) -> None:
    with pytest.raises(InvalidContact) as refused:
        changes.create(project, {"birthdate": "2023-02-30", "shoe_size": "42"}, origin=BY_MARKETER)
    assert codes(refused) == {
        "birthdate": "raccord.value.date",
        "shoe_size": "raccord.contact.unknown_field",
        "email": "raccord.value.required",
    }
    assert not Contact.objects.exists()


def test_a_second_contact_of_the_same_key_is_refused(project: Project) -> None:
    cast.a_contact(project, "upper_case")
    with pytest.raises(InvalidContact) as refused:
        changes.create(project, {"email": "Hans.Muller@example.org"}, origin=BY_MARKETER)
    assert codes(refused) == {"email": "raccord.contact.key_taken"}


def test_a_project_without_a_unique_key_takes_no_contacts() -> None:
    project = projects.create_project("Keyless")
    projects.add_field(project, key="name", type=FieldType.TEXT)
    with pytest.raises(InvalidContact) as refused:
        changes.create(project, {"name": "x"}, origin=BY_MARKETER)
    assert codes(refused) == {"": "raccord.contact.no_key"}


def test_an_edit_writes_and_logs_only_what_differs(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project)
    settle(contact)
    result = changes.edit(
        project, contact.pk, {"first_name": "Jane ", "city": "Lyon"}, origin=BY_MARKETER
    )
    assert result.changed
    assert result.contact.values == {**contact.values, "city": "Lyon"}
    assert log_of(contact)[1:] == [("updated", {"city": [None, "Lyon"]})]
    assert item_of(contact).operations == ["updated"]


def test_an_edit_that_changes_nothing_leaves_no_trace(project: Project) -> None:
    cast.a_subscription(project)
    contact = cast.a_contact(project)
    settle(contact)
    result = changes.edit(
        project, contact.pk, {"email": "JANE.smith@example.org"}, origin=BY_MARKETER
    )
    assert not result.changed
    assert result.contact.updated_at == contact.updated_at
    assert len(log_of(contact)) == 1
    assert not OutboxItem.objects.exists()


def test_a_posted_value_equal_to_the_rendered_one_is_no_change(project: Project) -> None:
    contact = cast.a_contact(project, city="Paris")
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    form = {"city": "Paris", "company": ""}
    result = changes.edit(
        project, contact.pk, {**form, "company": "Acme"}, rendered=form, origin=BY_MARKETER
    )
    assert result.contact.values["city"] == "Lyon"
    assert result.contact.values["company"] == "Acme"


def test_a_field_changed_on_both_sides_of_a_form_is_shown_and_nothing_written(
    project: Project,
) -> None:
    contact = cast.a_contact(project, city="Paris")
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    result = changes.edit(
        project,
        contact.pk,
        {"city": "Nice", "company": "Acme"},
        rendered={"city": "Paris", "company": ""},
        origin=BY_MARKETER,
    )
    assert not result.changed
    assert result.clashes == {"city": changes.Clash("Paris", "Lyon", "Nice")}
    assert result.contact.values["city"] == "Lyon"
    assert "company" not in result.contact.values


def test_both_sides_of_a_form_making_the_same_change_is_no_clash(project: Project) -> None:
    contact = cast.a_contact(project, city="Paris")
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    result = changes.edit(
        project, contact.pk, {"city": "Lyon"}, rendered={"city": "Paris"}, origin=BY_MARKETER
    )
    assert (result.changed, result.clashes) == (False, {})


def test_a_field_is_cleared_unless_it_is_required(project: Project) -> None:
    contact = cast.a_contact(project)
    result = changes.edit(project, contact.pk, {"first_name": ""}, origin=BY_MARKETER)
    assert "first_name" not in result.contact.values
    with pytest.raises(InvalidContact) as refused:
        changes.edit(project, contact.pk, {"email": " "}, origin=BY_MARKETER)
    assert codes(refused) == {"email": "raccord.value.required"}


def test_the_unique_key_can_change_to_a_free_one_only(project: Project) -> None:
    contact = cast.a_contact(project)
    other = cast.a_contact(project, "accents")
    with pytest.raises(InvalidContact) as refused:
        changes.edit(project, contact.pk, {"email": other.values["email"]}, origin=BY_MARKETER)
    assert codes(refused) == {"email": "raccord.contact.key_taken"}
    result = changes.edit(project, contact.pk, {"email": "NEW@example.org"}, origin=BY_MARKETER)
    assert result.contact.key == "new@example.org"
    assert cast.a_contact(project).pk != contact.pk, "the old key is free again"


def test_the_key_of_a_deleted_contact_can_be_taken_over(project: Project) -> None:
    gone = cast.a_contact(project, "accents")
    changes.delete(project, [gone.pk], origin=BY_MARKETER)
    contact = cast.a_contact(project)
    changes.edit(project, contact.pk, {"email": gone.values["email"]}, origin=BY_MARKETER)
    contact.refresh_from_db()
    assert contact.key == gone.key
    assert Contact.objects.get(pk=gone.pk).deleted_at is not None


def test_another_projects_contact_cannot_be_edited_or_deleted(project: Project) -> None:
    contact = cast.a_contact(cast.a_project("Other"))
    with pytest.raises(Contact.DoesNotExist):
        changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    assert changes.delete(project, [contact.pk], origin=BY_MARKETER) == 0


def test_many_changes_answer_in_their_order(project: Project) -> None:
    cast.a_contact(project)
    rows = [
        ContactChange({"email": "new@example.org", "city": "Lyon"}),
        ContactChange({"email": "jane.smith@example.org", "city": "Nice"}),
        ContactChange({"email": "jane.smith@example.org", "first_name": "Jane"}),
        ContactChange({"city": "Nowhere"}),
        ContactChange({"email": "x@example.org", "shoe_size": "1"}),
        ContactChange({"email": "new@example.org", "city": "Metz"}),
    ]
    results = changes.apply_many(project, rows, origin=BY_IMPORT)
    assert [result.outcome for result in results] == [
        Outcome.CREATED,
        Outcome.UPDATED,
        Outcome.UNCHANGED,
        Outcome.REJECTED,
        Outcome.REJECTED,
        Outcome.UPDATED,
    ]
    assert results[0].contact == results[5].contact
    assert results[3].problems[0].code == "raccord.value.required"
    assert results[4].problems[0].code == "raccord.contact.unknown_field"
    assert Contact.objects.get(key="new@example.org").values["city"] == "Metz"


def test_modes_add_only_or_update_only(project: Project) -> None:
    cast.a_contact(project)
    rows = [
        ContactChange({"email": "jane.smith@example.org", "city": "Nice"}),
        ContactChange({"email": "new@example.org"}),
    ]
    updated = changes.apply_many(project, rows, origin=BY_IMPORT, mode=Mode.UPDATE)
    assert [result.outcome for result in updated] == [Outcome.UPDATED, Outcome.REJECTED]
    added = changes.apply_many(project, rows, origin=BY_IMPORT, mode=Mode.ADD)
    assert [result.outcome for result in added] == [Outcome.REJECTED, Outcome.CREATED]
    assert added[0].problems[0].code == "raccord.contact.key_taken"


def test_two_contacts_that_want_one_key_do_not_both_get_it(project: Project) -> None:
    made = cast.the_cast(project)
    ids = [made["plain"].pk, made["accents"].pk]
    rows = [ContactChange({"email": "one@example.org"}, contact) for contact in ids]
    results = changes.apply_by_id(project, rows, origin=BY_SYNC)
    assert [result.outcome for result in results] == [Outcome.UPDATED, Outcome.REJECTED]
    assert results[1].problems[0].code == "raccord.contact.key_taken"


def test_a_sync_write_decided_on_an_older_value_is_a_clash(project: Project) -> None:
    contact = cast.a_contact(project, city="Paris")
    changes.edit(project, contact.pk, {"city": "Lyon"}, origin=BY_MARKETER)
    change = ContactChange({"city": "Nice"}, contact.pk, rendered={"city": "Paris"})
    (result,) = changes.apply_by_id(project, [change], origin=BY_SYNC)
    assert result.outcome is Outcome.REJECTED
    assert set(result.clashes) == {"city"}


def test_a_sync_write_that_the_field_does_not_allow_is_rejected(project: Project) -> None:
    contact = cast.a_contact(project)
    change = ContactChange({"city": "x" * 256, "title": "nul\x00"}, contact.pk)
    (result,) = changes.apply_by_id(project, [change], origin=BY_SYNC)
    assert result.outcome is Outcome.REJECTED
    assert [(problem.at, problem.code) for problem in result.problems] == [
        ("city", "raccord.value.too_long"),
        ("title", "raccord.value.control_character"),
    ]


def test_thousands_of_contacts_cost_as_many_statements_as_one(
    project: Project, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    cast.a_subscription(project)
    rows = [ContactChange({"email": f"p{n}@example.org"}) for n in range(5_000)]
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        changes.apply_many(project, rows, origin=BY_IMPORT)
    assert OutboxItem.objects.count() == 5_000
    with pytest.raises(ValueError, match="5001 contacts"):
        changes.apply_many(project, [*rows, rows[0]], origin=BY_IMPORT)
