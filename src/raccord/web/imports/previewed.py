"""What a check found out, as the preview shows it: in words, with the reader's labels."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from raccord.contacts.blamed_fields import for_reader
from raccord.contacts.imports import Preview
from raccord.contacts.imports.preview import ConsentCount, PreviewChange, PreviewReason, PreviewRow
from raccord.contacts.messages import explain
from raccord.engine.records import FieldSpec
from raccord.engine.values import Stored, from_json
from raccord.web.contacts.shown import in_words

Fields = Mapping[str, FieldSpec]
Labels = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """before: "" where the contact holds nothing; after: "" where the field would be emptied."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowShown:
    row: PreviewRow
    changes: list[ChangeShown]
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class LineShown:
    """One line for which a reason holds. text: "" if it reads the same for every line."""

    number: int
    excerpt: str
    text: str


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """text: "" if it reads differently from line to line."""

    count: int
    column: str
    text: str
    lines: list[LineShown]
    more: int


@dataclass(frozen=True, slots=True)
class ConsentShown:
    count: ConsentCount
    label: str


def rows(found: Preview, *, fields: Fields, labels: Labels) -> list[RowShown]:
    """The first lines, each with what would happen to it."""
    return [
        RowShown(
            row,
            [_change(change, fields.get(change.field)) for change in row.changes],
            [explain(code, for_reader(parameters, labels)) for code, parameters in row.reasons],
        )
        for row in found.rows
    ]


def reasons(found: Preview, *, fields: Fields, labels: Labels, taken: bool) -> list[ReasonShown]:
    """Why lines would be rejected, or (taken) why a column of theirs would be left out."""
    return [_reason(one, fields, labels) for one in found.reasons if one.taken is taken]


def consents(found: Preview, *, fields: Fields) -> list[ConsentShown]:
    """What would become of the consents, field by field."""
    return [ConsentShown(count, _label(count.field, fields)) for count in found.consents]


def _change(change: PreviewChange, spec: FieldSpec | None) -> ChangeShown:
    label = spec.label if spec else change.field
    return ChangeShown(label, _text(change.before, spec), _text(change.after, spec))


def _text(stored: Stored, spec: FieldSpec | None) -> str:
    if stored is None or spec is None:
        return "" if stored is None else str(stored)
    return in_words(spec, from_json(spec.type, stored))


def _reason(reason: PreviewReason, fields: Fields, labels: Labels) -> ReasonShown:
    texts = [
        explain(reason.code, for_reader(parameters, labels)) for _, _, parameters in reason.lines
    ]
    is_one = len(set(texts)) == 1
    lines = [
        LineShown(number, excerpt, "" if is_one else text)
        for (number, excerpt, _), text in zip(reason.lines, texts, strict=True)
    ]
    return ReasonShown(
        count=reason.count,
        column=_label(reason.column, fields),
        text=texts[0] if is_one else "",
        lines=lines,
        more=reason.count - len(lines),
    )


def _label(key: str, fields: Fields) -> str:
    return fields[key].label if key in fields else key
