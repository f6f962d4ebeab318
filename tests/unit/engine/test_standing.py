"""Whether both sides hold the same, and if not, why: said from what they held last."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.engine.merge import MergeContext, Step, merge
from raccord.engine.records import BaseEntry, Direction, FieldPair, FieldType, Rule, Value
from raccord.engine.schema import RemoteType
from raccord.engine.standing import Standing, standing
from tests.unit.engine.cast import CONSENT, pair, remote, spec

BOTH, OUT, IN = pair(), pair(direction=Direction.OUTBOUND), pair(direction=Direction.INBOUND)
CUT = pair(other=remote(max_length=3))
UNFIT = pair(spec(type=FieldType.DATE), remote(type=RemoteType.BOOLEAN))


@pytest.mark.parametrize(
    ("fields", "ours", "base", "stands"),
    [
        (BOTH, "a", ("a", "a"), Standing.SAME),
        (BOTH, " a", ("b", "a"), Standing.SAME),
        (CUT, "abcdef", ("abcdef", "abc"), Standing.SAME),
        (BOTH, "b", ("a", "a"), Standing.TO_SEND),
        (BOTH, "a", ("a", "A!"), Standing.REWRITTEN),
        (OUT, "a", ("a", "b"), Standing.NOT_TAKEN),
        (OUT, "b", ("a", "a"), Standing.TO_SEND),
        (IN, "b", ("b", "a"), Standing.NOT_SENT),
        (IN, "b", ("a", "a"), Standing.NOT_SENT),
        (BOTH, "a", None, Standing.NOT_COMPARED),
        (UNFIT, None, (None, False), Standing.UNFIT),
        (CONSENT, "no", ("no", True), Standing.SAME),
        (CONSENT, None, (None, False), Standing.SAME),
        (CONSENT, "no", (None, False), Standing.TO_SEND),
    ],
)
def test_how_it_stands(
    fields: FieldPair, ours: Value, base: tuple[Value, Value] | None, stands: Standing
) -> None:
    entry = BaseEntry(*base, fields.fingerprint) if base else None
    assert standing(fields, ours=ours, base=entry) is stands


def test_an_entry_of_another_pair_of_fields_says_nothing() -> None:
    assert standing(BOTH, ours="a", base=BaseEntry("a", "a", "older")) is Standing.NOT_COMPARED


TEXTS = st.sampled_from([None, "a", "A", "b"])


@given(st.sampled_from(Direction), st.sampled_from(Rule), TEXTS, TEXTS, TEXTS)
def test_it_says_to_send_exactly_where_the_merge_would_send(
    direction: Direction, rule: Rule, ours: Value, then: Value, theirs: Value
) -> None:
    fields = pair(direction=direction, rule=rule)
    base = BaseEntry(then, theirs, fields.fingerprint)
    verdict = merge(fields, ours=ours, theirs=theirs, base=base, context=MergeContext())
    to_send = standing(fields, ours=ours, base=base) is Standing.TO_SEND
    assert to_send == (verdict.step is Step.TO_THEM)
