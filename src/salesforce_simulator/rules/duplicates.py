"""Duplicate rules: a record that looks like another one is refused, or doubted.

    {"object": "Lead", "against": ["Lead", "Contact"], "action": "alert",
     "fields": ["Email", {"field": "LastName", "method": "fuzzy"}]}

Action "block" refuses it, "alert" refuses it unless the caller insists (allowSave=true), "report"
lets it pass. Two records match when every field does; a blank field matches nothing.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from salesforce_simulator.errors import RecordError
from salesforce_simulator.schema import Field
from salesforce_simulator.store import Row, Store

if TYPE_CHECKING:
    from salesforce_simulator.org import Org

ACTIONS = ("block", "alert", "report")
METHODS = ("exact", "fuzzy")
# How alike two texts are, from 0 to 1, for a fuzzy match.
ALIKE = 0.8
_LAST_DIGITS = 9
Sees = Callable[[Store, str], bool]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field that two records are compared by."""

    field: Field
    fuzzy: bool

    def same(self, one: Any, other: Any) -> bool:
        if one is None or other is None:
            return False
        left, right = _folded(one), _folded(other)
        if left == right or not self.fuzzy:
            return left == right
        if self.field.type == "phone":
            digits, others = (re.sub(r"\D", "", each)[-_LAST_DIGITS:] for each in (left, right))
            return bool(digits) and digits == others
        return SequenceMatcher(None, _plain(left), _plain(right)).ratio() >= ALIKE


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateRule:
    """Judges the records of an object. against: the names of the objects they are compared with."""

    object_name: str
    against: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    action: str
    name: str
    message: str

    @classmethod
    def of(cls, org: "Org", spec: Mapping[str, Any]) -> "DuplicateRule":
        """Read a rule; `field` names a single one. ValueError where it makes no sense."""
        kind = org.whole.store(str(spec.get("object", ""))).kind
        action = {"allow": "report"}.get(str(spec.get("action", "block")).lower(), "")
        action = action or str(spec.get("action", "block")).lower()
        if action not in ACTIONS:
            raise ValueError(f"action {action!r} is none of {', '.join(ACTIONS)}")
        against = tuple(
            org.whole.store(str(each)).kind.name for each in spec.get("against", [kind.name])
        )
        fields = spec.get("fields", [spec.get("field", "Email")])
        rule = cls(
            object_name=kind.name,
            against=against,
            comparisons=tuple(_comparison(org, each, (kind.name, *against)) for each in fields),
            action=action,
            name=str(spec.get("name", f"Standard_{kind.name}_Duplicate_Rule")),
            message=str(spec.get("message", "Use one of these records?")),
        )
        if not rule.comparisons:
            raise ValueError("a duplicate rule compares at least one field")
        return rule

    def check(
        self, org: "Org", row: Row, *, allow_save: bool, version: str, sees: Sees | None = None
    ) -> None:
        """DUPLICATES_DETECTED where a living record looks like the row.

        sees: tells which of them the writer may know of.
        """
        if self.action == "report" or (allow_save and self.action == "alert"):
            return
        found = {each: self._like(org.whole.store(each), row) for each in self.against}
        if not any(found.values()):
            return
        if sees is not None:
            found = {
                name: [each for each in ids if sees(org.whole.store(name), each)]
                for name, ids in found.items()
            }
        # Recordings of v51 to v56 spell the key without its l.
        key = "duplicateResult" if float(version) > 57 else "duplicateResut"
        detail = self._result(found, version=version)
        raise RecordError("DUPLICATES_DETECTED", self.message, extra={key: detail})

    def _like(self, store: Store, row: Row) -> list[str]:
        return [
            each["Id"]
            for each in self._candidates(store, row)
            if each["Id"] != row["Id"]
            and all(
                one.same(row.get(one.field.name), each.get(one.field.name))
                for one in self.comparisons
            )
        ]

    def _candidates(self, store: Store, row: Row) -> Iterable[Row]:
        """Use the index of a field that must be equal, where there is one."""
        for each in self.comparisons:
            if not each.fuzzy and store.has_index(each.field.name):
                value = row.get(each.field.name)
                ids = store.ids_with(each.field.name, value) if value is not None else ()
                return [store.live[known] for known in ids]
        return store.live.values()

    def _result(self, found: Mapping[str, list[str]], *, version: str) -> dict[str, Any]:
        return {
            "allowSave": self.action == "alert",
            "duplicateRule": self.name,
            "duplicateRuleEntityType": self.object_name,
            "errorMessage": self.message,
            "matchResults": [
                self._match(name, ids, version=version) for name, ids in found.items() if ids
            ],
        }

    def _match(self, object_name: str, ids: list[str], *, version: str) -> dict[str, Any]:
        path = f"/services/data/v{version}/sobjects/{object_name}"
        fuzzy = any(each.fuzzy for each in self.comparisons)
        return {
            "entityType": object_name,
            "errors": [],
            "matchEngine": "FuzzyMatchEngine" if fuzzy else "ExactMatchEngine",
            "matchRecords": [
                {
                    "additionalInformation": [],
                    "fieldDiffs": [],
                    "matchConfidence": 100.0,
                    "record": {
                        "attributes": {"type": object_name, "url": f"{path}/{each}"},
                        "Id": each,
                    },
                }
                for each in ids
            ],
            "rule": self.name,
            "size": len(ids),
            "success": True,
        }


def _comparison(org: "Org", spec: Any, object_names: tuple[str, ...]) -> Comparison:
    name = spec.get("field") if isinstance(spec, Mapping) else spec
    method = spec.get("method", "exact") if isinstance(spec, Mapping) else "exact"
    if method not in METHODS:
        raise ValueError(f"method {method!r} is none of {', '.join(METHODS)}")
    fields = [org.whole.store(each).kind.field(str(name)) for each in object_names]
    for field, object_name in zip(fields, object_names, strict=True):
        if field is None or field.formula is not None or field.type == "address":
            raise ValueError(f"{object_name}.{name} is no field that records are compared by")
    return Comparison(fields[0], method == "fuzzy")  # type: ignore[arg-type]


def _folded(value: Any) -> str:
    return str(value).strip().casefold()


def _plain(text: str) -> str:
    """Drop accents, and whatever is neither letter nor digit."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(each for each in letters if each.isalnum())
