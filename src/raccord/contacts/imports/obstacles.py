"""What stands between the options of an import and its check: what is wrong, and what is open.

Pure. `at` of a problem names the option: "delimiter", "columns", "columns.3" (the fourth column),
"consent.source"…
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from raccord.contacts.imports.encoding import checked
from raccord.contacts.imports.options import (
    DELIMITERS,
    LONGEST_SOURCE,
    LONGEST_STATEMENT,
    ImportOptions,
)
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.texts import storable
from raccord.engine.errors import BadInput


def wrong(options: ImportOptions, fields: ProjectFields) -> list[BadInput]:
    """What cannot be kept as it is."""
    return [
        *_wrong_reading(options),
        *_wrong_columns(options, fields),
        *_wrong_text(options.consent.source, LONGEST_SOURCE, at="consent.source"),
        *_wrong_text(options.consent.statement, LONGEST_STATEMENT, at="consent.statement"),
    ]


def missing(options: ImportOptions, fields: ProjectFields) -> list[BadInput]:
    """What still has to be decided before anything can be checked."""
    return [*_missing_columns(options, fields), *_missing_proof(options, fields)]


def _wrong_reading(options: ImportOptions) -> Iterator[BadInput]:
    if options.delimiter not in DELIMITERS:
        yield BadInput("raccord.import.delimiter", at="delimiter")
    try:
        checked(options.encoding)
    except BadInput as problem:
        yield BadInput(problem.code, problem.params, at="encoding")
    try:
        ZoneInfo(options.time_zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield BadInput("raccord.import.time_zone", at="time_zone")


def _wrong_columns(options: ImportOptions, fields: ProjectFields) -> Iterator[BadInput]:
    taken: dict[str, int] = {}
    for number, key in enumerate(options.columns):
        if key is None:
            continue
        at = f"columns.{number}"
        if key not in fields.specs:
            yield BadInput("raccord.import.no_such_field", at=at)
        elif key in taken:
            spec = fields.specs[key]
            yield BadInput("raccord.import.field_twice", {"field": spec.label or spec.key}, at=at)
        taken.setdefault(key, number)


def _wrong_text(text: str, limit: int, *, at: str) -> Iterator[BadInput]:
    if len(text) > limit:
        yield BadInput("raccord.import.proof_too_long", {"limit": str(limit)}, at=at)
    elif storable(text) != text:
        yield BadInput("raccord.import.proof_characters", at=at)


def _missing_columns(options: ImportOptions, fields: ProjectFields) -> Iterator[BadInput]:
    open_keys = [spec for spec in fields.key_specs if spec.key not in options.columns]
    if open_keys or not fields.key_specs:
        names = ", ".join(spec.label or spec.key for spec in open_keys)
        yield BadInput("raccord.import.key_not_assigned", {"fields": names}, at="columns")


def _missing_proof(options: ImportOptions, fields: ProjectFields) -> Iterator[BadInput]:
    """Consents need to come from somewhere."""
    if fields.consents.isdisjoint(key for key in options.columns if key):
        return
    if not options.consent.source.strip():
        yield BadInput("raccord.import.consent_source", at="consent.source")
    if not options.consent.statement.strip():
        yield BadInput("raccord.import.consent_statement", at="consent.statement")
