"""The matching order inside the settings of a data transfer: what the form carries, what it shows.

A pair of fields travels as "remote field:our field"; buttons move it, take it out, or add one.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import QueryDict

from raccord.connections import describing, match_order
from raccord.connections.models import DataTransfer
from raccord.contacts.project_fields import ProjectFields
from raccord.engine.records import FieldPair

MOST = 50
"""Pairs that a form is read for; no project has so many by which people are recognised."""

Names = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Posted:
    """What a form carried. act: "save", or what a button did to the order.

    chosen: the order as it is now in the form; None where the form had none of it.
    """

    act: str = "save"
    chosen: list[Names] | None = None
    moved: Names | None = None


@dataclass(frozen=True, slots=True)
class ShownPair:
    """name: as the form carries it. number: its place, from 0. moved: it was moved just now."""

    name: str
    number: int
    ours: str
    theirs: str
    moved: bool


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """identity: their field for our own id, "" if there is none. further: (name, label).

    key: the project's unique key, where it is not among the pairs and so comes before them.
    changed: it is not what is stored.
    """

    identity: str
    pairs: list[ShownPair]
    further: list[tuple[str, str]]
    key: str
    changed: bool


def posted(data: QueryDict) -> Posted:
    """Read the form and do what its button says; a number out of range does nothing."""
    act, _colon, number = data.get("act", "save").partition(":")
    if "match_order" not in data:
        return Posted(act=act)
    chosen = list(dict.fromkeys(_names(each) for each in data.getlist("match")[:MOST]))
    at = int(number) if number.isascii() and number.isdecimal() and len(number) < 4 else -1
    if act == "add" and ":" in data.get("new_match", ""):
        new = _names(data.get("new_match", ""))
        return Posted(act, [*(each for each in chosen if each != new), new], new)
    if not 0 <= at < len(chosen):
        return Posted(act, chosen)
    moved = chosen.pop(at)
    if act == "remove":
        return Posted(act, chosen)
    chosen.insert(max(0, at - 1) if act == "up" else at + 1 if act == "down" else at, moved)
    return Posted(act, chosen, moved)


def shown(transfer: DataTransfer, posted: Posted) -> ShownOrder | None:
    """The order as the form shows it; None while their fields were never read."""
    remote = describing.stored_description(transfer)
    if remote is None:
        return None
    stored = match_order.of_transfer(transfer, remote=remote)
    now = match_order.of_transfer(transfer, remote=remote, chosen=posted.chosen)
    return ShownOrder(
        identity=now.identity,
        pairs=[
            ShownPair(
                _carried(pair), number, _ours(pair), pair.remote.label, _of(pair) == posted.moved
            )
            for number, pair in enumerate(now.pairs)
        ],
        further=[(_carried(pair), f"{_ours(pair)} = {pair.remote.label}") for pair in now.further],
        key=_key_before(transfer, now.pairs),
        changed=now.pairs != stored.pairs,
    )


def _key_before(transfer: DataTransfer, pairs: tuple[FieldPair, ...]) -> str:
    """The labels of the unique key, unless it is one of the pairs itself."""
    keys = ProjectFields.of(transfer.connection.project_id).key_specs
    if [each.key for each in keys] in [[pair.local.key] for pair in pairs]:
        return ""
    return ", ".join(each.label or each.key for each in keys)


def _names(carried: str) -> Names:
    remote, _colon, key = carried.replace("\0", "").partition(":")
    return remote, key


def _of(pair: FieldPair) -> Names:
    return pair.remote.name, pair.local.key


def _carried(pair: FieldPair) -> str:
    return ":".join(_of(pair))


def _ours(pair: FieldPair) -> str:
    return pair.local.label or pair.local.key
