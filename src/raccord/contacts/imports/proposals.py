"""Which field a column of the file probably goes into. Pure.

By the strength of the reason: the field's own name, a usual word for it, what the cells look like.
No field is proposed twice, and nothing is proposed on a weak reason: a column that is wrongly
imported costs more than one that a person has to choose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from raccord.contacts.imports.cells import Choices
from raccord.contacts.imports.detected import Confidence
from raccord.contacts.imports.formats import looks_like_date
from raccord.contacts.imports.usual_words import group_of
from raccord.contacts.keepers import ByField
from raccord.contacts.project_fields import ProjectFields, plain_name
from raccord.engine.records import FieldSpec, FieldType

Proposal = tuple[str, Confidence] | None
Candidate = tuple[int, str, Confidence]

_ENOUGH = 0.9
"""Of the cells that are not blank; lists have a few bad ones."""

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]{2,}")
_PHONE = re.compile(r"'?\+?(?:[ ().-]*[0-9]){7,15}(?: *(?:x|ext\.?|poste) *[0-9]+)?", re.IGNORECASE)
_URL = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the project. names: plain name -> field key; choices: see `cells.py`.

    kept: fields that come from elsewhere -> the connection's name; nothing is proposed for them.
    """

    fields: ProjectFields
    names: Mapping[str, str]
    choices: Choices
    kept: ByField = field(default_factory=dict)


def proposals(
    headings: Sequence[str], columns: Sequence[Sequence[str]], known: Known
) -> list[Proposal]:
    """For each column a field and why, or None.

    headings: "" for a column without one. columns: the cells of each that are not blank.
    """
    candidates = [
        *_by_name(headings, known),
        *_by_word(headings, known),
        *_by_content(headings, columns, known),
    ]
    found: list[Proposal] = [None] * len(headings)
    taken: set[str] = set()
    candidates = [each for each in candidates if each[1] not in known.kept]
    for number, key, confidence in candidates:
        if found[number] is None and key not in taken:
            found[number] = key, confidence
            taken.add(key)
    return found


def kept_by(heading: str, known: Known) -> str:
    """The connection that brings what a column's name speaks of, "" if none does."""
    named = [*_by_name([heading], known), *_by_word([heading], known)]
    return known.kept.get(named[0][1], "") if named else ""


def _by_name(headings: Sequence[str], known: Known) -> Iterator[Candidate]:
    for number, heading in enumerate(headings):
        if key := known.names.get(plain_name(heading)):
            yield number, key, Confidence.NAME


def _by_word(headings: Sequence[str], known: Known) -> Iterator[Candidate]:
    for number, heading in enumerate(headings):
        group = group_of(plain_name(heading))
        # The names are in the fields' order, and the first of them that fits is the one.
        if key := next((key for name, key in known.names.items() if name in group), None):
            yield number, key, Confidence.WORD


def _by_content(
    headings: Sequence[str], columns: Sequence[Sequence[str]], known: Known
) -> Iterator[Candidate]:
    """Only where the heading says nothing that is known."""
    told = [bool(h) and _says_something(plain_name(h), known) for h in headings]
    for spec in known.fields.specs.values():
        fits = _test_of(spec, known)
        if fits is None or (spec.type is FieldType.DATE and not _is_only_one(spec, known)):
            continue
        for number, cells in enumerate(columns):
            if not told[number] and _most(cells, fits):
                yield number, spec.key, Confidence.CONTENT


def _says_something(name: str, known: Known) -> bool:
    return name in known.names or bool(group_of(name))


def _test_of(spec: FieldSpec, known: Known) -> Callable[[str], object] | None:
    match spec.type:
        case FieldType.EMAIL:
            return _EMAIL.fullmatch
        case FieldType.PHONE:
            return lambda cell: _PHONE.fullmatch(cell) and not looks_like_date(cell)
        case FieldType.URL:
            return _URL.fullmatch
        case FieldType.DATE:
            return looks_like_date
        case FieldType.CHOICE if spec.key in known.choices:
            names = known.choices[spec.key]
            return lambda cell: plain_name(cell) in names
        case _:
            return None


def _is_only_one(spec: FieldSpec, known: Known) -> bool:
    return sum(other.type is spec.type for other in known.fields.specs.values()) == 1


def _most(cells: Sequence[str], fits: Callable[[str], object]) -> bool:
    return bool(cells) and sum(bool(fits(cell)) for cell in cells) >= _ENOUGH * len(cells)
