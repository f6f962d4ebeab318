"""What taking an entry of the history back means: decided without a database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from raccord.contacts import undo
from raccord.contacts.models import ChangeLogEntry
from raccord.contacts.project_fields import ProjectFields
from raccord.engine import values
from raccord.engine.records import FieldSpec, FieldType, Operation
from raccord.engine.values import Stored

SPECS = (
    FieldSpec("email", FieldType.EMAIL, "E-mail", required=True),
    FieldSpec("city", FieldType.TEXT, "City"),
    FieldSpec("size", FieldType.CHOICE, "Size", choices=("s", "l")),
    FieldSpec("born", FieldType.DATE, "Born"),
    FieldSpec("tags", FieldType.MULTIPLE_CHOICE, "Tags", choices=("a", "b")),
    FieldSpec("vip", FieldType.BOOLEAN, "VIP"),
    FieldSpec("news", FieldType.CONSENT, "News"),
)


def fields() -> ProjectFields:
    return ProjectFields(
        specs={spec.key: spec for spec in SPECS},
        key_specs=SPECS[:1],
        parsers={spec.key: values.parser(spec) for spec in SPECS},
        consents=frozenset({"news"}),
        required=("email",),
    )


def plan(changes: Mapping[str, tuple[Stored, Stored]], **now: Stored) -> undo.Undo:
    entry = ChangeLogEntry(id=1, operation=Operation.UPDATED, changes=dict(changes))
    return undo.planned(entry, fields=fields(), now=now)


def problems(found: undo.Undo) -> dict[str, str]:
    return {problem.at: problem.code for problem in found.problems}


def test_each_field_is_set_back_to_what_it_held() -> None:
    found = plan(
        {"city": ("Lyon", "Paris"), "born": (None, "2000-02-29"), "tags": (["a"], None)},
        city="Paris",
        born="2000-02-29",
    )
    assert [(each.spec.key, each.now, each.back) for each in found.fields] == [
        ("city", "Paris", "Lyon"),
        ("born", date(2000, 2, 29), None),
        ("tags", None, ("a",)),
    ]
    assert not any(each.changed_since for each in found.fields)
    assert found.problems == ()


def test_a_field_that_was_changed_since_says_so() -> None:
    (city,) = plan({"city": ("Lyon", "Paris")}, city="Nice").fields
    assert city.changed_since
    assert (city.now, city.back, city.after) == ("Nice", "Lyon", "Paris")


def test_what_is_as_it_was_needs_nothing() -> None:
    found = plan({"city": ("Lyon", "Paris")}, city=" Lyon ")
    assert (found.fields, found.problems) == ((), ())


def test_what_cannot_be_held_any_more_is_refused_with_its_reason() -> None:
    found = plan(
        {
            "email": (None, "a@example.org"),
            "size": ("xl", "s"),
            "born": ("next year", "2000-02-29"),
            "vip": ("no", True),
            "gone": ("x", "y"),
            "city": ("Lyon", "Paris"),
        },
        email="a@example.org",
        size="s",
        city="Paris",
    )
    assert [each.spec.key for each in found.fields] == ["city"]
    assert problems(found) == {
        "email": "raccord.value.required",
        "size": "raccord.value.choice",
        "born": "raccord.contact.other_type",
        "vip": "raccord.contact.other_type",
        "gone": "raccord.contact.field_gone",
    }


def test_only_taking_a_no_away_needs_to_be_answered_for() -> None:
    for before, after, lifts in (
        ("yes", "no", True),
        (None, "no", True),
        ("no", "yes", False),
        (None, "yes", False),
    ):
        (news,) = plan({"news": (before, after)}, news=after).fields
        assert news.lifts is lifts


stored = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text(), max_size=3)
keys = st.sampled_from([*(spec.key for spec in SPECS), "gone"])


@given(
    changes=st.dictionaries(keys, st.tuples(stored, stored)),
    now=st.dictionaries(keys, stored),
)
def test_whatever_the_log_holds_each_field_is_answered_once(
    changes: dict[str, tuple[Stored, Stored]], now: dict[str, Stored]
) -> None:
    """Fields change their type and go away; what was logged about them stays."""
    found = plan(changes, **now)
    answered = [each.spec.key for each in found.fields] + [each.at for each in found.problems]
    assert len(answered) == len(set(answered))
    assert set(answered) <= changes.keys()
    for each in found.fields:
        assert fields().parsers[each.spec.key](each.back) == each.back
