"""Adds a chunk to the preview of an import. Part of its check; see `checking.py`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from raccord.contacts.differences import Draft, RowResult
from raccord.contacts.imports.chunks import ReadChunk
from raccord.contacts.imports.preview import (
    LINES_PER_REASON,
    MOST_REASONS,
    MOST_ROWS,
    ConsentCount,
    Preview,
    PreviewChange,
    PreviewReason,
    PreviewRow,
)
from raccord.contacts.models import ImportReject
from raccord.contacts.texts import shortened
from raccord.engine.records import Operation
from raccord.engine.values import Stored

LONGEST_TEXT = 200


def add(preview: Preview, chunk: ReadChunk, verdicts: Sequence[RowResult | Draft]) -> None:
    """Count the chunk's lines; the first ones of the file are kept row by row."""
    rejects = chunk.reader.rejects
    if len(preview.rows) < MOST_ROWS:
        preview.rows += _rows(chunk, verdicts, rejects)[: MOST_ROWS - len(preview.rows)]
    _add_reasons(preview, rejects)
    _add_consents(preview, chunk.reader.fields.consents, verdicts)


def _rows(
    chunk: ReadChunk, verdicts: Sequence[RowResult | Draft], rejects: Iterable[ImportReject]
) -> list[PreviewRow]:
    """The chunk's lines in the file's order."""
    rows: dict[int, PreviewRow] = {}
    for line, verdict in zip(chunk.lines[:MOST_ROWS], verdicts, strict=False):
        number = line.record.line
        row = PreviewRow(number, str(verdict.outcome), name=shortened(line.key, LONGEST_TEXT))
        row.contact = verdict.contact
        if isinstance(verdict, Draft):
            row.changes = _changes(verdict)
        rows[number] = row
    for reject in rejects:
        outcome = "rejected" if not reject.taken else "unchanged"
        row = rows.setdefault(reject.line, PreviewRow(reject.line, outcome))
        row.reasons.append((reject.code, reject.parameters))
    return [rows[number] for number in sorted(rows)]


def _changes(draft: Draft) -> list[PreviewChange]:
    """Field by field; of a new contact what it would begin with."""
    changes: Mapping[str, tuple[Stored, Stored]] = {
        name: change for entry in draft.entries.values() for name, change in entry.items()
    }
    return [
        PreviewChange(name, _short(before), _short(after))
        for name, (before, after) in changes.items()
    ]


def _short(value: Stored) -> Stored:
    return shortened(value, LONGEST_TEXT) if isinstance(value, str) else value


def _add_reasons(preview: Preview, rejects: Iterable[ImportReject]) -> None:
    known = {(reason.code, reason.column, reason.taken): reason for reason in preview.reasons}
    for reject in rejects:
        place = (reject.code, reject.column, reject.taken)
        reason = known.get(place)
        if reason is None:
            # A file of garbage has a few codes too, but may have them in any number of columns.
            if len(known) >= MOST_REASONS:
                place = (reject.code, "", reject.taken)
            reason = known.setdefault(place, PreviewReason(*place))
        reason.count += 1
        if len(reason.lines) < LINES_PER_REASON:
            excerpt = shortened(reject.content, LONGEST_TEXT)
            reason.lines.append((reject.line, excerpt, reject.parameters))
    preview.reasons = sorted(known.values(), key=lambda reason: -reason.count)


def _add_consents(
    preview: Preview, consents: frozenset[str], verdicts: Iterable[RowResult | Draft]
) -> None:
    if not consents:
        return
    counts = {count.field: count for count in preview.consents}
    for verdict in verdicts:
        for field in _refused(verdict):
            counts.setdefault(field, ConsentCount(field)).refused += 1
        if isinstance(verdict, Draft):
            for field, value in _set(verdict, consents):
                count = counts.setdefault(field, ConsentCount(field))
                if value == "yes":
                    count.yes += 1
                elif value == "no":
                    count.no += 1
    preview.consents = list(counts.values())


def _refused(verdict: RowResult | Draft) -> list[str]:
    problems = verdict.refused if isinstance(verdict, Draft) else verdict.problems
    return [problem.at for problem in problems if problem.code == "raccord.consent.needs_person"]


def _set(draft: Draft, consents: frozenset[str]) -> list[tuple[str, Stored]]:
    """(field, value) of the consents that are written."""
    return [
        (name, after)
        for operation in (Operation.CREATED, Operation.CONSENT_CHANGED)
        for name, (_, after) in draft.entries.get(operation, {}).items()
        if name in consents
    ]
