"""One chunk of an import: read, then written in one transaction with the run's new position.

Step 4 of an import. What was read, written, counted and rejected moves together or not at all, so
a worker that dies between or inside chunks leaves nothing half done and nothing twice. The check
(`checking.py`) reads the same chunks by the same code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import F

from raccord.contacts import barrier, leases
from raccord.contacts.changes import (
    MOST_CONTACTS,
    ContactChange,
    Mode,
    Outcome,
    RowResult,
    apply_many,
)
from raccord.contacts.imports import cells, files
from raccord.contacts.imports.csv_layout import Layout
from raccord.contacts.imports.csv_lines import lines
from raccord.contacts.imports.csv_records import Record, RecordReader
from raccord.contacts.imports.lines import LineReader, ReadLine
from raccord.contacts.models import ImportKey, ImportReject, ImportRun
from raccord.contacts.project_fields import ProjectFields, choice_names
from raccord.engine.errors import BadInput
from raccord.engine.records import ConsentEvidence, Origin, OriginKind

LARGEST_CHUNK = 4 * 1024 * 1024
"""In characters: what is in memory at a time, however long the lines are."""

_OWN = """
SELECT position FROM contacts_importrun
WHERE id = %s AND claim = %s AND position = %s FOR UPDATE
"""
_MEET = """
INSERT INTO contacts_importkey (run_id, key, line)
SELECT %s, n.key, n.line FROM jsonb_to_recordset(%s::jsonb) AS n (key text, line bigint)
ON CONFLICT (run_id, key) DO NOTHING
RETURNING key
"""


class PieceMissing(Exception):  # noqa: N818 - it names what is wrong
    """What is stored of a file ends before the file does."""


class ChunkReader:
    """Reads chunk after chunk of a run's file, from where the run stands.

    place: (byte, line) where the next chunk begins.
    """

    def __init__(self, run: ImportRun, layout: Layout) -> None:
        position = max(run.position, layout.position)
        number = max(run.next_line, layout.line)
        pieces = files.pieces(run, position=position)
        self._records = RecordReader(
            lines(pieces, start=position, number=number),
            delimiter=layout.options.delimiter,
            width=len(layout.columns),
            row_numbers=bool(layout.options.sheet),
        )
        self._size = run.size
        self.place = position, number

    def next(self) -> list[Record]:
        """The next records; none at the end of the file. Raises PieceMissing."""
        chunk: list[Record] = []
        size = 0
        whole = False
        for record in self._records:
            chunk.append(record)
            size += len(record.content)
            if whole := len(chunk) >= MOST_CONTACTS or size >= LARGEST_CHUNK:
                break
        self.place = self._records.place or self.place
        if not whole and self.place[0] != self._size:
            # Nothing of it is taken: its last record may be cut.
            raise PieceMissing(f"The file ends at {self.place[0]} of {self._size} bytes.")
        return chunk


@dataclass(frozen=True, slots=True)
class ReadChunk:
    """lines: that can be taken, none with a key the file had before; changes: what each means.

    reader: has the rejected ones.
    """

    lines: Sequence[ReadLine]
    changes: Sequence[ContactChange]
    reader: LineReader


def read(run: ImportRun, records: Sequence[Record], *, layout: Layout, claim: UUID) -> ReadChunk:
    """What is in the records; notes their keys. Raises leases.LeaseLost.

    Belongs into the transaction that moves the run: it locks the run's row.
    """
    fields = ProjectFields.of(run.project_id)
    parsers = cells.parsers(fields, layout.options, choice_names(run.project_id))
    reader = LineReader(layout, fields, parsers)
    met = reader.read(records)
    _own(run, claim)
    first = _without_repeats(run, met, reader)
    evidence = _evidence(layout, fields)
    changes = [ContactChange(line.values, evidence=evidence) for line in first]
    return ReadChunk(first, changes, reader)


def write(
    run: ImportRun,
    records: Sequence[Record],
    *,
    layout: Layout,
    claim: UUID,
    place: tuple[int, int],
) -> None:
    """Take the records and move the run to `place`, in one transaction. Raises leases.LeaseLost."""
    with barrier.shared(run.project_id):
        chunk = read(run, records, layout=layout, claim=claim)
        mode = layout.options.mode
        results = apply_many(run.project, chunk.changes, origin=origin(run), mode=mode)
        note_problems(run, chunk, results, mode=mode)
        for reject in chunk.reader.rejects:
            reject.run = run
        ImportReject.objects.bulk_create(chunk.reader.rejects)
        outcomes = [result.outcome for result in results]
        move(run, outcomes, read=len(records), rejects=chunk.reader.rejects, place=place)


def origin(run: ImportRun) -> Origin:
    """Of everything that this import writes."""
    return Origin(OriginKind.IMPORT, actor=run.started_by, cause=f"import:{run.pk}")


def note_problems(
    run: ImportRun, chunk: ReadChunk, results: Sequence[RowResult], *, mode: Mode
) -> None:
    """A line the contacts refuse gives its key back; a column they refuse is noted."""
    given_back = []
    for line, result in zip(chunk.lines, results, strict=True):
        rejected = result.outcome is Outcome.REJECTED
        if rejected:
            given_back.append(line.key)
            problem = _in_words_of_mode(result.problems[0], mode)
            chunk.reader.reject(line.record, problem)
        else:
            for problem in result.problems:
                chunk.reader.reject(line.record, problem, taken=True)
    if given_back:
        ImportKey.objects.filter(run=run, key__in=given_back).delete()


def move(
    run: ImportRun,
    outcomes: Sequence[Outcome],
    *,
    read: int,
    rejects: Sequence[ImportReject],
    place: tuple[int, int],
    **others: Any,
) -> None:
    """Count what became of the records, and let the next chunk begin at `place`.

    others: further columns of the run, and what they become.
    """
    position, next_line = place
    ImportRun.objects.filter(pk=run.pk).update(
        position=position,
        next_line=next_line,
        read=F("read") + read,
        created=F("created") + outcomes.count(Outcome.CREATED),
        updated=F("updated") + outcomes.count(Outcome.UPDATED),
        unchanged=F("unchanged") + outcomes.count(Outcome.UNCHANGED),
        rejected=F("rejected") + sum(not reject.taken for reject in rejects),
        **others,
    )
    run.position, run.next_line = place


def _own(run: ImportRun, claim: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_OWN, [run.pk, claim, run.position])
        if cursor.fetchone() is None:
            raise leases.LeaseLost


def _evidence(layout: Layout, fields: ProjectFields) -> dict[str, ConsentEvidence]:
    """For every consent of a line. No person answers for each one, so none lifts a refusal."""
    if not (source := layout.options.consent.text):
        return {}
    return dict.fromkeys(fields.consents, ConsentEvidence(source=source))


def _in_words_of_mode(problem: BadInput, mode: Mode) -> BadInput:
    """What an import that only adds, or only updates, says of the others."""
    if mode is Mode.ADD and problem.code == "raccord.contact.key_taken":
        return BadInput("raccord.import.exists", at=problem.at)
    if mode is Mode.UPDATE and problem.code == "raccord.contact.missing":
        return BadInput("raccord.import.unknown_contact")
    return problem


def _without_repeats(run: ImportRun, met: Sequence[ReadLine], reader: LineReader) -> list[ReadLine]:
    """Of the lines with one key, the first of the file; the others are rejected."""
    first_here: dict[str, ReadLine] = {}
    for line in met:
        first_here.setdefault(line.key, line)
    keys = [{"key": key, "line": line.record.line} for key, line in first_here.items()]
    with connection.cursor() as cursor:
        cursor.execute(_MEET, [run.pk, orjson.dumps(keys).decode()])
        new = {key for (key,) in cursor.fetchall()}
    earlier = ImportKey.objects.filter(run=run, key__in=first_here.keys() - new)
    first_line = {key: line.record.line for key, line in first_here.items()}
    first_line |= dict(earlier.values_list("key", "line"))
    column = reader.fields.key_specs[0].key
    kept = []
    for line in met:
        if line.key in new and line is first_here[line.key]:
            kept.append(line)
        else:
            params = {"line": str(first_line[line.key])}
            reader.reject(
                line.record, BadInput("raccord.import.repeated_key", at=column, params=params)
            )
    return kept
