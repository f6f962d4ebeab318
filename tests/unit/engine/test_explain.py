"""What a view tells about a value that departed."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pytest

from raccord.engine.explain import arrived, explain_sent
from raccord.engine.records import BaseEntry, FieldPair, FieldType, Value
from raccord.engine.schema import RemoteType
from raccord.engine.transforms import ABSENT, Absent
from tests.unit.engine.cast import CONSENT, OUR_USER, SALES_REP, pair, remote, spec, transfer, view

NAME = pair(spec(), remote(max_length=5))
AMOUNT = pair(spec("n", FieldType.DECIMAL), remote("N", RemoteType.DECIMAL, scale=2))
SHOUTED = pair(spec(), remote(), transform="upper")


@dataclass(frozen=True)
class Case:
    name: str
    sent: Value
    seen: Value
    row: str
    after: tuple[Value, Value] | None = None
    base: tuple[Value, Value] | None = ("o", "o")
    before: Value | Absent = "o"
    by_us: bool = False
    pair: FieldPair = NAME


CASES = [
    Case("as it was", "abc", "abc", "taken", ("abc", "abc")),
    Case("trimmed", " abc", "abc", "taken", ("abc", "abc")),
    Case("cut", "abcdefg", "abcde", "taken", ("abcdefg", "abcde")),
    Case("in another case", "Abc", "abc", "taken", ("Abc", "abc")),
    Case("rounded", Decimal("1.005"), Decimal("1.01"), "taken",
         (Decimal("1.005"), Decimal("1.01")), pair=AMOUNT),
    Case("never arrived", "abc", "o", "not_arrived"),
    Case("never arrived, though our user wrote another field", "abc", "x", "not_arrived",
         before="x", by_us=True),
    Case("never arrived, case change", "O", "o", "not_arrived"),
    Case("settled, then put back there", "abc", "o", "changed_there", base=("abc", "abc"),
         before=ABSENT),
    Case("settled, then taken in another case", "Abc", "abc", "taken", ("Abc", "abc"),
         base=("Abc", "Abc"), before=ABSENT),
    Case("rewritten by their automation", "abc", "+abc", "rewritten", ("abc", "+abc"), by_us=True),
    Case("edited there since", "abc", "xyz", "changed_there"),
    Case("sent for the first time", "abc", "abc", "taken", ("abc", "abc"), base=None,
         before=ABSENT),
    Case("sent through a conversion with no way back", "BOB", "BOB", "taken", ("bob", "BOB"),
         base=("bob", "BOB"), before=ABSENT, pair=SHOUTED),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_explained(case: Case) -> None:
    each = case.pair
    explanation = explain_sent(
        each,
        sent=case.sent,
        seen=case.seen,
        base=None if case.base is None else BaseEntry(*case.base, each.fingerprint),
        before=case.before,
        by_us=case.by_us,
    )
    assert explanation.row == case.row
    after = explanation.base and (explanation.base.ours, explanation.base.theirs)
    assert after == case.after


def test_a_yes_that_settled_stays_a_yes_although_the_box_can_not_say_so() -> None:
    entry = BaseEntry("yes", False, CONSENT.fingerprint)
    explanation = explain_sent(CONSENT, sent=False, seen=False, base=entry)
    assert explanation.base == entry


@pytest.mark.parametrize(
    ("shown", "by", "proven"),
    [
        ({"OptedOut": True}, OUR_USER, True),
        ({"OptedOut": True}, SALES_REP, False),
        ({"OptedOut": False}, OUR_USER, False),
        ({}, OUR_USER, False),
    ],
)
def test_only_our_own_hand_proves_that_a_write_arrived(
    shown: dict[str, Value], by: str, proven: bool
) -> None:
    spoken = {"OptedOut": True}
    seen = view(shown, by=by)
    before = {"OptedOut": False}
    assert arrived(transfer(CONSENT), sent=spoken, before=before, view=seen) is proven
