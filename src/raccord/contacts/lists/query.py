"""What a list of contacts is: words, conditions, an order. Pure, and storable as JSON.

A query survives the fields it names: a condition about a field that is gone is told to the person
where the list is read (see `problems` there), never silently left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from raccord.contacts.search_text import folded

LONGEST_ID = 18
"""Digits of an id, far more than there are contacts."""

_CAUSE = re.compile(r"[0-9a-f]{32}")

CHANGED = "@changed"
CREATED = "@created"
SYNC = "@sync"
"""What every contact has beside its fields; no field's key begins like these.

SYNC: how the contact stands with the other systems. Its values are `SyncState`, or
"<SyncState>:<data transfer>" for one data transfer only; "refused:<data transfer>:<cause>" for
one cause of refusal, as `sync/causes.py` names it. See `standing`.
"""


class SyncState(StrEnum):
    """AGREED: linked and nothing to do. NOT_LINKED: no counterpart there."""

    AGREED = "agreed"
    WAITING = "waiting"
    REFUSED = "refused"
    HELD = "held"
    NOT_LINKED = "not_linked"


def standing(value: str) -> tuple[SyncState, int | None, str]:
    """A value of SYNC: the state, the data transfer if it is about one, the cause or "".

    Raises ValueError for what no such value ever was.
    """
    state, _colon, rest = value.partition(":")
    transfer, colon, cause = rest.partition(":")
    is_number = transfer.isascii() and transfer.isdecimal() and len(transfer) <= LONGEST_ID
    if (_colon and not is_number) or (colon and not _CAUSE.fullmatch(cause)):
        raise ValueError(value)
    if cause and state != SyncState.REFUSED:
        raise ValueError(value)
    return SyncState(state), int(transfer) if transfer else None, cause


class Operator(StrEnum):
    """How a field is compared. Which of them fit which type: `lists/operators.py`.

    IS, IS_NOT: any of the values; for several choices, one of them at least is among them.
    BEFORE, AFTER, LESS, MORE: exclusive. IN_LAST_DAYS: the value is a number of days.
    """

    IS = "is"
    IS_NOT = "is_not"
    CONTAINS = "contains"
    STARTS_WITH = "starts_with"
    BEFORE = "before"
    AFTER = "after"
    LESS = "less"
    MORE = "more"
    IN_LAST_DAYS = "in_last_days"
    EMPTY = "empty"
    NOT_EMPTY = "not_empty"


@dataclass(frozen=True, slots=True)
class Condition:
    """field: a field's key, or one of the names above. values: in stored form, as text."""

    field: str
    operator: Operator
    values: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {"field": self.field, "operator": str(self.operator), "values": list(self.values)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Raises KeyError, ValueError or TypeError for what no condition ever was."""
        values = tuple(str(value) for value in stored.get("values", ()))
        return cls(str(stored["field"]), Operator(stored["operator"]), values)


@dataclass(frozen=True, slots=True)
class Sort:
    """by: a field's key, CHANGED or CREATED. Contacts that are empty there come last."""

    by: str = CHANGED
    descending: bool = True

    def __str__(self) -> str:
        return f"-{self.by}" if self.descending else self.by

    @classmethod
    def parse(cls, text: str) -> Self:
        """The form that `str` gives, as it stands in addresses; "" is the usual order."""
        return cls(text.removeprefix("-"), text.startswith("-")) if text else cls()


@dataclass(frozen=True, slots=True)
class ListQuery:
    """All conditions hold at once. text: every word of it stands somewhere in the contact.

    ids: only these contacts, where a person ticked them one by one.
    """

    text: str = ""
    conditions: tuple[Condition, ...] = ()
    sort: Sort = field(default_factory=Sort)
    ids: tuple[int, ...] | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """The words of `text` as they are looked for."""
        return tuple(folded(self.text).replace("\x00", "").split())

    @property
    def is_everything(self) -> bool:
        return not self.words and not self.conditions and self.ids is None

    def to_json(self) -> dict[str, Any]:
        stored: dict[str, Any] = {
            "text": self.text,
            "conditions": [condition.to_json() for condition in self.conditions],
            "sort": str(self.sort),
        }
        if self.ids is not None:
            stored["ids"] = list(self.ids)
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Raises KeyError, ValueError or TypeError for what no query ever was; {} is everything."""
        ids = stored.get("ids")
        return cls(
            text=str(stored.get("text", "")),
            conditions=tuple(map(Condition.from_json, stored.get("conditions", ()))),
            sort=Sort.parse(str(stored.get("sort", ""))),
            ids=None if ids is None else tuple(int(one) for one in ids),
        )
