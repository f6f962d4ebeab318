"""The sentences for what concerns the installation as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from raccord.engine.errors import sentence

INSTALLATION_SENTENCES: Mapping[str, tuple[str, str]] = {
    "raccord.installation.held": (
        sentence("Raccord is held: nothing is exchanged with other systems."),
        sentence("Say on the page “Installation” whether this is the original or a copy."),
    ),
    "raccord.installation.not_held": (
        sentence("Raccord is not held any more."),
        sentence("Nothing is to be done."),
    ),
    "raccord.installation.unreadable": (
        sentence("The key that the authorization was encrypted with was lost."),
        sentence("Authorize anew."),
    ),
    "raccord.erasure.under_way": (
        sentence("This person is being erased already."),
        sentence("Wait until it is over; the page “Erased people” says how far it is."),
    ),
    "raccord.erasure.over": (
        sentence("This erasure is over already."),
        sentence("Nothing is to be done."),
    ),
    "raccord.installation.is_copy": (
        sentence("This installation is a copy: the authorization stayed with the original."),
        sentence("Authorize anew, best with a test organization."),
    ),
}
