"""One contact's plan: what is written, held, parked, and why."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.errors import Failure, MatchAmbiguous, PermissionMissing, RemoteGone
from raccord.engine.mapping import pair_equal
from raccord.engine.plan import plan
from raccord.engine.records import (
    Action,
    BaseEntry,
    ConsentEvidence,
    Decision,
    Direction,
    FieldPair,
    FieldType,
    FirstLinkRule,
    Operation,
    Plan,
    Value,
)
from raccord.engine.schema import RemoteType
from tests.unit.engine.cast import (
    CONSENT,
    EMAIL,
    LAST_NAME,
    OUR_USER,
    link,
    pair,
    remote,
    spec,
    subject,
    transfer,
    view,
)

ANN: dict[str, Value] = {"email": "ann@x.fr", "last_name": "Lee", "newsletter": None}
ANN_THERE: dict[str, Value] = {"Email": "ann@x.fr", "LastName": "Lee", "OptedOut": False}
AGREED = {
    "email": BaseEntry("ann@x.fr", "ann@x.fr", EMAIL.fingerprint),
    "last_name": BaseEntry("Lee", "Lee", LAST_NAME.fingerprint),
    "newsletter": BaseEntry(None, False, CONSENT.fingerprint),
}
TO_EVERY = transfer()


def without(*operations: Operation) -> Any:
    return transfer(operations=frozenset(set(Operation) - set(operations)))


def code(made: Plan) -> str:
    return made.failure.code if isinstance(made.failure, Failure) else ""


# Unlinked ---------------------------------------------------------------------------------


def test_an_unknown_person_is_created_with_all_that_is_not_empty() -> None:
    made = plan(subject(ANN), TO_EVERY)
    assert made.action is Action.CREATE
    assert made.writes == {"Email": "ann@x.fr", "LastName": "Lee"}
    assert made.before == {}
    assert set(made.base) == {"email", "last_name"}
    assert Decision("newsletter", "nothing", "consent.nothing_to_say") in made.decisions
    assert not made.tightens


def test_creation_leaves_out_what_can_not_or_must_not_flow() -> None:
    fixed = pair(spec("score"), remote("Score", createable=False))
    inbound = pair(spec("owner"), remote("Owner"), direction=Direction.INBOUND)
    broken = pair(spec("day", FieldType.DATE), remote("Day", RemoteType.BOOLEAN))
    local = {"email": "ann@x.fr", "score": "1", "owner": "o", "day": "2026-01-01"}
    made = plan(subject(local), transfer(EMAIL, fixed, inbound, broken))
    assert made.writes == {"Email": "ann@x.fr"}
    assert {each.field: each.reason for each in made.decisions} == {
        "email": "created",
        "score": "not_createable",
        "owner": "inbound_only",
        "day": "raccord.mapping.cannot_convert",
    }


@pytest.mark.parametrize(
    ("said", "opt_out", "opt_in"),
    [("no", {"OptedOut": True}, {"OptIn": False}), ("yes", {}, {"OptIn": True}), (None, {}, {})],
)
def test_creation_says_a_refusal_and_says_yes_only_where_that_can_be_said(
    said: Value, opt_out: dict[str, Value], opt_in: dict[str, Value]
) -> None:
    ticked = pair(spec("newsletter", FieldType.CONSENT), remote("OptIn", RemoteType.BOOLEAN))
    assert plan(subject({"newsletter": said}), transfer(CONSENT)).writes == opt_out
    assert plan(subject({"newsletter": said}), transfer(ticked)).writes == opt_in


def test_parked_when_the_other_side_requires_what_is_empty() -> None:
    made = plan(subject(ANN | {"last_name": None}), TO_EVERY)
    assert made.action is Action.PARK
    assert code(made) == "raccord.plan.required_missing"
    assert made.failure is not None
    assert made.failure.params["remote"] == "LastName"


def test_held_when_creating_is_not_wanted() -> None:
    assert plan(subject(ANN), without(Operation.CREATED)).action is Action.HOLD
    made = plan(subject(ANN), transfer(create=False))
    assert (made.action, code(made)) == (Action.HOLD, "raccord.plan.create_off")


def test_one_counterpart_is_linked_and_merged_as_a_first_meeting() -> None:
    there = ANN_THERE | {"LastName": "Lee-Smith"}
    made = plan(subject(ANN, candidates=(view(there, id="r9"),)), TO_EVERY)
    assert (made.action, made.link_to) == (Action.NOTHING, "r9")
    assert made.local == {"last_name": "Lee-Smith"}
    assert made.base["last_name"].theirs == "Lee-Smith"
    assert "last_name" not in made.base_seen
    ours = transfer(first_link_rule=FirstLinkRule.OURS)
    made = plan(subject(ANN, candidates=(view(there, id="r9"),)), ours)
    assert (made.action, made.link_to, made.writes) == (Action.UPDATE, "r9", {"LastName": "Lee"})


def test_several_counterparts_are_nobody_s_to_guess() -> None:
    two = (view(ANN_THERE, id="r1"), view(ANN_THERE, id="r2"))
    made = plan(subject(ANN, candidates=two), TO_EVERY)
    assert made.action is Action.PARK
    assert isinstance(made.failure, MatchAmbiguous)
    assert made.failure.candidates == ("r1", "r2")
    assert not made.writes


# Linked -----------------------------------------------------------------------------------


def test_only_what_changed_is_sent_and_nothing_when_nothing_did() -> None:
    linked: dict[str, Any] = {"link": link(AGREED), "view": view(ANN_THERE)}
    made = plan(subject(ANN, **linked), TO_EVERY)
    assert (made.action, made.writes) == (Action.NOTHING, {})
    made = plan(subject(ANN | {"last_name": "Léa"}, **linked), TO_EVERY)
    assert (made.action, made.writes) == (Action.UPDATE, {"LastName": "Léa"})
    assert made.before == {"LastName": "Lee"}
    assert made.base["last_name"] == BaseEntry("Léa", "Léa", LAST_NAME.fingerprint)
    assert made.base_seen["last_name"] == AGREED["last_name"]


def test_a_linked_record_that_is_not_returned_changes_nothing() -> None:
    made = plan(subject(ANN, link=link(AGREED)), TO_EVERY)
    assert made.action is Action.LOOK_AGAIN
    assert isinstance(made.failure, PermissionMissing)
    assert not made.base


def test_a_deleted_counterpart_is_left_alone_and_a_merged_one_followed() -> None:
    gone = view(ANN_THERE, deleted=True)
    made = plan(subject(ANN, link=link(AGREED), view=gone), TO_EVERY)
    assert made.action is Action.HOLD
    assert isinstance(made.failure, RemoteGone)
    merged = view(ANN_THERE, deleted=True, merged_into="r2")
    made = plan(subject(ANN, link=link(AGREED), view=merged), TO_EVERY)
    assert (made.action, made.link_to) == (Action.LOOK_AGAIN, "r2")


def test_a_field_that_is_not_readable_is_held_and_the_others_go_on() -> None:
    there: dict[str, Value] = {"Email": "old@x.fr", "OptedOut": False}
    base = AGREED | {"email": BaseEntry("old@x.fr", "old@x.fr", EMAIL.fingerprint)}
    made = plan(subject(ANN | {"last_name": "X"}, link=link(base), view=view(there)), TO_EVERY)
    assert made.writes == {"Email": "ann@x.fr"}
    assert Decision("last_name", "held", "raccord.plan.field_not_visible") in made.decisions
    assert "last_name" not in made.base


def test_both_changed_and_to_be_asked_is_one_conflict_and_no_obstacle_for_the_rest() -> None:
    asked = pair(spec("city"), remote("City"))
    base = AGREED | {"city": BaseEntry("o", "o", asked.fingerprint)}
    made = plan(
        subject(
            ANN | {"city": "a", "last_name": "Léa"},
            link=link(base),
            view=view(ANN_THERE | {"City": "b"}),
        ),
        transfer(EMAIL, LAST_NAME, asked),
    )
    assert made.conflicts == ("city",)
    assert made.writes == {"LastName": "Léa"}
    assert made.base_seen["city"] == base["city"]


def test_a_value_that_departed_is_explained_before_anything_is_compared() -> None:
    cut = pair(spec("last_name"), remote("LastName", max_length=3))
    base = {"last_name": BaseEntry("Lee", "Lee", cut.fingerprint)}
    made = plan(
        subject(
            {"last_name": "Leeward"},
            link=link(base, sent={"LastName": "Leeds"}, before={"LastName": "Old"}),
            view=view({"LastName": "Lee"}, by=OUR_USER),
        ),
        transfer(cut),
    )
    assert Decision("last_name", "explained", "taken") in made.decisions
    assert made.action is Action.NOTHING
    assert made.base_seen["last_name"] == BaseEntry("Leeward", "Lee", cut.fingerprint)


# Operations -------------------------------------------------------------------------------

RENAMED = subject(ANN | {"last_name": "Léa"}, link=link(AGREED), view=view(ANN_THERE))


def test_an_operation_that_is_not_ticked_holds_its_writes_and_leaves_the_base() -> None:
    made = plan(RENAMED, without(Operation.UPDATED))
    assert (made.action, code(made)) == (Action.HOLD, "raccord.plan.operation_off")
    assert made.failure is not None
    assert made.failure.params["operation"] == "updated"
    assert made.base["last_name"] == AGREED["last_name"]
    assert plan(RENAMED, without(Operation.CREATED)).action is Action.UPDATE


def test_a_first_link_may_write_because_the_contact_was_created() -> None:
    new = subject(
        ANN, candidates=(view(ANN_THERE | {"LastName": None}),), operations={Operation.CREATED}
    )
    assert plan(new, without(Operation.UPDATED)).writes == {"LastName": "Lee"}
    assert plan(new, without(Operation.UPDATED, Operation.CREATED)).action is Action.HOLD


def test_tightening_is_never_held() -> None:
    refusing = subject(ANN | {"newsletter": "no"}, link=link(AGREED), view=view(ANN_THERE))
    made = plan(refusing, transfer(operations=frozenset()))
    assert (made.action, made.writes, made.tightens) == (Action.UPDATE, {"OptedOut": True}, True)


def test_loosening_needs_its_operation_and_proof() -> None:
    proof = {"newsletter": ConsentEvidence(by_person=True, saw_refusal=True)}
    lifted = subject(
        ANN | {"newsletter": "yes"},
        link=link(AGREED | {"newsletter": BaseEntry("no", True, CONSENT.fingerprint)}),
        view=view(ANN_THERE | {"OptedOut": True}),
        evidence=proof,
    )
    assert plan(lifted, TO_EVERY).writes == {"OptedOut": False}
    assert plan(lifted, without(Operation.CONSENT_CHANGED)).action is Action.HOLD


@pytest.mark.parametrize(
    ("linked", "ticked", "action"),
    [
        (True, True, Action.DELETE),
        (True, False, Action.NOTHING),
        (False, True, Action.NOTHING),
    ],
)
def test_a_deleted_contact(linked: bool, ticked: bool, action: Action) -> None:
    told = frozenset({Operation.DELETED})
    gone = subject(None, link=link(AGREED) if linked else None, operations=told)
    made = plan(gone, TO_EVERY if ticked else without(Operation.DELETED))
    assert made.action is action
    assert len(made.decisions) == 1


# Whatever both sides hold -----------------------------------------------------------------

PAIRS = (EMAIL, LAST_NAME, CONSENT)
WORDS = st.sampled_from([None, "a@x.fr", "A@X.fr", "b@x.fr", "Lee", "Lee "])
OURS = st.fixed_dictionaries(
    {"email": WORDS, "last_name": WORDS, "newsletter": st.sampled_from(["yes", "no", None])}
)
THEIRS = st.fixed_dictionaries({"Email": WORDS, "LastName": WORDS, "OptedOut": st.booleans()})


def entries(ours: dict[str, Value], theirs: dict[str, Value]) -> dict[str, BaseEntry]:
    return {
        p.local.key: BaseEntry(ours[p.local.key], theirs[p.remote.name], p.fingerprint)
        for p in PAIRS
    }


@given(OURS, THEIRS, OURS, THEIRS, st.sets(st.sampled_from(list(Operation))))
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    ours: dict[str, Value],
    theirs: dict[str, Value],
    ours_then: dict[str, Value],
    theirs_then: dict[str, Value],
    ticked: set[Operation],
) -> None:
    to = transfer(operations=frozenset(ticked))
    base = entries(ours_then, theirs_then)
    made = plan(subject(ours, link=link(base), view=view(theirs)), to)
    assert {each.field for each in made.decisions} == {p.local.key for p in PAIRS}
    for each in PAIRS:
        if each.remote.name in made.writes and each is not CONSENT:
            assert not unneeded(each, ours, theirs)
    after_ours, after_theirs = {**ours, **made.local}, {**theirs, **made.writes}
    settled = link(dict(made.base), sent=made.writes or None)
    again = plan(subject(after_ours, link=settled, view=view(after_theirs, by=OUR_USER)), to)
    assert (again.writes, again.local) == ({}, {})
    assert again.conflicts == tuple(key for key in made.conflicts if key not in made.local)


def unneeded(each: FieldPair, ours: dict[str, Value], theirs: dict[str, Value]) -> bool:
    return pair_equal(each, ours[each.local.key], theirs[each.remote.name])


@given(OURS, THEIRS)
def test_what_is_equal_on_both_sides_is_never_written(
    ours: dict[str, Value], theirs: dict[str, Value]
) -> None:
    made = plan(
        subject(ours, candidates=(view(theirs),)),
        transfer(match_fields=(("LastName", "last_name"),)),
    )
    if made.link_to is None:
        return
    for each in (EMAIL, LAST_NAME):
        if unneeded(each, ours, theirs):
            assert each.remote.name not in made.writes
            assert each.local.key not in made.local
