"""Searching by words, through the index of all words of all contacts.

A word that was typed has to stand in the contact as it was typed, and to begin where a word of
the contact begins: "lef", "lefevre@ex" and "example.org" find zoe.lefevre@example.org, "fevre"
does not. The first half is a plain comparison of text, the second is what the index answers; both
always go together, so that it does not matter which of them found the contact.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import BooleanField, F, Func, Q, TextField, Value

from raccord.contacts import search_text
from raccord.contacts.lists.query import ListQuery

TELLING = 3
"""Letters. Beside others, it is enough that a shorter word stands anywhere in the contact."""

# Scripts that write without spaces: nobody knows where a word begins.
_WITHOUT_SPACES = range(0x2E80, 0xD800)


class LookedFor(NamedTuple):
    """A word for the index; goes_on: it only begins so."""

    word: str
    goes_on: bool

    @property
    def is_telling(self) -> bool:
        """Short ones begin too many words to be looked for, if there is anything else."""
        return not self.goes_on or len(self.word) >= TELLING

    @property
    def has_no_beginning(self) -> bool:
        return any(ord(letter) in _WITHOUT_SPACES for letter in self.word)

    def __str__(self) -> str:
        return f"'{self.word}':*" if self.goes_on else f"'{self.word}'"


def typed(query: ListQuery, project_id: int) -> Q:
    """The contacts in which every word stands, or the phone number that was typed."""
    found = _all_words(query.words, project_id)
    if digits := search_text.digits_of_phone(query.text.strip()):
        for number in search_text.national_numbers(digits):
            found |= _all_words((number,), project_id)
    return found


def among(value: str, project_id: int, *, begins: bool) -> Q:
    """Whoever has a field with this value has its words, too: few contacts are left to compare.

    begins: the field may go on behind the value.
    """
    stands = somewhere(value)
    looked_for = _looked_for(search_text.folded(value), begins=begins) if stands else []
    return stands & _held(looked_for, project_id)


def somewhere(value: str) -> Q:
    """Whoever has a field with this in it has it in the text of all fields, too.

    That text is quicker looked at than any field; it has all values but yes and no.
    """
    text = search_text.folded(value)
    if not text or any(text in unsaid for unsaid in search_text.UNSAID):
        return Q()
    return Q(search_text__contains=text)


def _all_words(typed_words: Sequence[str], project_id: int) -> Q:
    found = Q()
    looked_for: list[LookedFor] = []
    for word in typed_words:
        found &= Q(search_text__contains=word)
        looked_for += _looked_for(word, begins=True)
    return found & _held(looked_for, project_id)


def _looked_for(text: str, *, begins: bool) -> list[LookedFor]:
    """The words of a folded text for the index; the last one may go on if the text only begins."""
    words = [LookedFor(word, goes_on=False) for word in search_text.words(text)]
    if begins and words and text.endswith(words[-1].word):
        words[-1] = LookedFor(words[-1].word, goes_on=True)
    return [each for each in words if not each.has_no_beginning]


def _held(looked_for: Sequence[LookedFor], project_id: int) -> Q:
    told = [str(each) for each in looked_for if each.is_telling] or [str(e) for e in looked_for]
    if not told:
        return Q()
    words = Func(
        F("project_id"), F("search_text"), function="raccord_words", output_field=TextField()
    )
    query = " & ".join([*told, f"'#{project_id}'"])
    wanted = Func(Value(query), template="%(expressions)s::tsquery", output_field=TextField())
    held = Func(
        words,
        wanted,
        template="(%(expressions)s)",
        arg_joiner=" @@ ",
        output_field=BooleanField(),
    )
    return Q(held)
