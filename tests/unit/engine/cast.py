"""The fields, pairs and records that the engine's tests play with, made by plain functions."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from raccord.engine.mapping import fingerprinted, outward
from raccord.engine.records import (
    Direction,
    FieldPair,
    FieldSpec,
    FieldType,
    LinkState,
    Operation,
    Record,
    Rule,
    Subject,
    TransferSpec,
    Value,
    Values,
)
from raccord.engine.schema import RemoteField, RemoteType
from raccord.engine.transforms import ABSENT
from raccord.engine.value_pairs import ValuePair

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OUR_USER = "u-raccord"
SALES_REP = "u-rep"


def spec(key: str = "name", type: FieldType = FieldType.TEXT, **extra: Any) -> FieldSpec:  # noqa: A002
    return FieldSpec(key=key, type=type, label=key.title(), **extra)


def remote(name: str = "Name", type: RemoteType = RemoteType.STRING, **extra: Any) -> RemoteField:  # noqa: A002
    return RemoteField(name=name, label=name, type=type, **extra)


def pair(
    local: FieldSpec | None = None,
    other: RemoteField | None = None,
    *,
    direction: Direction = Direction.BOTH,
    rule: Rule = Rule.ASK,
    transform: str = "",
    value_pairs: tuple[ValuePair, ...] = (),
    cut: bool = False,
) -> FieldPair:
    return fingerprinted(
        FieldPair(
            local=local or spec(),
            remote=other or remote(),
            direction=direction,
            rule=rule,
            transform=transform,
            value_pairs=value_pairs,
            cut=cut,
        )
    )


EMAIL = pair(
    spec("email", FieldType.EMAIL, required=True),
    remote("Email", RemoteType.EMAIL, max_length=80, key=True),
)
LAST_NAME = pair(
    spec("last_name"), remote("LastName", max_length=80, required=True), rule=Rule.OURS
)
CONSENT = pair(
    spec("newsletter", FieldType.CONSENT),
    remote("OptedOut", RemoteType.OPT_OUT),
    transform="consent_to_opt_out",
)


def transfer(*pairs: FieldPair, **extra: Any) -> TransferSpec:
    settings: dict[str, Any] = {
        "key": 1,
        "object": "person",
        "operations": frozenset(Operation),
        "external_id_field": "OurId",
        "match_fields": (("Email", "email"),),
        "own_user": OUR_USER,
    }
    return TransferSpec(pairs=pairs or (EMAIL, LAST_NAME, CONSENT), **settings | extra)


def subject(local: Values | None, **extra: Any) -> Subject:
    settings: dict[str, Any] = {
        "contact": 7,
        "external_id": "raccord-7",
        "operations": frozenset({Operation.UPDATED}),
    }
    return Subject(local=local, **settings | extra)


def view(values: Values, *, id: str = "r1", by: str = SALES_REP, **extra: Any) -> Record:  # noqa: A002
    return Record(object="person", id=id, values=values, modified_by=by, **extra)


def link(
    base: Any = None, *, sent: Values | None = None, before: Values | None = None
) -> LinkState:
    return LinkState(remote_id="r1", base=base or {}, sent=sent, before=before)


def remote_values(local: Values, pairs: tuple[FieldPair, ...]) -> dict[str, Value]:
    """The remote record that agrees with the contact."""
    sent = {each.remote.name: outward(each, local.get(each.local.key)) for each in pairs}
    return {name: None if value is ABSENT else value for name, value in sent.items()}
