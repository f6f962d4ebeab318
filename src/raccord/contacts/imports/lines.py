"""From a record of the file to a contact's values, or to the reason why not. Step 5 of an import.

An empty cell says nothing, unless the options want it to clear what a contact holds; a consent it
never clears.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from raccord.contacts.imports.csv_layout import Layout
from raccord.contacts.imports.csv_records import Record
from raccord.contacts.imports.options import Blanks
from raccord.contacts.models import ImportReject
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.spreadsheet_safety import GUARD, unguarded
from raccord.contacts.texts import shortened
from raccord.engine.errors import BadInput
from raccord.engine.records import Value
from raccord.engine.values import Parser, missing

LONGEST_EXCERPT = 64_000
"""Characters of a rejected line that are kept with the reason, so that it can be corrected."""

_BROKEN = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line that can be taken."""

    record: Record
    key: str
    values: Mapping[str, Value]


@dataclass(slots=True)
class LineReader:
    """Reads lines of one layout; collects the rejected ones.

    parsers: of the fields that columns go into (`cells.parsers`).
    """

    layout: Layout
    fields: ProjectFields
    parsers: Mapping[str, Parser]
    rejects: list[ImportReject] = field(default_factory=list)

    def read(self, records: Iterable[Record]) -> list[ReadLine]:
        """The lines that can be taken, in the file's order."""
        width = len(self.layout.columns)
        columns = self._columns()
        taken = []
        for record in records:
            if record.problem or len(record.cells) != width:
                self.reject(record, record.problem or self._ragged(record))
                continue
            values: dict[str, Value] = {}
            try:
                for number, name, parse, clears in columns:
                    cell = record.cells[number]
                    if not cell and not clears:
                        continue
                    value = parse(unguarded(cell) if GUARD in cell else cell)
                    if value is not None or clears:
                        values[name] = value
            except BadInput as problem:
                self.reject(record, self._undecodable(record) or problem)
                continue
            key = self.fields.unique_key(values)
            if key is None:
                self.reject(record, self._without_key(values))
            else:
                taken.append(ReadLine(record, key, values))
        return taken

    def reject(self, record: Record, problem: BadInput, *, taken: bool = False) -> None:
        """Note why a line, or one column of a line that was `taken`, is not in the database."""
        self.rejects.append(
            ImportReject(
                line=record.line,
                column=self.layout.column_of(problem.at),
                code=problem.code,
                parameters=_storable(problem.params),
                content=shortened(record.content.rstrip("\r\n"), LONGEST_EXCERPT),
                taken=taken,
            )
        )

    def _columns(self) -> list[tuple[int, str, Parser, bool]]:
        """(number, field, parser, whether an empty cell clears) of the imported columns."""
        clearing = self.layout.options.blanks is Blanks.CLEAR
        return [
            (number, key, self.parsers[key], clearing and key not in self.fields.consents)
            for number, (key, _) in enumerate(self.layout.columns)
            if key
        ]

    def _ragged(self, record: Record) -> BadInput:
        found, expected = len(record.cells), len(self.layout.columns)
        kind = "too_few_cells" if found < expected else "too_many_cells"
        return BadInput(
            f"raccord.import.{kind}", params={"found": str(found), "expected": str(expected)}
        )

    def _undecodable(self, record: Record) -> BadInput | None:
        """Blame the encoding where bytes are broken, not the character they are shown as."""
        for (key, _), cell in zip(self.layout.columns, record.cells, strict=True):
            if key and _BROKEN.search(cell):
                return BadInput("raccord.import.undecodable", at=key)
        return None

    def _without_key(self, values: Mapping[str, Value]) -> BadInput:
        return missing(next(s for s in self.fields.key_specs if values.get(s.key) is None))


def _storable(params: Mapping[str, Any]) -> dict[str, str]:
    return {name: shortened(str(value), 500) for name, value in params.items()}
