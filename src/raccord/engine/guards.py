"""What a plan would do that people want to be asked about before many of it happen.

A guard counts contacts, on whichever side they would be changed: a mistake made once (a column
emptied, a filter that selects everybody, a mapping turned round) repeats itself on each of them.
Tightening a consent is never counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from raccord.engine.consent import YES
from raccord.engine.errors import BadInput
from raccord.engine.records import Action, FieldPair, FieldType, Plan, Subject, TransferSpec, Value

LIMIT_INVALID = "raccord.guard.limit_invalid"
LARGEST = 10_000_000


class Effect(StrEnum):
    """What is counted, each contact once."""

    DELETED = "deleted"
    BLANKED = "blanked"
    OPTED_IN = "opted_in"
    OVERWRITTEN = "overwritten"


CODES: Mapping[Effect, str] = {
    Effect.DELETED: "raccord.guard.deleted",
    Effect.BLANKED: "raccord.guard.blanked",
    Effect.OPTED_IN: "raccord.guard.opted_in",
    Effect.OVERWRITTEN: "raccord.guard.overwritten",
}
"""Why a contact waits."""

EFFECT_OF: Mapping[str, Effect] = {code: effect for effect, code in CODES.items()}

USUAL: Mapping[Effect, str] = {
    Effect.DELETED: "100",
    Effect.BLANKED: "1000",
    Effect.OPTED_IN: "1000",
    Effect.OVERWRITTEN: "",
}
"""The limits before anybody has chosen others, as `Limit.text`."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many contacts an hour: a number, or a share of those that are linked.

    count: None where nothing is asked about. percent: of the linked ones, instead of a number.
    """

    count: int | None = None
    percent: int | None = None

    @property
    def text(self) -> str:
        """As it is stored, and typed."""
        if self.percent is not None:
            return f"{self.percent} %"
        return "" if self.count is None else str(self.count)

    def of(self, linked: int) -> int | None:
        """How many, while so many contacts are linked; None is as many as there are."""
        return self.count if self.percent is None else linked * self.percent // 100


def read_limit(text: str, *, at: str) -> Limit:
    """A limit as typed: "100", "1,000", "5 %", or nothing; raises BadInput at `at`."""
    typed = "".join(text.split()).replace(",", "").replace("’", "")
    if not typed:
        return Limit()
    digits = typed.removesuffix("%")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > len(str(LARGEST)):
        raise BadInput(LIMIT_INVALID, at=at)
    number = int(digits)
    if typed.endswith("%"):
        if not 1 <= number <= 100:
            raise BadInput(LIMIT_INVALID, at=at)
        return Limit(percent=number)
    if number > LARGEST:
        raise BadInput(LIMIT_INVALID, at=at)
    return Limit(count=number)


def effects(made: Plan, subject: Subject, spec: TransferSpec) -> frozenset[Effect]:
    """What the plan would do to the contact's counterpart, or to the contact."""
    if made.tightens:
        return frozenset()
    if made.action is Action.DELETE:
        return frozenset({Effect.DELETED})
    return frozenset((*_there(made, subject, spec.pairs), *_here(made, subject, spec.pairs)))


def _there(made: Plan, subject: Subject, pairs: Iterable[FieldPair]) -> Iterator[Effect]:
    local = subject.local or {}
    for pair in pairs:
        name = pair.remote.name
        if made.action is not Action.UPDATE or name not in made.writes:
            continue
        if pair.local.type is FieldType.CONSENT:
            if local.get(pair.local.key) == YES:
                yield Effect.OPTED_IN
        elif effect := _of_value(made.before.get(name), made.writes[name]):
            yield effect


def _here(made: Plan, subject: Subject, pairs: Iterable[FieldPair]) -> Iterator[Effect]:
    local = subject.local or {}
    for pair in pairs:
        key = pair.local.key
        if key not in made.local:
            continue
        if pair.local.type is FieldType.CONSENT:
            if made.local[key] == YES:
                yield Effect.OPTED_IN
        elif effect := _of_value(local.get(key), made.local[key]):
            yield effect


def _of_value(before: Value, after: Value) -> Effect | None:
    if before in (None, "", ()) or before == after:
        return None
    return Effect.BLANKED if after in (None, "", ()) else Effect.OVERWRITTEN
