"""One catalogue: every code has its words, in both languages' catalogue, and says who can act."""

from __future__ import annotations

from raccord.connections import guidance
from raccord.connectors import registry
from raccord.engine.errors import BadInput, Failure, Transient, Who, who_acts
from raccord.engine.remedies import REMEDIES
from tools.reference import error_sentences


def test_every_code_says_who_acts_and_every_beginning_is_of_some_code() -> None:
    codes = error_sentences()
    assert all(isinstance(guidance.who_acts(code), Who) for code in codes)
    unused = {
        beginning
        for beginning in guidance._WHO
        if not any(code.startswith(beginning) for code in codes)
    }
    assert unused == set()
    assert {code for code in REMEDIES if code not in codes} == set()
    assert {code for code in registry.remedies() if code not in codes} == set()
    strangers = {code for code in registry.who() if code not in codes}
    assert strangers == set()


def test_a_fault_of_ours_is_for_whoever_looks_after_raccord() -> None:
    assert who_acts(Failure) is Who.OUR_ADMINISTRATOR
    assert who_acts(Transient) is Who.NOBODY and who_acts(BadInput) is Who.USER
    assert guidance.who_acts("raccord.internal") is Who.OUR_ADMINISTRATOR
    assert guidance.who_acts("nobody.KNOWS", source="memory") is Who.THEIR_ADMINISTRATOR
