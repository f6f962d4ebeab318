"""Contacts of every kind of field, and what a list means for them in plain Python."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from raccord.contacts import changes, projects
from raccord.contacts.changes import ContactChange
from raccord.contacts.lists.query import Condition, Operator, Sort
from raccord.contacts.models import Contact, Project
from raccord.contacts.project_fields import ProjectFields
from raccord.contacts.search_text import folded, words
from raccord.engine.records import FieldType, Origin, OriginKind, Value

ZONE = ZoneInfo("America/Montreal")
STAGES = ["new", "won", "lost", "Été 24"]
FIELDS: tuple[tuple[str, FieldType], ...] = (
    ("email", FieldType.EMAIL),
    ("name", FieldType.TEXT),
    ("notes", FieldType.LONG_TEXT),
    ("score", FieldType.INTEGER),
    ("price", FieldType.DECIMAL),
    ("born", FieldType.DATE),
    ("seen", FieldType.DATETIME),
    ("active", FieldType.BOOLEAN),
    ("newsletter", FieldType.CONSENT),
    ("stage", FieldType.CHOICE),
    ("topics", FieldType.MULTIPLE_CHOICE),
)
TYPES = dict(FIELDS)
TEXTS = [
    "Élan", "elan", "ELAN vital", "O'Brien", "obrien", "Saint-Malo", "saint malo", "Straße",
    "100%", "1_0", "back\\slash", "yes", "no", "Ünal", "ünal@x", "Ωmega", "ωμέγα", "渡辺 健",
    "🎉 party", "l’été", "ab", "a b", "12.5", "\"quoted\"", "Nguyễn", "İstanbul", "straSSe",
]  # fmt: skip
NUMBERS = ["-3", "0", "7", "7.50", "12.5", "1000000", "0.001"]
DAYS = ["1969-12-31", "2000-02-29", "2024-03-10", "2024-03-11", "2026-11-21", "2026-11-22"]
MOMENTS = [
    "2024-03-10T04:59:59+00:00",
    "2024-03-10T05:00:00+00:00",
    "2024-03-11T03:59:59.500000+00:00",
    "2024-03-11T04:00:00+00:00",
    "2026-11-22T12:00:00+00:00",
]
NOW = datetime(2026, 11, 22, 15, tzinfo=UTC)


def a_project() -> Project:
    project = projects.create_project("Lists", time_zone=str(ZONE))
    for key, kind in FIELDS:
        choices = STAGES if kind in (FieldType.CHOICE, FieldType.MULTIPLE_CHOICE) else []
        projects.add_field(project, key=key, label=key.title(), type=kind, choices=choices)
    projects.set_unique_key(project, ["email"])
    return project


def some_contacts(project: Project, *, count: int, seed: int = 1) -> None:
    """Contacts with every value there is, and with none."""
    chance = random.Random(seed)
    fields = ProjectFields.of(project)
    parsed = [fields.parse(_values(chance, number)) for number in range(count)]
    assert not any(problems for _values, problems in parsed)
    rows = [ContactChange(values) for values, _problems in parsed]
    changes.apply_many(project, rows, origin=Origin(OriginKind.IMPORT))


def _values(chance: random.Random, number: int) -> dict[str, object]:
    values: dict[str, object] = {
        "name": chance.choice(TEXTS),
        "notes": chance.choice(TEXTS),
        "score": chance.choice([-3, 0, 7, 1_000_000]),
        "price": chance.choice(NUMBERS),
        "born": chance.choice(DAYS),
        "seen": chance.choice(MOMENTS),
        "active": chance.choice([True, False]),
        "newsletter": chance.choice(["yes", "no"]),
        "stage": chance.choice(STAGES),
        "topics": chance.sample(STAGES, chance.randrange(1, 4)),
    }
    kept = {key: value for key, value in values.items() if chance.random() < 0.7}
    return {"email": f"Person.{number}@example.org", **kept}


def fulfils(condition: Condition, values: Mapping[str, Value]) -> bool:
    """What a condition means."""
    value = values[condition.field]
    match condition.operator:
        case Operator.EMPTY:
            return value is None
        case Operator.NOT_EMPTY:
            return value is not None
        case Operator.IS_NOT:
            return not fulfils(Condition(condition.field, Operator.IS, condition.values), values)
    if value is None:
        return False
    return any(_compared(condition, value, wanted) for wanted in condition.values)


def _compared(condition: Condition, value: Value, wanted: str) -> bool:
    match value:
        case bool():
            return value == (wanted == "yes")
        case int() | Decimal():
            return _number(condition.operator, Decimal(value), Decimal(wanted))
        case datetime():
            return _day(condition.operator, value.astimezone(ZONE).date(), wanted)
        case date():
            return _day(condition.operator, value, wanted)
        case tuple():
            return wanted in value
    return _text(condition.operator, folded(str(value)), folded(wanted))


def _number(operator: Operator, value: Decimal, wanted: Decimal) -> bool:
    if operator is Operator.LESS:
        return value < wanted
    return value > wanted if operator is Operator.MORE else value == wanted


def _day(operator: Operator, day: date, wanted: str) -> bool:
    if operator is Operator.IN_LAST_DAYS:
        today = NOW.astimezone(ZONE).date()
        return today - timedelta(days=int(wanted)) <= day <= today
    other = date.fromisoformat(wanted)
    if operator is Operator.BEFORE:
        return day < other
    return day > other if operator is Operator.AFTER else day == other


def _text(operator: Operator, text: str, wanted: str) -> bool:
    if operator is Operator.CONTAINS:
        return wanted in text
    return text.startswith(wanted) if operator is Operator.STARTS_WITH else text == wanted


def in_order(
    contacts: list[Contact], sort: Sort, values: dict[int, Mapping[str, Value]]
) -> list[int]:
    """The ids in the list's order: empty ones last, equal ones by id in the same direction."""

    def key(contact: Contact) -> tuple[object, int]:
        return (_sortable(values[contact.pk][sort.by]), contact.pk)

    filled = [each for each in contacts if values[each.pk][sort.by] is not None]
    empty = [each for each in contacts if values[each.pk][sort.by] is None]
    filled.sort(key=key, reverse=sort.descending)
    empty.sort(key=lambda each: each.pk, reverse=sort.descending)
    return [each.pk for each in [*filled, *empty]]


def _sortable(value: Value) -> object:
    if isinstance(value, str):
        return folded(value)
    return value


def words_stand_in(text: str, typed: Sequence[str]) -> bool:
    """Every word as it was typed, from where a word of the contact begins.

    A short word that only begins one may stand anywhere, if there is another word.
    """
    there = set(words(text))
    parts = [(part, place) for word in typed for part, place in _parts(word)]
    telling = [(part, goes_on) for part, goes_on in parts if not goes_on or len(part) >= 3]
    begun = all(
        any(one.startswith(part) for one in there) if goes_on else part in there
        for part, goes_on in telling or parts
    )
    return begun and all(word in text for word in typed)


def _parts(word: str) -> list[tuple[str, bool]]:
    parts = words(word)
    last = len(parts) - 1
    ends_open = bool(parts) and word.endswith(parts[-1])
    written = [(part, place == last and ends_open) for place, part in enumerate(parts)]
    return [
        pair for pair in written if not any("\u2e80" <= letter < "\ud800" for letter in pair[0])
    ]
