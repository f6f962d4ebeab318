"""Which fields may be paired, and what a person is told."""

from __future__ import annotations

from typing import Any

import pytest

from raccord.engine.compatibility import Compatible, Incompatible, check
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction, FieldSpec, FieldType
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.sentences import SENTENCES
from raccord.engine.transforms import conversion
from tests.unit.engine.cast import remote, spec

T, R = FieldType, RemoteType
OUT, IN, BOTH = Direction.OUTBOUND, Direction.INBOUND, Direction.BOTH

REFUSED: list[tuple[FieldSpec, RemoteField, Direction, str]] = [
    (spec(), remote(type=R.ID), OUT, "remote_is_id"),
    (spec(), remote(type=R.REFERENCE), OUT, "remote_is_reference"),
    (spec(), remote(type=R.OTHER), IN, "remote_type_unknown"),
    (spec(), remote(createable=False, updateable=False), OUT, "remote_is_read_only"),
    (spec(), remote(createable=False, updateable=False), BOTH, "remote_is_read_only"),
    (spec(type=T.CONSENT), remote(), OUT, "consent_needs_a_box"),
    (spec(type=T.BOOLEAN), remote(type=R.OPT_OUT), OUT, "opt_out_needs_consent"),
    (spec(type=T.DATE), remote(type=R.DATETIME), OUT, "date_and_time"),
    (spec(type=T.DATETIME), remote(type=R.DATE), IN, "date_and_time"),
    (spec(), remote(type=R.INTEGER), OUT, "types_do_not_convert"),
    (spec(type=T.DECIMAL), remote(type=R.BOOLEAN), OUT, "types_do_not_convert"),
    (spec(type=T.CHOICE), remote(type=R.MULTIPICKLIST), BOTH, "several_into_one"),
]


@pytest.mark.parametrize(("local", "there", "direction", "reason"), REFUSED)
def test_refused_with_the_reason(
    local: FieldSpec, there: RemoteField, direction: Direction, reason: str
) -> None:
    verdict = check(local, there, direction)
    assert isinstance(verdict, Incompatible)
    assert verdict.code == f"raccord.mapping.{reason}"
    assert isinstance(verdict.failure(at="line 3"), BadInput)
    sentence = SENTENCES[verdict.code][0]
    assert sentence % verdict.params


def test_a_read_only_field_may_still_flow_to_us() -> None:
    read_only = remote(createable=False, updateable=False)
    assert isinstance(check(spec(), read_only, IN), Compatible)


@pytest.mark.parametrize(
    ("local", "there", "transforms"),
    [
        (spec(), remote(), ("", "upper", "lower")),
        (spec(), remote(type=R.PICKLIST), ("",)),
        (spec(type=T.BOOLEAN), remote(type=R.BOOLEAN), ("", "not")),
        (spec(type=T.CONSENT), remote(type=R.OPT_OUT), ("consent_to_opt_out",)),
        (spec(type=T.CONSENT), remote(type=R.BOOLEAN), ("", "consent_to_opt_out")),
    ],
)
def test_the_transforms_to_choose_from_the_usual_one_first(
    local: FieldSpec, there: RemoteField, transforms: tuple[str, ...]
) -> None:
    verdict = check(local, there, OUT)
    assert isinstance(verdict, Compatible)
    assert verdict.transforms == transforms


TWO_COLOURS: dict[str, Any] = {"choices": ("Red", "Blue"), "restricted": True, "type": R.PICKLIST}
WARNED: list[tuple[FieldSpec, RemoteField, Direction, list[str]]] = [
    (spec(max_length=10), remote(max_length=10), BOTH, []),
    (spec(), remote(max_length=40), OUT, ["longer_than_there"]),
    (spec(max_length=10), remote(max_length=40), IN, ["longer_than_here"]),
    (spec(), remote(updateable=False), OUT, ["only_at_creation"]),
    (spec(), remote(createable=False), OUT, ["only_after_creation"]),
    (spec(), remote(**TWO_COLOURS), OUT, ["restricted_list"]),
    (spec(type=T.CHOICE, choices=("Red", "Pink")), remote(**TWO_COLOURS), OUT,
     ["values_missing_there"]),
    (spec(type=T.CHOICE, choices=("Red",)), remote(**TWO_COLOURS), IN, ["values_missing_here"]),
    (spec(type=T.CHOICE, choices=("Red", "Blue")), remote(**TWO_COLOURS), BOTH, []),
    (spec(max_length=5), remote(type=R.EMAIL), OUT, ["checked_there"]),
    (spec(type=T.EMAIL), remote(max_length=254), IN, ["checked_here"]),
    (spec(type=T.DATE), remote(), BOTH, ["may_not_convert_back"]),
    (spec(type=T.DECIMAL, decimal_places=4), remote(type=R.DECIMAL, scale=2), OUT,
     ["rounded_there"]),
]  # fmt: skip


@pytest.mark.parametrize(("local", "there", "direction", "warnings"), WARNED)
def test_warned_of_what_some_values_will_meet(
    local: FieldSpec, there: RemoteField, direction: Direction, warnings: list[str]
) -> None:
    verdict = check(local, there, direction)
    assert isinstance(verdict, Compatible)
    assert [each.code for each in verdict.warnings] == [f"raccord.mapping.{w}" for w in warnings]
    for each in verdict.warnings:
        assert SENTENCES[each.code][0] % each.params


def test_the_missing_values_are_named() -> None:
    verdict = check(
        spec(type=T.CHOICE, choices=("Red", "Pink", "Blue")), remote(**TWO_COLOURS), OUT
    )
    assert isinstance(verdict, Compatible)
    assert verdict.warnings[0].params["values"] == "Pink"


@pytest.mark.parametrize("local", list(T))
@pytest.mark.parametrize("there", list(R))
@pytest.mark.parametrize("direction", list(Direction))
def test_every_transform_that_is_offered_exists(
    local: FieldType, there: RemoteType, direction: Direction
) -> None:
    verdict = check(spec(type=local), remote(type=there), direction)
    if isinstance(verdict, Compatible):
        assert verdict.transforms
        assert all(conversion(local, there, name) for name in verdict.transforms)
    else:
        assert verdict.code in SENTENCES
