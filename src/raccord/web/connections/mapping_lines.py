"""The lines of a field mapping as its pop-up shows them, and the fields that one may choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from raccord.connections import mappings, sentences
from raccord.connections.mappings import LineVerdict, MappingLine
from raccord.engine.choices import has_table
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction, FieldSpec, FieldType
from raccord.engine.schema import RemoteField, RemoteObject
from raccord.engine.values import from_json
from raccord.web.connections import problems
from raccord.web.connections.mapping_words import (
    direction_labels,
    rule_example,
    rule_labels,
    transform_label,
)
from raccord.web.contacts.shown import in_words

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line as the pop-up shows it.

    rules: to choose from, empty where there is nothing to decide. example: what the chosen one
    does. consent: the pair follows its own rule, which nobody chooses. longest: of the texts that
    fit there, where ours may be longer and could be cut; else 0. has_values: it has a table of
    values; table: the mapping whose table that is, None until it is stored. when_empty: what is
    sent where ours is empty, in words; may_fill: there a value could be sent that theirs requires.
    """

    number: int
    line: MappingLine
    local: str
    remote: str
    directions: Choices
    rules: Choices
    example: str
    consent: bool
    transforms: Choices
    failure: str
    warnings: tuple[str, ...]
    longest: int
    has_values: bool
    table: int | None
    when_empty: str
    may_fill: bool

    @property
    def direction_id(self) -> str:
        """The control of the direction, by which the focus comes back to it."""
        return f"direction-{self.number}"

    @property
    def rule_id(self) -> str:
        """The control of the rule."""
        return f"rule-{self.number}"


@dataclass(frozen=True, slots=True)
class RemoteChoice:
    """An entry of the third-party field drop-down; a reason makes it one that cannot be chosen."""

    field: RemoteField
    reason: str = ""


@dataclass(frozen=True, slots=True)
class RemoteChoices:
    """The third-party fields for one of ours: that it can be sent to, that it can only be taken
    from, and that it cannot be paired with."""

    sent: list[RemoteChoice]
    taken: list[RemoteChoice]
    unfit: list[RemoteChoice]


def shown_lines(
    verdicts: Sequence[LineVerdict],
    *,
    known: Mapping[str, FieldSpec],
    remote: RemoteObject,
    source: str,
    tables: Mapping[tuple[str, str], int],
) -> list[ShownLine]:
    """The lines in their order; `source` is how the third party is called.

    tables: (field key, remote field) -> the stored mapping.
    """
    return [
        _line(each, number, known=known, remote=remote, source=source, tables=tables)
        for number, each in enumerate(verdicts)
    ]


def remote_choices(
    spec: FieldSpec, *, remote: RemoteObject, mapped: set[str], source: str
) -> RemoteChoices:
    """Every third-party field by name; `source` is its key."""
    choices = RemoteChoices([], [], [])
    for field in sorted(remote.fields.values(), key=lambda field: field.label.casefold()):
        if field.name in mapped:
            choices.unfit.append(RemoteChoice(field, _("It is mapped already.")))
            continue
        verdict = mappings.check_pair(spec, field.name, remote=remote, source=source)
        if verdict.failure:
            reason = problems.in_words(verdict.failure)
            choices.unfit.append(RemoteChoice(field, reason))
        elif verdict.line.direction is Direction.INBOUND:
            choices.taken.append(RemoteChoice(field))
        else:
            choices.sent.append(RemoteChoice(field))
    return choices


def _line(
    verdict: LineVerdict,
    number: int,
    *,
    known: Mapping[str, FieldSpec],
    remote: RemoteObject,
    source: str,
    tables: Mapping[tuple[str, str], int],
) -> ShownLine:
    line = verdict.line
    spec, field = known.get(line.field), remote.fields.get(line.remote_field)
    label = spec.label if spec else line.field
    consent = spec is not None and spec.type is FieldType.CONSENT
    sends = line.direction is not Direction.INBOUND
    decides = line.direction is Direction.BOTH and not consent
    return ShownLine(
        number=number,
        line=line,
        local=label,
        remote=field.label if field else line.remote_field,
        directions=_directions(verdict, source=source),
        rules=tuple(rule_labels(source).items()) if decides else (),
        example=rule_example(line.rule, field=label, source=source) if decides else "",
        consent=consent,
        transforms=tuple((name, transform_label(name)) for name in verdict.transforms),
        failure=problems.in_words(verdict.failure) if verdict.failure else "",
        warnings=tuple(
            sentences.explain_failure(each).what
            for each in verdict.warnings
            if not _goes_without_saying(each, spec=spec)
        ),
        longest=(field.max_length or 0) if field and verdict.may_cut else 0,
        has_values=spec is not None and field is not None and has_table(spec.type, field.type),
        table=tables.get((line.field, line.remote_field)),
        when_empty=in_words(spec, from_json(spec.type, line.when_empty))
        if spec and line.when_empty is not None
        else "",
        may_fill=bool(field and field.required and not consent and sends),
    )


def _directions(verdict: LineVerdict, *, source: str) -> Choices:
    """Those that can be. The present one stays in sight, also where it cannot be any more."""
    offered = {*verdict.directions, verdict.line.direction}
    return tuple(
        (each, label) for each, label in direction_labels(source).items() if each in offered
    )


def _goes_without_saying(warning: BadInput, *, spec: FieldSpec | None) -> bool:
    """Nobody chose the length of a plain text field: that a name could be longer is no news."""
    return (
        warning.code == "raccord.mapping.longer_than_there"
        and spec is not None
        and spec.type is FieldType.TEXT
        and spec.max_length is None
    )
