"""What a comparison makes of a pair: the engine's own plan decides, and nothing is hidden by it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.mapping import pair_equal
from raccord.engine.plan import plan
from raccord.engine.reconcile import (
    DRIFT,
    NOTHING_KNOWN,
    Comparison,
    Known,
    Result,
    Why,
    compare,
    only_here,
    only_there,
)
from raccord.engine.records import (
    Action,
    BaseEntry,
    Direction,
    FieldPair,
    FieldType,
    OnlyThere,
    Rule,
    Successor,
    Value,
)
from raccord.engine.schema import RemoteType
from raccord.engine.value_pairs import ValuePair
from tests.unit.engine.cast import CONSENT, link, pair, remote, spec, subject, transfer, view

NAME = pair(spec("name"), remote("Name", max_length=10), rule=Rule.THEIRS)
AMOUNT = pair(
    spec("amount", FieldType.DECIMAL), remote("Amount", RemoteType.DECIMAL, precision=9, scale=2)
)

texts = st.sampled_from([None, "", "Ann", "ann", "Ann-Sophie", "Ann-Sophie Lee", "  Ann "])


def judged(
    each: FieldPair,
    ours: Value,
    theirs: Value,
    *,
    base: tuple[Value, Value] | None,
    known: Known = NOTHING_KNOWN,
    **settings: Any,
) -> Comparison:
    entries = {each.local.key: BaseEntry(*base, each.fingerprint)} if base is not None else {}
    whom = subject(
        {each.local.key: ours}, link=link(entries), view=view({each.remote.name: theirs})
    )
    return compare(whom, transfer(each, **settings), known=known)


def directed(direction: Direction) -> FieldPair:
    return pair(spec("name"), remote("Name", max_length=10), direction=direction)


@pytest.mark.parametrize(
    ("each", "ours", "theirs", "base", "result", "why"),
    [
        (NAME, "Ann", "Ann", ("Ann", "Ann"), Result.EQUAL, ""),
        (NAME, "Ann", "Bea", ("Ann", "Ann"), Result.DRIFTED, ""),
        (NAME, "Bea", "Ann", ("Ann", "Ann"), Result.DRIFTED, ""),
        (NAME, "Ann", "Bea", None, Result.DRIFTED, ""),
        (NAME, "Ann", "Bea", ("Ann", "Bea"), Result.SETTLED, Why.REWRITTEN),
        (NAME, "Ann-Sophie Lee", "Ann-Sophie", None, Result.SETTLED, Why.CUT),
        (AMOUNT, Decimal("1.005"), Decimal("1.01"), None, Result.SETTLED, Why.CUT),
        (directed(Direction.OUTBOUND), "Ann", "Bea", ("Ann", "Ann"), "settled", Why.OUTBOUND_ONLY),
        (directed(Direction.OUTBOUND), "Ann", "Bea", ("Ann", "Bea"), "settled", Why.OUTBOUND_ONLY),
        (directed(Direction.OUTBOUND), "Bea", "Ann", ("Ann", "Ann"), Result.DRIFTED, ""),
        (directed(Direction.INBOUND), "Bea", "Ann", ("Ann", "Ann"), "settled", Why.INBOUND_ONLY),
        (directed(Direction.INBOUND), "Ann", "Bea", ("Ann", "Ann"), Result.DRIFTED, ""),
        (CONSENT, None, False, (None, False), Result.EQUAL, ""),
        (CONSENT, "no", True, ("no", True), Result.EQUAL, ""),
        (CONSENT, "yes", False, ("yes", False), Result.EQUAL, ""),
        (CONSENT, "yes", True, ("yes", False), Result.DRIFTED, ""),
        (CONSENT, "no", False, (None, False), Result.DRIFTED, ""),
        (CONSENT, "no", False, ("no", True), Result.DRIFTED, ""),
    ],
)
def test_each_difference_has_its_name(
    *,
    each: FieldPair,
    ours: Value,
    theirs: Value,
    base: tuple[Value, Value] | None,
    result: str,
    why: str,
) -> None:
    found = judged(each, ours, theirs, base=base)
    assert (found.result, found.why) == (result, why)
    assert (found.fields == ()) == (found.result is Result.EQUAL)


def test_choices_that_stay_on_their_side_are_not_said_to_be_cut() -> None:
    table = (ValuePair("b", None), ValuePair(None, "C"))
    likes = pair(
        spec("likes", FieldType.MULTIPLE_CHOICE, choices=("A", "b")),
        remote("Likes", RemoteType.MULTIPICKLIST, choices=("A", "C")),
        value_pairs=table,
    )
    found = judged(likes, ("A", "b"), ("A", "C"), base=(("A", "b"), ("A", "C")))
    assert (found.result, found.why) == (Result.SETTLED, Why.LEFT_OUT)
    assert judged(likes, ("A",), ("A",), base=None).result is Result.EQUAL


def test_one_choice_that_stays_there_is_not_said_to_be_rewritten() -> None:
    table = (ValuePair(None, "C"),)
    title = pair(
        spec("title", FieldType.CHOICE, choices=("A", "b")),
        remote("Title", RemoteType.PICKLIST, choices=("A", "C")),
        value_pairs=table,
    )
    found = judged(title, "A", "C", base=("A", "C"))
    assert (found.result, found.why) == (Result.SETTLED, Why.LEFT_OUT)


def test_what_the_flow_knows_of_is_no_drift() -> None:
    drifted: dict[str, Any] = {"base": ("Ann", "Ann")}
    for known, result in (
        (Known(due=True), Result.WAITING),
        (Known(undecided=True), Result.UNDECIDED),
        (Known(held="raccord.code"), Result.HELD),
        (Known(due=True, held="raccord.code"), Result.WAITING),
    ):
        found = judged(NAME, "Ann", "Bea", known=known, **drifted)
        assert (found.result, found.fields) == (result, ("name",))


def test_what_waits_for_a_person_and_is_equal_after_all_is_equal() -> None:
    assert judged(NAME, "Ann", "Ann", base=None, known=Known(held="x")).result is Result.EQUAL


def test_a_write_that_may_not_happen_is_held_with_its_reason() -> None:
    found = judged(NAME, "Bea", "Ann", base=("Ann", "Ann"), operations=frozenset())
    assert (found.result, found.why) == (Result.HELD, "raccord.plan.operation_off")


def test_gone_needs_evidence() -> None:
    values: dict[str, Value] = {"Name": "Ann"}
    here = subject({"name": "Ann"}, link=link(), view=None)
    assert compare(here, transfer(NAME), known=NOTHING_KNOWN).result is Result.NOT_VISIBLE
    for seen, why in (
        (view(values, deleted=True), Why.DELETED_THERE),
        (view(values, deleted=True, merged_into="r2"), Why.MERGED_THERE),
        (view(values, converted_into=Successor("other", "o1")), Why.CONVERTED_THERE),
    ):
        whom = subject({"name": "Ann"}, link=link(), view=seen)
        found = compare(whom, transfer(NAME), known=NOTHING_KNOWN)
        assert (found.result, found.why) == (Result.GONE, why)
        assert compare(whom, transfer(NAME), known=Known(due=True)).result is Result.WAITING


def test_a_contact_deleted_here_is_no_drift_since_no_look_ever_deletes_a_record() -> None:
    whom = subject(None, link=link(), view=view({"Name": "Ann"}), operations=frozenset())
    found = compare(whom, transfer(NAME), known=NOTHING_KNOWN)
    assert (found.result, found.why) == (Result.SETTLED, Why.DELETED_HERE)
    assert compare(whom, transfer(NAME), known=Known(due=True)).result is Result.WAITING
    assert compare(whom, transfer(NAME), known=Known(undecided=True)).result is Result.UNDECIDED


@given(
    ours=texts,
    theirs=texts,
    base=st.none() | st.tuples(texts, texts),
    direction=st.sampled_from(Direction),
    rule=st.sampled_from(Rule),
    due=st.booleans(),
)
def test_drift_is_exactly_what_a_look_would_move(
    *,
    ours: Value,
    theirs: Value,
    base: tuple[Value, Value] | None,
    direction: Direction,
    rule: Rule,
    due: bool,
) -> None:
    """No drift: the mover would write nothing. Drift: it would write or ask. Never both, never
    silence, and equal is said of equals only."""
    each = pair(spec("name"), remote("Name", max_length=10), direction=direction, rule=rule)
    entries = {"name": BaseEntry(*base, each.fingerprint)} if base is not None else {}
    whom = subject({"name": ours}, link=link(entries), view=view({"Name": theirs}))
    made = plan(whom, transfer(each))
    moves = bool(made.writes or made.local or made.conflicts)
    found = compare(whom, transfer(each), known=Known(due=due))
    if due:
        assert (found.result is Result.WAITING) == moves or made.action is Action.HOLD
    else:
        assert (found.result is Result.DRIFTED) == moves
    if found.result is Result.EQUAL:
        assert pair_equal(each, ours, theirs)


@given(
    link_state=st.sampled_from(["", "gone", "ended", "let_go", "creating"]),
    elsewhere=st.booleans(),
    creates=st.booleans(),
    loading=st.booleans(),
    due=st.booleans(),
)
def test_a_contact_without_a_record_is_drift_only_if_it_should_have_one(
    link_state: str, elsewhere: bool, creates: bool, loading: bool, due: bool
) -> None:
    found = only_here(
        link=link_state, elsewhere=elsewhere, creates=creates, loading=loading, known=Known(due=due)
    )
    should = creates and not elsewhere and link_state in ("", "creating")
    assert (found.result in DRIFT) == (should and not due and not loading)


@pytest.mark.parametrize(
    ("state", "apart", "rule", "stands_for", "known", "result", "why"),
    [
        ("", False, OnlyThere.CREATE, 0, Known(), Result.ONLY_THERE, ""),
        ("", False, OnlyThere.CREATE, 0, Known(due=True), Result.WAITING, ""),
        ("", False, OnlyThere.CREATE, 2, Known(undecided=True), Result.UNDECIDED, ""),
        ("", False, OnlyThere.LINK, 1, Known(), Result.ONLY_THERE, ""),
        ("", False, OnlyThere.LINK, 0, Known(), Result.SETTLED, Why.NOBODY_HERE),
        ("", False, OnlyThere.LINK, 0, Known(due=True), Result.SETTLED, Why.NOBODY_HERE),
        ("", False, OnlyThere.IGNORE, 1, Known(), Result.SETTLED, Why.IGNORED),
        ("", True, OnlyThere.CREATE, 1, Known(), Result.SETTLED, Why.KEPT_APART),
        ("ended", False, OnlyThere.CREATE, 0, Known(), Result.SETTLED, Why.UNLINKED),
        ("gone", False, OnlyThere.LINK, 0, Known(), Result.ONLY_THERE, Why.CAME_BACK),
        ("gone", False, OnlyThere.LINK, 0, Known(due=True), Result.WAITING, ""),
        ("ending", False, OnlyThere.LINK, 0, Known(), Result.WAITING, ""),
    ],
)
def test_a_record_without_a_contact_is_drift_only_where_somebody_asked_for_it(
    *,
    state: str,
    apart: bool,
    rule: OnlyThere,
    stands_for: int,
    known: Known,
    result: Result,
    why: str,
) -> None:
    found = only_there(link=state, apart=apart, only_there=rule, stands_for=stands_for, known=known)
    assert (found.result, found.why) == (result, why)
