"""The file of an export: kept in pieces in the database, so that any web process can send it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.db.models import F, Sum
from django.db.models.functions import Length

from raccord.contacts.models import ExportPart, ExportRun

PIECE = 1024 * 1024


def add(run: ExportRun, content: bytes) -> None:
    """Put a piece behind the others."""
    ExportPart.objects.create(run=run, number=run.parts.count(), content=content)


def pieces(run: ExportRun) -> Iterator[bytes]:
    """The content from its beginning; one piece in memory at a time."""
    number = 0
    while True:
        found = run.parts.filter(number=number).values_list("content", flat=True).first()
        if found is None:
            return
        yield bytes(found)
        number += 1


def replace(run: ExportRun, source: Path) -> None:
    """Keep this file instead of the pieces so far; within the caller's transaction."""
    forget(run)
    with source.open("rb") as file:
        for number, piece in enumerate(iter(lambda: file.read(PIECE), b"")):
            ExportPart.objects.create(run=run, number=number, content=piece)


def size(run: ExportRun) -> int:
    """In bytes."""
    found = run.parts.aggregate(bytes=Sum(Length(F("content"))))
    return int(found["bytes"] or 0)


def forget(run: ExportRun) -> None:
    """Drop the content."""
    run.parts.all().delete()
