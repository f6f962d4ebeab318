"""The options of an import: kept as JSON without loss, refused where they make no sense."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raccord.contacts.differences import Mode
from raccord.contacts.imports import obstacles
from raccord.contacts.imports.options import (
    DELIMITERS,
    Blanks,
    ConsentProof,
    DateOrder,
    DecimalMark,
    ImportOptions,
)
from raccord.contacts.project_fields import ProjectFields
from raccord.engine import values
from raccord.engine.records import FieldSpec, FieldType

SPECS = {
    spec.key: spec
    for spec in (
        FieldSpec("email", FieldType.EMAIL, label="E-mail", required=True),
        FieldSpec("city", FieldType.TEXT, label="City"),
        FieldSpec("newsletter", FieldType.CONSENT, label="Newsletter"),
    )
}
FIELDS = ProjectFields(
    specs=SPECS,
    key_specs=(SPECS["email"],),
    parsers={key: values.parser(spec) for key, spec in SPECS.items()},
    consents=frozenset({"newsletter"}),
    required=("email",),
)
GOOD = ImportOptions(columns=("email", None, "city"), names=("A", "B", "C"))

COLUMN = st.none() | st.sampled_from(list(SPECS))
OPTIONS = st.builds(
    ImportOptions,
    encoding=st.sampled_from(["", "utf-8", "windows-1252"]),
    delimiter=st.sampled_from(DELIMITERS),
    header=st.booleans(),
    sheet=st.text(max_size=5),
    date_order=st.sampled_from(DateOrder),
    decimal_mark=st.none() | st.sampled_from(DecimalMark),
    time_zone=st.sampled_from(["", "America/Montreal"]),
    columns=st.lists(COLUMN, max_size=4).map(tuple),
    names=st.lists(st.text(max_size=5), max_size=4).map(tuple),
    mode=st.sampled_from(Mode),
    blanks=st.sampled_from(Blanks),
    consent=st.builds(ConsentProof, source=st.text(max_size=5), statement=st.text(max_size=5)),
)


def wrong(**changed: object) -> list[tuple[str, str]]:
    problems = obstacles.wrong(replace(GOOD, **changed), FIELDS)  # type: ignore[arg-type]
    return [(problem.at, problem.code.removeprefix("raccord.import.")) for problem in problems]


def missing(**changed: object) -> list[tuple[str, str]]:
    problems = obstacles.missing(replace(GOOD, **changed), FIELDS)  # type: ignore[arg-type]
    return [(problem.at, problem.code.removeprefix("raccord.import.")) for problem in problems]


@given(OPTIONS)
def test_options_survive_being_kept(options: ImportOptions) -> None:
    assert ImportOptions.from_json(json.loads(json.dumps(options.to_json()))) == options


def test_nothing_kept_means_the_defaults() -> None:
    assert ImportOptions.from_json({}) == ImportOptions()


def test_good_options_are_neither_wrong_nor_open() -> None:
    assert (wrong(), missing()) == ([], [])


@given(OPTIONS)
def test_every_problem_names_an_option_and_has_a_sentence(options: ImportOptions) -> None:
    from raccord.contacts.messages import SENTENCES

    for problem in obstacles.wrong(options, FIELDS) + obstacles.missing(options, FIELDS):
        assert problem.code in SENTENCES
        assert problem.at.partition(".")[0] in ImportOptions.__dataclass_fields__


@pytest.mark.parametrize("delimiter", ["", "::", "a", "\n", '"'])
def test_a_delimiter_is_one_of_four(delimiter: str) -> None:
    assert wrong(delimiter=delimiter) == [("delimiter", "delimiter")]


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13", "\x00"])
def test_an_encoding_is_one_for_text(encoding: str) -> None:
    assert wrong(encoding=encoding) == [("encoding", "unknown_encoding")]


@pytest.mark.parametrize("zone", ["Mars/Olympus", "../etc/passwd", "\x00", "a" * 500])
def test_a_time_zone_is_a_known_one(zone: str) -> None:
    assert wrong(time_zone=zone) == [("time_zone", "time_zone")]


def test_the_column_that_is_wrong_is_named() -> None:
    assert wrong(columns=("email", "shoe_size", "email")) == [
        ("columns.1", "no_such_field"),
        ("columns.2", "field_twice"),
    ]


def test_what_identifies_a_contact_must_have_a_column() -> None:
    assert missing(columns=("city", None)) == [("columns", "key_not_assigned")]
    assert missing(columns=()) == [("columns", "key_not_assigned")]


def test_consents_must_come_from_somewhere() -> None:
    with_consents = ("email", "newsletter")
    assert missing(columns=with_consents, consent=ConsentProof("  ", "")) == [
        ("consent.source", "consent_source"),
        ("consent.statement", "consent_statement"),
    ]
    assert missing(columns=with_consents, consent=ConsentProof("Fair", "Signed")) == []


def test_a_proof_fits_into_the_evidence_it_becomes() -> None:
    assert wrong(consent=ConsentProof("x" * 201, "a\x00b")) == [
        ("consent.source", "proof_too_long"),
        ("consent.statement", "proof_characters"),
    ]
