"""Searching by words, through the index of all words of all contacts.

A word that was typed has to stand in the contact as it was typed, and to begin where a word of
the contact begins: "lef", "lefevre@ex" and "example.org" find zoe.lefevre@example.org, "fevre"
does not. The first half is a plain comparison of text, the second is what the index answers; both
always go together, so that it does not matter which of them found the contact.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import BooleanField, F, Func, Q, TextField, Value

from raccord.contacts import search_text
from raccord.contacts.lists.query import ListQuery

# Scripts that write without spaces: nobody knows where a word begins.
_WITHOUT_SPACES = range(0x2E80, 0xD800)
_AREA_CODE_AND_NUMBER = 9
"""Digits at the end of a phone number that are the same however it is written."""


def typed(query: ListQuery, project_id: int) -> Q:
    """The contacts in which every word stands, or the phone number that was typed."""
    found = _all_words(query.words, project_id)
    if digits := search_text.digits_of_phone(query.text.strip()).lstrip("0"):
        number = digits[-_AREA_CODE_AND_NUMBER:] if len(digits) > _AREA_CODE_AND_NUMBER else digits
        found |= _all_words((number,), project_id)
    return found


def among(value: str, project_id: int, *, whole: bool) -> Q:
    """A field with this value has these words, so the index finds few contacts to compare.

    whole: the value is all of the field, not only its beginning.
    """
    text = search_text.folded(value)
    if any(unsaid.startswith(text) for unsaid in search_text.UNSAID):
        return Q()
    looked_for = _looked_for(text, begins=not whole)
    return _held(looked_for, project_id) if looked_for else Q()


def _all_words(typed_words: Sequence[str], project_id: int) -> Q:
    found = Q()
    looked_for: list[str] = []
    for word in typed_words:
        found &= Q(search_text__contains=word)
        looked_for += _looked_for(word, begins=True)
    return found & _held(looked_for, project_id) if looked_for else found


def _looked_for(text: str, *, begins: bool) -> list[str]:
    """The words of a folded text for the index; the last one may go on if the text only begins."""
    whole = search_text.words(text)
    wanted = [f"'{word}'" for word in whole]
    if begins and whole and text.endswith(whole[-1]):
        wanted[-1] += ":*"
    return [
        one for one, word in zip(wanted, whole, strict=True) if not _is_written_without_spaces(word)
    ]


def _is_written_without_spaces(word: str) -> bool:
    return any(ord(letter) in _WITHOUT_SPACES for letter in word)


def _held(looked_for: Iterable[str], project_id: int) -> Q:
    words = Func(
        F("project_id"), F("search_text"), function="raccord_words", output_field=TextField()
    )
    query = " & ".join([*looked_for, f"'#{project_id}'"])
    wanted = Func(Value(query), template="%(expressions)s::tsquery", output_field=TextField())
    held = Func(
        words,
        wanted,
        template="(%(expressions)s)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
    return Q(held)
