"""What a third party says about its own objects and fields, in our words.

A connector's `describe` makes these; the mapping screen, `compatibility.py` and the merge read
them. Nothing here knows any vendor.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class RemoteType(StrEnum):
    """What the other side's types boil down to. COMPOUND: made of other fields, like an address."""

    STRING = "string"
    TEXT = "text"
    EMAIL = "email"
    PHONE = "phone"
    URL = "url"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    PICKLIST = "picklist"
    MULTIPICKLIST = "multipicklist"
    REFERENCE = "reference"
    ID = "id"
    OPT_OUT = "opt_out"
    COMPOUND = "compound"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class RemoteField:
    """One field of a remote object, in our words (made by a connector's `describe`).

    type: one of `RemoteType`. max_length in characters; precision and scale as in SQL
    decimals; `choices` are the active values, binding only if `restricted`; choice_labels:
    (value, what a reader sees over there), where that is not the value itself.
    key: usable to look records up by equality (unique, external id or id-lookup field).
    """

    name: str
    label: str
    type: RemoteType
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    choices: tuple[str, ...] = ()
    choice_labels: tuple[tuple[str, str], ...] = ()
    restricted: bool = False
    createable: bool = True
    updateable: bool = True
    required: bool = False
    unique: bool = False
    key: bool = False
    external_id: bool = False
    lowercased: bool = False
    group: str = ""

    def choice_label(self, choice: str) -> str:
        """What a reader over there sees instead of a value."""
        return dict(self.choice_labels).get(choice, choice)


@dataclass(frozen=True, slots=True)
class RemoteObject:
    """A remote object as described: its name, labels and fields by API name."""

    name: str
    label: str
    fields: Mapping[str, RemoteField]
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
