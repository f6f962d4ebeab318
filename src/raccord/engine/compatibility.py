"""Which field of ours may be mapped to which remote field, or the reason why not.

Asked while a mapping is made, by the screen and by the set-up file alike, so that a mapping that
can not work is refused before it is saved. A warning lets the mapping pass and says what some
values will meet.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from raccord.engine.errors import BadInput
from raccord.engine.parsing_text import LONGEST
from raccord.engine.records import Direction, FieldSpec, FieldType
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.transforms import (
    CONSENT_TO_OPT_OUT,
    FREE_TEXTS,
    NAMES,
    PLAIN,
    TEXTS,
    conversion,
)
from raccord.engine.value_pairs import ValuePairs


@dataclass(frozen=True, slots=True)
class Notice:
    """A code of the catalogue, with what its sentence names."""

    code: str
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compatible:
    """The mapping is possible. transforms: the names to choose from, the usual one first."""

    transforms: tuple[str, ...]
    warnings: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Incompatible:
    """The mapping is refused, for this reason."""

    code: str
    params: dict[str, str] = field(default_factory=dict)

    def failure(self, *, at: str = "") -> BadInput:
        return BadInput(self.code, self.params, at=at)


def check(
    local: FieldSpec,
    remote: RemoteField,
    direction: Direction,
    *,
    value_pairs: ValuePairs = (),
    cut: bool = False,
    transform: str = PLAIN,
) -> Compatible | Incompatible:
    """Whether the two may be paired in this direction, and by which transforms.

    value_pairs, cut, transform: how the pair deals with its values, which says what to expect.
    """
    about = {"field": local.label or local.key, "remote": remote.label or remote.name}
    refusal = _refusal(local, remote, direction)
    if refusal:
        return Incompatible(f"raccord.mapping.{refusal}", about)
    names = [name for name in NAMES if conversion(local.type, remote.type, name)]
    if CONSENT_TO_OPT_OUT in names and remote.type is RemoteType.OPT_OUT:
        names = [CONSENT_TO_OPT_OUT]  # the plain conversion is the same there: say it by its name
    found: list[Notice] = []
    if direction is not Direction.INBOUND:
        found += _outbound_warnings(local, remote, about, value_pairs=value_pairs, cut=cut)
        if _unticks(local, remote, transform):
            found.append(Notice("raccord.mapping.empty_is_unticked", about))
    if direction is not Direction.OUTBOUND:
        found += _inbound_warnings(local, remote, about, value_pairs=value_pairs)
    return Compatible(tuple(names), tuple(found))


def may_cut(local: FieldSpec, remote: RemoteField) -> bool:
    """Whether a longer text of ours could be cut for the remote field and still mean something."""
    longest, most = _longest(local), remote.max_length
    cuttable = local.type in (FieldType.TEXT, FieldType.LONG_TEXT) and remote.type in FREE_TEXTS
    return cuttable and most is not None and longest is not None and longest > most


def _unticks(local: FieldSpec, remote: RemoteField, transform: str) -> bool:
    boxes = (local.type, remote.type) == (FieldType.BOOLEAN, RemoteType.BOOLEAN)
    return boxes and transform == PLAIN


def _refusal(local: FieldSpec, remote: RemoteField, direction: Direction) -> str:
    """The name of the first reason against it, "" if there is none."""
    writes = direction is not Direction.INBOUND
    if remote.type is RemoteType.ID:
        return "remote_is_id"
    if remote.type is RemoteType.REFERENCE:
        return "remote_is_reference"
    if remote.type is RemoteType.COMPOUND:
        return "remote_is_compound"
    if remote.type is RemoteType.OTHER:
        return "remote_type_unknown"
    if writes and not remote.createable and not remote.updateable:
        return "remote_is_read_only"
    return _type_refusal(local, remote, direction)


def _type_refusal(local: FieldSpec, remote: RemoteField, direction: Direction) -> str:
    if local.type is FieldType.CONSENT and remote.type not in (
        RemoteType.OPT_OUT,
        RemoteType.BOOLEAN,
    ):
        return "consent_needs_a_box"
    if remote.type is RemoteType.OPT_OUT and local.type is not FieldType.CONSENT:
        return "opt_out_needs_consent"
    if {local.type.value, remote.type.value} == {"date", "datetime"}:
        return "date_and_time"
    if not any(conversion(local.type, remote.type, name) for name in NAMES):
        return "types_do_not_convert"
    if (local.type, remote.type) == (
        FieldType.CHOICE,
        RemoteType.MULTIPICKLIST,
    ) and direction is not Direction.OUTBOUND:
        return "several_into_one"
    return ""


def _outbound_warnings(
    local: FieldSpec,
    remote: RemoteField,
    about: dict[str, str],
    *,
    value_pairs: ValuePairs,
    cut: bool,
) -> list[Notice]:
    found: list[Notice] = []

    def warn(name: str, **params: str) -> None:
        found.append(Notice(f"raccord.mapping.{name}", about | params))

    if not remote.updateable:
        warn("only_at_creation")
    if not remote.createable:
        warn("only_after_creation")
    if missing := _missing_there(local, remote, value_pairs):
        name = "values_missing_there" if remote.restricted else "values_new_there"
        warn(name, values=", ".join(missing))
    elif remote.restricted and not local.choices:
        warn("restricted_list")
    longest = _longest(local)
    if remote.max_length is not None and longest is not None and longest > remote.max_length:
        name = "cut_there" if cut else "longer_than_there"
        warn(name, limit=str(remote.max_length))
    if remote.type in _CHECKED_THERE and local.type.value != remote.type.value:
        warn("checked_there")
    if (
        local.type is FieldType.DECIMAL
        and remote.scale is not None
        and _places(local) > remote.scale
    ):
        warn("rounded_there", places=str(remote.scale))
    return found


_CHECKED_THERE = (RemoteType.EMAIL, RemoteType.URL)


def _missing_there(local: FieldSpec, remote: RemoteField, value_pairs: ValuePairs) -> list[str]:
    """Choices of ours that a list over there does not have, as far as they are sent."""
    if not remote.choices:
        return []
    known = {choice.casefold() for choice in remote.choices}
    spoken_for = {
        each.ours for each in value_pairs if not each.theirs or each.theirs in remote.choices
    }
    return [
        choice
        for choice in local.choices
        if choice not in spoken_for and choice.casefold() not in known
    ]


def _inbound_warnings(
    local: FieldSpec, remote: RemoteField, about: dict[str, str], *, value_pairs: ValuePairs
) -> list[Notice]:
    found: list[Notice] = []

    def warn(name: str, **params: str) -> None:
        found.append(Notice(f"raccord.mapping.{name}", about | params))

    spoken_for = {
        each.theirs for each in value_pairs if not each.ours or each.ours in local.choices
    }
    known = {choice.casefold() for choice in local.choices}
    unknown = [
        choice
        for choice in remote.choices
        if choice not in spoken_for and choice.casefold() not in known
    ]
    if local.choices and unknown:
        warn("values_missing_here", values=", ".join(unknown))
    longest = _longest(local)
    plain = local.type in TEXTS and not local.choices
    if plain and remote.max_length and longest and remote.max_length > longest:
        warn("longer_than_here", limit=str(longest))
    if local.type not in TEXTS and remote.type in (RemoteType.STRING, RemoteType.TEXT):
        warn("may_not_convert_back")
    if local.type is FieldType.EMAIL and remote.type is not RemoteType.EMAIL:
        warn("checked_here")
    return found


def _longest(local: FieldSpec) -> int | None:
    """The longest text that the field can hold; None where length is no question."""
    if local.type is FieldType.CHOICE:
        return max(map(len, local.choices), default=None)
    return local.max_length or LONGEST.get(local.type)


def _places(local: FieldSpec) -> int:
    return local.decimal_places if local.decimal_places is not None else 18
