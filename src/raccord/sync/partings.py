"""How a pair was broken or moved, as the contact's page tells it: kept on the link, for people.

Beside `decide.py` and `moving.py`, which say that it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from raccord.engine.records import Record, Successor
from raccord.sync.models import LinkState
from raccord.sync.steps import Sighting

Parted = Mapping[str, str]


class Why(StrEnum):
    """DELETED, MERGED, CONVERTED over there; LEFT after the contact was deleted here."""

    DELETED = "deleted"
    MERGED = "merged"
    CONVERTED = "converted"
    LEFT = "left"


def of(sighting: Sighting, *, state: str) -> Parted | None:
    """How the look found the pair; None where it is as it was."""
    view = sighting.subject.view
    if state not in (LinkState.GONE, LinkState.LET_GO) or view is None:
        return None
    if view.converted_into is not None:
        return converted(view, view.converted_into)
    if view.merged_into:
        return merged_into(view)
    return _told(Why.DELETED if view.deleted else Why.LEFT, view)


def merged(sighting: Sighting) -> Parted | None:
    """The pair follows its record to the one that took it over."""
    view = sighting.subject.view
    return merged_into(view) if view is not None and view.merged_into else None


def merged_into(view: Record) -> Parted:
    """The record was merged into another."""
    return _told(Why.MERGED, view, into=view.merged_into or "")


def converted(view: Record, successor: Successor) -> Parted:
    """The record became one of another object."""
    return _told(Why.CONVERTED, view, object=successor.object, into=successor.id)


def _told(why: Why, view: Record, **more: str) -> Parted:
    at = {"at": view.modified_at.isoformat()} if view.modified_at else {}
    return {"why": why, "record": view.id, **at, **more}
