"""What messages say of each kind of alarm, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from raccord.alerts.conditions import Kind
from raccord.alerts.models import Stage


@dataclass(frozen=True, slots=True)
class Words:
    """%(connection)s, %(project)s and %(count)s may appear in each.

    title: what is the case. effect: what that means for the contacts, and what to do. over: what
    is the case when it has ended.
    """

    title: str | Promise
    effect: str | Promise
    over: str | Promise


WORDS: Mapping[str, Words] = {
    Kind.SUSPENDED: Words(
        title=_("The data integration “%(connection)s” was disabled after many errors"),
        effect=_(
            "Nothing is lost: every change goes on being collected, and waits. When the cause is "
            "mended, resume the integration here; it goes on where it stopped:"
        ),
        over=_("The data integration “%(connection)s” goes on"),
    ),
    Kind.AUTHORIZATION_LOST: Words(
        title=_("“%(connection)s” needs to be authorized again"),
        effect=_(
            "Nothing is lost: every change goes on being collected, and waits until somebody has "
            "authorized access again. That takes a minute, here:"
        ),
        over=_("“%(connection)s” is authorized again"),
    ),
    Kind.PAUSED: Words(
        title=_("“%(connection)s” pauses"),
        effect=_(
            "Nothing is lost: every change waits, and Raccord tries again by itself. How it "
            "stands is shown here:"
        ),
        over=_("“%(connection)s” goes on after its pause"),
    ),
    Kind.BACKLOG: Words(
        title=_("Changes have been waiting for “%(connection)s” for more than an hour"),
        effect=_(
            "Contacts that wait: %(count)s. Nothing is lost, and they are sent in their order. If "
            "the number does not fall, ask who runs Raccord whether its background work runs:"
        ),
        over=_("Nothing waits too long for “%(connection)s” any more"),
    ),
    Kind.GUARD_STOPPED: Words(
        title=_("“%(connection)s” stopped before it changed too much"),
        effect=_(
            "Contacts that wait: %(count)s. Everything else goes on. Look at some of them, then "
            "let them go on or take the change back, here:"
        ),
        over=_("Nothing that was stopped waits in “%(connection)s” any more"),
    ),
    Kind.PLUG_IN_QUIET: Words(
        title=_("The plug-in of “%(connection)s” does not tell Raccord what changes"),
        effect=_(
            "Nothing is lost: Raccord asks for changes by itself, only later than with the "
            "plug-in. How it stands is shown on the page of its connection:"
        ),
        over=_("The plug-in of “%(connection)s” tells Raccord what changes again"),
    ),
    Kind.CALLS_NEARLY_SPENT: Words(
        title=_("“%(connection)s” has used %(count)s %% of today’s calls"),
        effect=_(
            "The other side allows a number of calls each day, to all of its users and programs "
            "together. When they are used up, changes wait until it allows more. See how many are "
            "Raccord’s own here, and change its share if need be:"
        ),
        over=_("“%(connection)s” has calls enough again"),
    ),
}

TEST = Words(
    title=_("Test of the alerts of “%(connection)s”"),
    effect=_("You receive this because you are told when the data integration needs a person:"),
    over="",
)

STILL = _("This still lasts")
"""Put before the title of a message that is not the first about its alarm."""


def words(kind: str) -> Words:
    """The words for a kind; a message without an alarm is a test."""
    return WORDS.get(kind, TEST)


def title(kind: str, stage: str) -> str:
    """The one sentence of a message, with its parameters still to be filled in."""
    said = words(kind)
    if stage == Stage.OVER:
        return str(said.over)
    if stage == Stage.LASTS:
        return f"{STILL}: {said.title}"
    return str(said.title)
