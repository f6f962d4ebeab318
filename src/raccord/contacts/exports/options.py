"""How an export is written: the kind of file, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self, TypeVar

from raccord.engine.errors import BadInput

Kind = TypeVar("Kind", bound=StrEnum)


class FileFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class Wording(StrEnum):
    """LABELS: as people call it, in the reader's language. KEYS: as it is stored and sent."""

    LABELS = "labels"
    KEYS = "keys"


class Delimiter(StrEnum):
    """SEMICOLON goes with a decimal comma, as spreadsheets expect it where both are usual."""

    COMMA = ","
    SEMICOLON = ";"


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """headings: of the columns. choices: of choices, yes and no. delimiter: of a CSV file."""

    headings: Wording = Wording.LABELS
    choices: Wording = Wording.LABELS
    delimiter: Delimiter = Delimiter.COMMA

    def to_json(self) -> dict[str, str]:
        return {name: str(value) for name, value in asdict(self).items()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """{} is what is usual. Raises BadInput; `at` names the option."""
        return cls(
            headings=_one_of(Wording, stored, "headings", Wording.LABELS),
            choices=_one_of(Wording, stored, "choices", Wording.LABELS),
            delimiter=_one_of(Delimiter, stored, "delimiter", Delimiter.COMMA),
        )


def file_format(given: str) -> FileFormat:
    """Raises BadInput at ``format``."""
    return _one_of(FileFormat, {"format": given}, "format", FileFormat.CSV)


def _one_of(kind: type[Kind], stored: Mapping[str, Any], name: str, usual: Kind) -> Kind:
    try:
        return kind(stored.get(name, usual))
    except ValueError:
        raise BadInput("raccord.export.option", at=name) from None
