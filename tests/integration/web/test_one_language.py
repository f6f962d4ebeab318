"""No page mixes languages: every page, in each language, is searched for the other's words.

What to look for comes from the catalogue itself. A text with places to fill in, or with markup, is
looked for by its longest piece of plain words. Besides, no sentence may be the same in both
languages: nobody has marked it for translation. What the scene's people typed is nobody's language,
and of a text that nobody has translated yet, `make check` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from raccord.accounts.models import User
from raccord.connections import describing
from raccord.contacts.models import Contact, Field
from salesforce_simulator.server import Simulator
from tests.every_page import pages
from tests.full_scene import FullScene, full_scene
from tests.integration.connections.conftest import simulator  # noqa: F401 - a fixture
from tools import messages

LANGUAGES = ("en", "fr")
CATALOGUE = messages.LOCALES / "fr" / "LC_MESSAGES" / f"{messages.DOMAIN}.po"
SHORTEST = 13
"""Shorter texts are too often a part of others, or the same in both languages."""
PLACE_OR_MARKUP = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|</?\w[^>]*>|\n")
SENTENCE = re.compile(r"[^\W\d_]{2,} +[^\W\d_]+ +[^\W\d_]{2,}")
WITHOUT_END = {"base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}
READ_OUT = {"aria-label", "title", "placeholder", "alt"}
NOT_TO_BE_TRANSLATED = {"pre", "code", "script", "style"}

Texts = dict[str, list[str]]
"""Of each page, by its address."""


class Words(HTMLParser):
    """The texts of a page that a person gets to read or hear, in its own language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language
        self.texts: list[str] = []
        self._foreign = 0
        self._open: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        foreign = given.get("lang", self.language) != self.language or tag in NOT_TO_BE_TRANSLATED
        if tag not in WITHOUT_END:
            self._open.append(foreign)
            self._foreign += foreign
        if not self._foreign and not foreign:
            self.texts += [_plain(text) for name, text in given.items() if _is_read(name)]

    def handle_endtag(self, tag: str) -> None:
        if tag not in WITHOUT_END and self._open:
            self._foreign -= self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self._foreign:
            self.texts.append(_plain(data))


def test_no_page_mixes_its_languages(
    transactional_db: None,
    simulator: Simulator,  # noqa: F811
    marketer: User,
) -> None:
    scene = full_scene(simulator, marketer)
    english, french = (_read(scene, marketer, language) for language in LANGUAGES)
    mixed = [
        *_foreign(english, _only_in("fr", besides="en")),
        *_foreign(french, _only_in("en", besides="fr")),
        *_not_marked(english, french),
    ]
    assert not mixed, "\n".join(mixed)


def test_the_search_finds_what_is_there() -> None:
    page = '<p lang="en">Third-party connections list</p><p title="Data transfer of all">é</p>'
    assert _texts(page, "fr") == ["Data transfer of all", "é"]
    assert list(
        _foreign({"/": ["See: Third-party connections list"]}, _only_in("en", besides="fr"))
    )
    assert list(_foreign({"/": ["Liste des connexions tierces"]}, _only_in("fr", besides="en")))
    said = {"/": ["Nobody has marked this."]}
    assert list(_not_marked(said, said))


@pytest.mark.parametrize("own", ["Configuration", "Salesforce", "17:30", "zoe@example.org"])
def test_what_is_the_same_in_both_languages_is_no_mixture(own: str) -> None:
    said = {"/": [own]}
    assert not list(_not_marked(said, said))
    assert not list(_foreign(said, _only_in("en", besides="fr")))


def _read(scene: FullScene, person: User, language: str) -> Texts:
    client = Client(headers={"Accept-Language": language})
    client.force_login(person)
    typed = _typed(scene)
    return {
        shown.path: [
            text
            for text in _texts(shown.text, language)
            if not _is_typed(text, typed) and not _is_yet_to_be_translated(text)
        ]
        for shown in pages(client, scene=scene.objects())
    }


def _foreign(read: Texts, pieces: Iterable[str]) -> Iterator[str]:
    for path, texts in read.items():
        for text in texts:
            if len(text) >= SHORTEST:
                yield from (f"{path}: {piece!r} in {text!r}" for piece in pieces if piece in text)


def _not_marked(english: Texts, french: Texts) -> Iterator[str]:
    same = set(_catalogue("en")) & set(_catalogue("fr"))
    for path in english.keys() & french.keys():
        for text in sorted(set(english[path]) & set(french[path]) - same):
            if SENTENCE.search(text):
                yield f"{path}: the same in both languages: {text!r}"


def _texts(page: str, language: str) -> list[str]:
    words = Words(language)
    words.feed(page)
    return [text for text in words.texts if text]


@cache
def _only_in(language: str, *, besides: str) -> tuple[str, ...]:
    """Pieces of one language's texts that no text of the other language contains."""
    other = "\n".join(_catalogue(besides))
    pieces = {_longest_piece(text) for text in _catalogue(language)}
    return tuple(sorted(piece for piece in pieces if len(piece) >= SHORTEST and piece not in other))


@cache
def _catalogue(language: str) -> tuple[str, ...]:
    """Every text that is translated, in one of the two languages."""
    translated = [each for each in messages.read(CATALOGUE) if each.id and all(_forms(each.string))]
    return tuple(
        _plain(text)
        for message in translated
        for text in _forms(message.id if language == "en" else message.string)
    )


def _is_yet_to_be_translated(text: str) -> bool:
    return any(piece in text for piece in _to_be_translated())


@cache
def _to_be_translated() -> tuple[str, ...]:
    known = messages.read(CATALOGUE)
    pieces = set()
    for message in messages.collect(messages.SOURCE):
        translated = known.get(message.id, message.context) if message.id else message
        if translated is None or not all(_forms(translated.string)):
            pieces |= {_longest_piece(_plain(text)) for text in _forms(message.id)}
    return tuple(piece for piece in pieces if piece)


def _longest_piece(text: str) -> str:
    return max((piece.strip() for piece in PLACE_OR_MARKUP.split(text)), key=len, default="")


def _forms(text: Any) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _is_read(attribute: str) -> bool:
    return attribute in READ_OUT or attribute.startswith("data-")


def _is_typed(text: str, typed: set[str]) -> bool:
    return text in typed or any(len(own) >= SHORTEST and own in text for own in typed)


def _typed(scene: FullScene) -> set[str]:
    """What people gave their fields and contacts, and the organization its fields."""
    values = Contact.objects.values_list("values", flat=True)
    given = {str(value) for held in values for value in held.values()}
    labels = set(Field.objects.values_list("label", flat=True))
    described = describing.described(scene.transfer)
    over_there = {field.label for field in described.fields.values()}
    return {text for text in given | labels | over_there if text}
