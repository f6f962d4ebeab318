"""Dates and moments, as `parsing` takes them: ISO 8601, and only those that exist."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from raccord.engine.records import FieldSpec, Value
from raccord.engine.refused import Parser, refused

_DATE_IN_DATETIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[Tt ]|$)")


def date_parser(spec: FieldSpec) -> Parser:
    def parse_date(raw: object) -> Value:
        if isinstance(raw, str) and len(raw) == 10 and raw[4] == raw[7] == "-":
            try:
                return date.fromisoformat(raw)
            except ValueError:
                pass
        elif isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        raise refused(spec, "date")

    return parse_date


def datetime_parser(spec: FieldSpec) -> Parser:
    def parse_datetime(raw: object) -> Value:
        try:
            if isinstance(raw, str) and _DATE_IN_DATETIME.match(raw):
                raw = datetime.fromisoformat(raw)
            if isinstance(raw, datetime):
                return raw.replace(tzinfo=UTC) if raw.tzinfo is None else raw.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise refused(spec, "datetime")

    return parse_datetime
