"""The sentences for deletions, merges, and by what people are recognised. Part of `words.py`."""

from __future__ import annotations

from collections.abc import Mapping

from raccord.engine.errors import sentence

DELETION_SENTENCES: Mapping[str, tuple[str, str]] = {
    # A deletion there, and a new record of the same person
    "raccord.sync.contact_bereft": (
        sentence("The contact that fits this record had another one, which was deleted there."),
        sentence("Link the contact to this record, or keep the record apart."),
    ),
    # Decisions: what a deletion or a merge leaves
    "raccord.deletion.not_waiting": (
        sentence("This was decided already, or is being looked at again."),
        sentence("Nothing is to be done, unless it comes back here."),
    ),
    "raccord.deletion.there_again": (
        sentence("The record is there again; nothing was deleted."),
        sentence("Raccord links the two again by itself."),
    ),
    "raccord.deletion.here_again": (
        sentence("The contact is here again; nothing was deleted."),
        sentence("Raccord links the two again by itself."),
    ),
    "raccord.deletion.has_record": (
        sentence("The contact has a record there, or is being sent there."),
        sentence("Nothing is to be done."),
    ),
    "raccord.one_person.moved": (
        sentence("The two contacts no longer stand as they were shown; nothing was changed."),
        sentence("Look at what waits now, and choose again."),
    ),
    # Matching order
    "raccord.matching.nothing_chosen": (
        sentence("No pair of fields is left by which people could be recognised."),
        sentence("Add one; without any, people who are on both sides already would be doubled."),
    ),
    "raccord.matching.not_mapped": (
        sentence("The field “%(remote)s” is not mapped any more."),
        sentence("Take it out here, or map it again."),
    ),
    "raccord.matching.not_searchable": (
        sentence("People cannot be looked up by “%(field)s” and “%(remote)s”."),
        sentence("Choose fields that hold a short text, an e-mail address or a phone number."),
    ),
    "raccord.matching.twice": (
        sentence("A pair of fields is in the list twice."),
        sentence("Take one of the two out."),
    ),
}
