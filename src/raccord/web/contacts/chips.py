"""The filters of a list as chips: a sentence each, with the ways to change it and to remove it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.shortcuts import resolve_url

from raccord.contacts.lists import counting
from raccord.contacts.lists.matching import InvalidList
from raccord.contacts.lists.query import Condition
from raccord.contacts.models import Project
from raccord.sync.list_conditions import STANDINGS
from raccord.web.contacts.address import ListAddress, written_condition
from raccord.web.contacts.condition_words import Words, how_many

MOST_ADVICE = 5
COUNTED_FOR_ADVICE = 100
SECONDS_FOR_ADVICE = 0.2
"""When nobody is found: how many filters are tried without, how far is counted, and how long."""


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition. change: the address of its form. without: the list when it is taken away."""

    sentence: str
    change: str
    without: str


@dataclass(frozen=True, slots=True)
class Advice:
    """What to take away when nobody is found. found: how many there are then, "" for nobody."""

    sentence: str
    without: str
    found: str


@dataclass(frozen=True, slots=True)
class Unread:
    """What the address says and nobody can read. name: its parameter. without: as of a chip."""

    name: str
    text: str
    without: str


def chips_of(asked: ListAddress, project: Project, words: Words) -> list[Chip]:
    """One for each condition of the list."""
    return [
        Chip(
            words.sentence(condition),
            form_address(asked, project, condition),
            asked.without(condition).written(),
        )
        for condition in asked.query.conditions
    ]


def form_address(asked: ListAddress, project: Project, condition: Condition | None = None) -> str:
    """The address of a filter's form: of a new one, or of one that the list has."""
    filled = asked.parameters()
    if condition is not None:
        filled += [("field", condition.field), ("operator", str(condition.operator))]
        filled += [("value", value) for value in condition.values]
        filled.append(("replaces", written_condition(condition)))
    return f"{resolve_url('contacts-filter', project.slug)}?{urlencode(filled)}"


def advice(asked: ListAddress, project: Project, words: Words) -> list[Advice]:
    """When nobody is found: each filter, with how many there would be without it."""
    return [
        Advice(words.sentence(condition), without.written(), _found(without, project))
        for condition in asked.query.conditions[:MOST_ADVICE]
        for without in (asked.without(condition),)
    ]


def unread_of(asked: ListAddress) -> list[Unread]:
    """What to take away so that the list is certain."""
    return [
        Unread(name, text, without.written())
        for name, text in asked.unread
        for without in (
            asked.without_words() if name == "q" else asked.without_unread((name, text)),
        )
    ]


def _found(asked: ListAddress, project: Project) -> str:
    try:
        found = counting.count(
            project,
            asked.query,
            up_to=COUNTED_FOR_ADVICE,
            elsewhere=STANDINGS,
            seconds=SECONDS_FOR_ADVICE,
        )
    except InvalidList:
        return ""
    return how_many(found) if found.number else ""
