"""Record ids: the checksum against ids of real orgs, and the forms that are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesforce_simulator.ids import make_id, normal_id, serial_of, with_checksum

RECORDED = [
    "0032o00003WauzJAAR",
    "0015500001QdQWaAAN",
    "0035500001H9cakAAB",
    "003J800000DeOXjIAN",
    "0014H00002x6HUhQAM",
    "0034H00002JsInQQAV",
    "001B000000UnQ2vIAF",
    "003RM0000068xVCYAY",
    "0038M0000016Wv8QAE",
    "006Ov000004iYzqIAE",
]


@pytest.mark.parametrize("known", RECORDED)
def test_checksum_of_recorded_ids(known: str) -> None:
    assert with_checksum(known[:15]) == known
    assert normal_id(known[:15]) == known


@pytest.mark.parametrize("known", RECORDED)
def test_lost_case_is_restored_from_the_checksum(known: str) -> None:
    assert normal_id(known.lower()) == known
    assert normal_id(known.upper()) == known


@given(st.integers(min_value=0, max_value=62**9 - 1))
def test_an_id_keeps_its_serial_in_both_lengths(serial: int) -> None:
    made = make_id("003", serial)
    assert len(made) == 18
    assert serial_of(made) == serial
    assert normal_id(made[:15]) == normal_id(made) == made


@given(st.text(max_size=20))
def test_any_other_text_is_no_id(text: str) -> None:
    found = normal_id(text)
    assert found is None or (len(found) == 18 and len(text) in (15, 18))
