"""Field mappings: which field of ours pairs with which of theirs, checked before it is saved.

`check_mappings` gives a verdict per line, with the reason for each refusal; `save_mappings`
stores all lines or none. The screen, the pre-flight and `raccord apply` ask the same code.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog
from django.db import transaction

from raccord.connections import flows, mending, value_choices
from raccord.connections.models import DataTransfer, FieldMapping
from raccord.connections.plug_in import watching
from raccord.connections.specs import data_type
from raccord.contacts import barrier
from raccord.contacts.models import Field
from raccord.engine import compatibility
from raccord.engine.compatibility import Incompatible
from raccord.engine.errors import BadInput
from raccord.engine.records import Direction, FieldSpec, FieldType, Rule
from raccord.engine.schema import RemoteField, RemoteObject
from raccord.engine.value_pairs import ValuePairs, from_lists, to_lists
from raccord.engine.values import Stored

log = structlog.get_logger(__name__)

FIELD_UNKNOWN = "raccord.mapping.field_unknown"
FIELD_TWICE = "raccord.mapping.field_twice"
REMOTE_FIELD_UNKNOWN = "raccord.mapping.remote_field_unknown"
REMOTE_FIELD_TWICE = "raccord.mapping.remote_field_twice"
TRANSFORM_UNFIT = "raccord.mapping.transform_unfit"
NONE_LEFT = "raccord.mapping.none_left"
NOT_RECEIVED = "raccord.mapping.not_received"


@dataclass(frozen=True, slots=True)
class MappingLine:
    """One pair as a person or a file gives it: our field's key, their field's API name.

    value_pairs: None where there is none; stored, it leaves the table of a pair as it is, and gives
    a new pair the usual one. when_empty: likewise, the value (stored form) of ours that is sent for
    contacts that have none.
    """

    field: str
    remote_field: str
    direction: Direction = Direction.OUTBOUND
    rule: Rule = Rule.NEWEST
    transform: str = ""
    cut: bool = False
    value_pairs: ValuePairs | None = None
    when_empty: Stored = None


@dataclass(frozen=True, slots=True)
class LineVerdict:
    """Whether a line can be taken. `failure.at` is ``field``, ``remote_field`` or ``transform``.

    line: as it would be stored: with the usual transform where none was named.
    transforms, directions: those one may choose from. may_cut: a text of ours may be too long
    there, and could be cut. warnings: what to expect, each with code
    and params.
    """

    line: MappingLine
    failure: BadInput | None = None
    transforms: tuple[str, ...] = ()
    warnings: tuple[BadInput, ...] = ()
    directions: tuple[Direction, ...] = ()
    may_cut: bool = False


class InvalidMappings(Exception):  # noqa: N818 - reads as what it is where it is caught
    """Some lines cannot be taken; nothing was stored."""

    def __init__(self, verdicts: Sequence[LineVerdict]) -> None:
        self.verdicts = tuple(verdicts)
        self.problems = tuple(each.failure for each in verdicts if each.failure)
        super().__init__(", ".join(f"{each.at}: {each.code}" for each in self.problems))


def check_mappings(
    transfer: DataTransfer, lines: Sequence[MappingLine], *, remote: RemoteObject
) -> list[LineVerdict]:
    """A verdict for each line, in order, against the schema `remote`."""
    specs = {spec.key: spec for spec in transfer.connection.project.specs()}
    ours = Counter(line.field for line in lines)
    theirs = Counter(line.remote_field for line in lines)
    source = transfer.connection.source
    return [
        _repeated(line, ours=ours, theirs=theirs, remote=remote)
        or check_line(line, spec=specs.get(line.field), remote=remote, source=source)
        for line in lines
    ]


def check_line(
    line: MappingLine, *, spec: FieldSpec | None, remote: RemoteObject, source: str
) -> LineVerdict:
    """The verdict for one line by itself."""
    if spec is None:
        return LineVerdict(line, BadInput(FIELD_UNKNOWN, {"field": line.field}, at="field"))
    theirs = remote.fields.get(line.remote_field)
    if theirs is None:
        params = {"field": line.remote_field, "object": remote.label}
        return LineVerdict(line, BadInput(REMOTE_FIELD_UNKNOWN, params, at="remote_field"))
    possible = directions(spec, theirs, source=source)
    verdict = compatibility.check(spec, theirs, line.direction)
    if isinstance(verdict, Incompatible):
        return LineVerdict(line, verdict.failure(at="remote_field"), directions=possible)
    if line.direction not in possible:
        params = {"remote": theirs.label}
        failure = BadInput(NOT_RECEIVED, params, at="direction")
        return LineVerdict(line, failure, verdict.transforms, directions=possible)
    if not line.transform:
        line = replace(line, transform=verdict.transforms[0])
    if line.transform not in verdict.transforms:
        params = {"field": spec.label or spec.key, "remote": theirs.label}
        unfit = BadInput(TRANSFORM_UNFIT, params, at="transform")
        return LineVerdict(line, unfit, verdict.transforms, directions=possible)
    sends = line.direction is not Direction.INBOUND
    cuttable = sends and compatibility.may_cut(spec, theirs)
    line = replace(line, cut=line.cut and cuttable)
    return LineVerdict(
        line,
        _unfit_when_empty(line, spec),
        verdict.transforms,
        _warnings(line, spec=spec, theirs=theirs),
        possible,
        may_cut=cuttable,
    )


def _unfit_when_empty(line: MappingLine, spec: FieldSpec) -> BadInput | None:
    """Why the value for contacts that have none cannot be; None if it can, or there is none."""
    try:
        sends = line.direction is not Direction.INBOUND
        mending.stored_value(spec, line.when_empty, sends=sends)
    except BadInput as refused:
        return replace(refused, at="when_empty")
    return None


def directions(spec: FieldSpec, theirs: RemoteField, *, source: str) -> tuple[Direction, ...]:
    """The directions in which the two may be paired, the usual one first.

    Both ways where that can be: agreement is what a connection is made for. To them where they let
    us write; from them where the source tells what changed there.
    """
    usual = (Direction.BOTH, Direction.OUTBOUND, Direction.INBOUND)
    offered = usual if flows.can_receive(source) else (Direction.OUTBOUND,)
    return tuple(
        each
        for each in offered
        if not isinstance(compatibility.check(spec, theirs, each), Incompatible)
    )


def save_mappings(
    transfer: DataTransfer, lines: Sequence[MappingLine], *, remote: RemoteObject
) -> list[LineVerdict]:
    """Store exactly these lines, in this order; pairs that stay keep their row.

    Raises InvalidMappings if a line is refused, BadInput if an active transfer would be left
    without any; nothing is stored then. While contacts of the project are captured, nobody's
    save straddles the change.
    """
    verdicts = check_mappings(transfer, lines, remote=remote)
    if any(each.failure for each in verdicts):
        raise InvalidMappings(verdicts)
    lines = [each.line for each in verdicts]
    if transfer.active and not lines:
        raise BadInput(NONE_LEFT)
    project = transfer.connection.project
    fields = {field.key: field for field in Field.objects.filter(project=project)}
    with transaction.atomic(), barrier.exclusive(project.pk):
        kept = _without_the_removed(transfer, lines)
        for position, line in enumerate(lines):
            row = kept.get((line.field, line.remote_field))
            row = row or _row(transfer, line, field=fields[line.field])
            row.direction, row.rule, row.transform = line.direction, line.rule, line.transform
            row.cut, row.position, row.paused_reason = line.cut, position, ""
            table = line.value_pairs
            if table is None and row.pk is None:
                table = value_choices.usual(row.field.spec(), remote.fields[line.remote_field])
            if table is not None:
                row.value_pairs = to_lists(table)
            if line.when_empty is not None:
                row.when_empty = line.when_empty
            row.save()
    watching.look_again(transfer.connection_id)
    log.info("mappings.saved", transfer=transfer.pk, count=len(lines), kept=len(kept))
    return verdicts


def always(transfer: DataTransfer, key: str, *, rule: Rule) -> bool:
    """Let one side win from now on whenever both changed the field; False if it is not mapped so.

    Nothing moves by it: what waits for a decision already goes on waiting.
    """
    lines = transfer.mappings.filter(field__key=key, direction=Direction.BOTH)
    changed = lines.exclude(field__type=FieldType.CONSENT).update(rule=rule)
    log.info("mapping.rule_chosen", transfer=transfer.pk, lines=changed)
    return bool(changed)


def as_stored(transfer: DataTransfer, lines: Sequence[MappingLine]) -> list[MappingLine]:
    """The lines, each with the table of values and the value for empty ones that its pair has, if
    it comes without."""
    stored = {(each.field, each.remote_field): each for each in stored_lines(transfer)}
    return [_completed(line, stored.get((line.field, line.remote_field))) for line in lines]


def stored_lines(transfer: DataTransfer) -> list[MappingLine]:
    """The lines as they are stored."""
    return [_line(row) for row in transfer.mappings.select_related("field")]


def propose(
    transfer: DataTransfer, *, remote: RemoteObject, taken: Sequence[MappingLine] = ()
) -> list[MappingLine]:
    """Pairs that are usual for this source, beside those already `taken`; all of them fit.

    They flow both ways; where it lets nobody write, from there.
    """
    suggestions = data_type(transfer).suggestions
    ours = {line.field for line in taken}
    theirs = {line.remote_field for line in taken}
    proposed = []
    for spec in transfer.connection.project.specs():
        name = suggestions.get(spec.key, "")
        if spec.key in ours or name in theirs or name not in remote.fields:
            continue
        verdict = check_pair(spec, name, remote=remote, source=transfer.connection.source)
        if verdict.failure is None:
            proposed.append(verdict.line)
            theirs.add(name)
    return proposed


def check_pair(
    spec: FieldSpec, name: str, *, remote: RemoteObject, source: str, transform: str = ""
) -> LineVerdict:
    """The verdict for a new pair with their field `name`, in the usual direction of the possible.

    If none is, the reason why ours cannot be sent there.
    """
    theirs = remote.fields.get(name)
    possible = directions(spec, theirs, source=source) if theirs else ()
    usual = possible[0] if possible else Direction.OUTBOUND
    line = MappingLine(spec.key, name, direction=usual, transform=transform)
    return check_line(line, spec=spec, remote=remote, source=source)


def _warnings(line: MappingLine, *, spec: FieldSpec, theirs: RemoteField) -> tuple[BadInput, ...]:
    """What to expect of the line as it would be stored."""
    verdict = compatibility.check(
        spec,
        theirs,
        line.direction,
        value_pairs=value_choices.usual(spec, theirs)
        if line.value_pairs is None
        else line.value_pairs,
        cut=line.cut,
        transform=line.transform,
    )
    if isinstance(verdict, Incompatible):
        return ()
    return tuple(BadInput(each.code, each.params) for each in verdict.warnings)


def _repeated(
    line: MappingLine, *, ours: Counter[str], theirs: Counter[str], remote: RemoteObject
) -> LineVerdict | None:
    if ours[line.field] > 1:
        return LineVerdict(line, BadInput(FIELD_TWICE, {"field": line.field}, at="field"))
    if theirs[line.remote_field] > 1:
        field = remote.fields.get(line.remote_field)
        params = {"field": field.label if field else line.remote_field}
        return LineVerdict(line, BadInput(REMOTE_FIELD_TWICE, params, at="remote_field"))
    return None


def _without_the_removed(
    transfer: DataTransfer, lines: Sequence[MappingLine]
) -> dict[tuple[str, str], FieldMapping]:
    """Delete the rows of pairs that no line names any more; give those that stay, by pair.

    Deleted first, so that two lines may swap their fields without meeting a unique key.
    """
    wanted = {(line.field, line.remote_field) for line in lines}
    rows = {
        (row.field.key, row.remote_field): row for row in transfer.mappings.select_related("field")
    }
    removed = [row.pk for pair, row in rows.items() if pair not in wanted]
    FieldMapping.objects.filter(pk__in=removed).delete()
    return {pair: row for pair, row in rows.items() if pair in wanted}


def _completed(line: MappingLine, stored: MappingLine | None) -> MappingLine:
    if stored is None:
        return line
    return replace(
        line,
        value_pairs=stored.value_pairs if line.value_pairs is None else line.value_pairs,
        when_empty=stored.when_empty if line.when_empty is None else line.when_empty,
    )


def _line(row: FieldMapping) -> MappingLine:
    return MappingLine(
        field=row.field.key,
        remote_field=row.remote_field,
        direction=Direction(row.direction),
        rule=Rule(row.rule),
        transform=row.transform,
        cut=row.cut,
        value_pairs=from_lists(row.value_pairs) or None,
        when_empty=row.when_empty,
    )


def _row(transfer: DataTransfer, line: MappingLine, *, field: Field) -> FieldMapping:
    return FieldMapping(
        transfer=transfer,
        field=field,
        remote_field=line.remote_field,
        direction=line.direction,
        rule=line.rule,
        transform=line.transform,
    )
