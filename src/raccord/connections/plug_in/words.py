"""The sentences for our own codes about plug-ins: what happened, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from raccord.engine.errors import sentence

PLUG_IN_SENTENCES: Mapping[str, tuple[str, str]] = {
    "raccord.plug_in.none": (
        sentence("This source has no plug-in to install."),
        sentence("Changes over there are asked for, as before."),
    ),
    "raccord.plug_in.under_way": (
        sentence("The plug-in is being installed already."),
        sentence("Wait until it is done; the page shows how far it is."),
    ),
    "raccord.plug_in.elsewhere": (
        sentence(
            "The plug-in in this organization belongs to the connection “%(connection)s”: it can "
            "tell one connection only."
        ),
        sentence(
            "This connection asks for changes by itself. To let it have the plug-in, remove it "
            "from the organization first."
        ),
    ),
    "raccord.plug_in.refused": (
        sentence("The other side did not take the plug-in: components refused: %(count)s."),
        sentence("What was refused, and why, is listed below. Nothing was changed over there."),
    ),
    "raccord.plug_in.interrupted": (
        sentence("The installation was interrupted too often."),
        sentence("Install the plug-in again; what is done already does no harm."),
    ),
    "raccord.plug_in.too_long": (
        sentence("The other side has not finished the installation for six hours."),
        sentence("Look at its deployments over there, then install the plug-in again."),
    ),
}
