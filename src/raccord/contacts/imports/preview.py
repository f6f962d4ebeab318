"""What an import would do, as its check found out: counted chunk by chunk, kept as JSON.

`ImportRun.preview` holds one `Preview`; {} as long as nothing was checked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

from raccord.engine.values import Stored

MOST_ROWS = 20
MOST_REASONS = 50
LINES_PER_REASON = 5


@dataclass(slots=True)
class PreviewChange:
    """One field of a row, by key: what the contact holds and what it would hold, in stored form
    (`engine.values.to_json`; long texts are shortened), None for nothing."""

    field: str
    before: Stored
    after: Stored


@dataclass(slots=True)
class PreviewRow:
    """What would happen to one line. outcome: "created", "updated", "unchanged", "rejected".

    contact: the id of the one that exists already. name: the unique key as the file has it.
    reasons: why it would be rejected, or what of it would be left out: [code, parameters].
    """

    line: int
    outcome: str
    name: str = ""
    contact: int | None = None
    changes: list[PreviewChange] = field(default_factory=list)
    reasons: list[tuple[str, dict[str, str]]] = field(default_factory=list)


@dataclass(slots=True)
class PreviewReason:
    """One reason for which lines would be rejected (taken: for which one column is left out).

    lines: the first ones: line number, excerpt of the line, the reason's parameters there.
    """

    code: str
    column: str
    taken: bool
    count: int = 0
    lines: list[tuple[int, str, dict[str, str]]] = field(default_factory=list)


@dataclass(slots=True)
class ConsentCount:
    """What would become of the consents in one field, by key: how many are set to yes, set to
    no, and how many a yes is refused for because the person said no before."""

    field: str
    yes: int = 0
    no: int = 0
    refused: int = 0


@dataclass(slots=True)
class Preview:
    """All of it. token: of this check; give it to `confirm` to import what was seen."""

    token: str = ""
    read: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    reasons: list[PreviewReason] = field(default_factory=list)
    rows: list[PreviewRow] = field(default_factory=list)
    consents: list[ConsentCount] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """What `to_json` gave; {} gives an empty preview."""
        preview = cls(**{**stored, "reasons": [], "rows": [], "consents": []}) if stored else cls()
        preview.reasons = [PreviewReason(**reason) for reason in stored.get("reasons", ())]
        preview.rows = [_row(row) for row in stored.get("rows", ())]
        preview.consents = [ConsentCount(**count) for count in stored.get("consents", ())]
        return preview


def _row(stored: Mapping[str, Any]) -> PreviewRow:
    changes = [PreviewChange(**change) for change in stored["changes"]]
    return PreviewRow(**{**stored, "changes": changes})
