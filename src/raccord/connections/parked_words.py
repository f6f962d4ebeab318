"""The sentences of what is done in the error centre."""

from __future__ import annotations

from collections.abc import Mapping

from raccord.engine.errors import sentence

PARKED_SENTENCES: Mapping[str, tuple[str, str]] = {
    "raccord.mapping.when_empty_not_sent": (
        sentence("Nothing of “%(field)s” is sent over there."),
        sentence("Let the field flow there first, in the field mapping."),
    ),
    "raccord.mapping.when_empty_consent": (
        sentence("“%(field)s” is a consent, which only the person can give."),
        sentence("Leave it empty: what is not known is not sent."),
    ),
    "raccord.mapping.not_cut": (
        sentence("Texts of “%(field)s” cannot be cut for the field over there."),
        sentence("Shorten them on the contacts, or map another field."),
    ),
    "raccord.parked.nothing_waits": (
        sentence("Nothing waits for this reason any more."),
        sentence("Go back to the error centre for what is left."),
    ),
    "raccord.parked.aside_without_reason": (
        sentence("There is no reason yet."),
        sentence("Say in a few words why these can wait; your colleagues will read it."),
    ),
    "raccord.parked.aside_too_long": (
        sentence("The reason is longer than %(limit)s characters."),
        sentence("Shorten it."),
    ),
    "raccord.parked.no_value": (
        sentence("There is no value yet."),
        sentence("Enter the value to send for contacts that have none."),
    ),
}
