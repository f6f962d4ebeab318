"""One field of an object: what the schema tables and the seed's custom fields both become."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

TEXT_TYPES = frozenset(
    {"string", "textarea", "email", "phone", "url", "picklist", "multipicklist", "combobox"}
)
NUMBER_TYPES = frozenset({"int", "double", "currency", "percent"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A column. Lengths are in characters; `targets` are the objects a reference may point at.

    formula: what an administrator wrote, where the value is computed when it is read; `compute`
    does it. number_format: of an auto-number, such as "C-{0000}". default: what a create gets.
    """

    name: str
    label: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    digits: int = 0
    createable: bool = False
    updateable: bool = False
    defaulted: bool = False
    nillable: bool = False
    filterable: bool = False
    sortable: bool = False
    groupable: bool = False
    id_lookup: bool = False
    restricted: bool = False
    name_field: bool = False
    permissionable: bool = False
    search_prefilterable: bool = False
    compound: str | None = None
    targets: tuple[str, ...] = ()
    relationship: str | None = None
    values: tuple[str, ...] = ()
    custom: bool = False
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    help_text: str | None = None
    formula: str | None = None
    number_format: str | None = None
    default: Any = None
    compute: Callable[[dict[str, Any]], Any] | None = dataclasses.field(
        default=None, compare=False, repr=False
    )

    @property
    def required(self) -> bool:
        """A create without a value is refused."""
        return (
            self.createable and not self.nillable and not self.defaulted and self.type != "boolean"
        )

    @property
    def is_text(self) -> bool:
        return self.type in TEXT_TYPES

    @property
    def is_number(self) -> bool:
        return self.type in NUMBER_TYPES

    @property
    def is_long_text(self) -> bool:
        return self.type == "textarea" and self.length > 255

    @property
    def is_key(self) -> bool:
        """Usable in /sobjects/X/FIELD/VALUE and as the key of an upsert."""
        return self.external_id or self.id_lookup

    @property
    def is_indexed(self) -> bool:
        """Looked up by value often enough that the store keeps an index on it."""
        return self.name != "Id" and (self.is_key or self.unique or self.search_prefilterable)
