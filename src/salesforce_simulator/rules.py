"""An administrator's rules over a whole record: validation rules and duplicate rules.

Both come from the seed. A validation rule refuses rows that match a SOQL condition; a duplicate
rule refuses a row (block), or refuses it unless the caller insists (alert), when another living
record holds the same value in a field.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from salesforce_simulator.errors import RecordError
from salesforce_simulator.store import Row, Store


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRule:
    """Refuses a row for which `matches` is true, with the administrator's text."""

    object_name: str
    matches: Callable[[Row], bool]
    message: str
    field: str | None = None

    def check(self, row: Row) -> None:
        if self.matches(row):
            fields = [self.field] if self.field else []
            raise RecordError("FIELD_CUSTOM_VALIDATION_EXCEPTION", self.message, fields=fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRule:
    """Refuses a second record with the same value in an indexed field."""

    object_name: str
    field: str
    action: Literal["block", "alert"]
    name: str
    message: str = "Use one of these records?"

    def check(self, row: Row, store: Store, *, allow_save: bool, version: str) -> None:
        value = row.get(self.field)
        if value is None or (allow_save and self.action == "alert"):
            return
        others = [each for each in store.ids_with(self.field, value) if each != row["Id"]]
        if others:
            # Recordings of v51 to v56 spell the key without its l.
            key = "duplicateResult" if float(version) > 57 else "duplicateResut"
            detail = self._result(others, version=version)
            raise RecordError("DUPLICATES_DETECTED", self.message, extra={key: detail})

    def _result(self, others: list[str], *, version: str) -> dict[str, Any]:
        path = f"/services/data/v{version}/sobjects/{self.object_name}"
        matches = [
            {
                "additionalInformation": [],
                "fieldDiffs": [],
                "matchConfidence": 100.0,
                "record": {
                    "attributes": {"type": self.object_name, "url": f"{path}/{each}"},
                    "Id": each,
                },
            }
            for each in others
        ]
        return {
            "allowSave": self.action == "alert",
            "duplicateRule": self.name,
            "duplicateRuleEntityType": self.object_name,
            "errorMessage": self.message,
            "matchResults": [
                {
                    "entityType": self.object_name,
                    "errors": [],
                    "matchEngine": "ExactMatchEngine",
                    "matchRecords": matches,
                    "rule": self.name,
                    "size": len(matches),
                    "success": True,
                }
            ],
        }
