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
        sentence("The plug-in is being installed or removed at the moment."),
        sentence("Wait until that is done; the page shows how far it is."),
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
    "raccord.plug_in.kept": (
        sentence("The other side did not let go of the plug-in: components it kept: %(count)s."),
        sentence(
            "What was kept, and why, is listed below. Put that right, then remove the plug-in "
            "again. Meanwhile it is at rest, and Raccord asks for changes by itself."
        ),
    ),
    "raccord.plug_in.interrupted": (
        sentence("The work on the plug-in was interrupted too often."),
        sentence("Begin it again; what is done already does no harm."),
    ),
    "raccord.plug_in.too_long": (
        sentence("The other side has not finished this for six hours."),
        sentence("Look at its deployments over there, then begin again."),
    ),
    # How it is doing
    "raccord.plug_in.silent": (
        sentence("Nothing was heard of the plug-in for %(hours)s hours."),
        sentence(
            "Raccord asks for changes by itself, so they arrive later, and none is lost. Choose "
            "“Check what is installed”: the answer says what is in the way."
        ),
    ),
    "raccord.plug_in.paused": (
        sentence("The plug-in is paused. Changes waiting to be told: %(count)s."),
        sentence("Choose “Resume”: what waits is told then. Meanwhile Raccord asks by itself."),
    ),
    "raccord.plug_in.nothing_yet": (
        sentence("The plug-in has not sent anything yet."),
        sentence("Choose “Send a test” to see whether its messages arrive."),
    ),
    "raccord.plug_in.retrying": (
        sentence("The plug-in could not reach Raccord the last time (answer: %(status)s)."),
        sentence("It tries again by itself, and loses nothing."),
    ),
    "raccord.plug_in.halted_signature": (
        sentence("Raccord refuses the plug-in's messages: they are signed with another secret."),
        sentence(
            "Choose “Install again”, which stores the present secret over there; or make a new "
            "secret and enter it there."
        ),
    ),
    "raccord.plug_in.halted_clock": (
        sentence(
            "Raccord refuses the plug-in's messages: they seem to be more than five minutes "
            "old or from the future."
        ),
        sentence("Let the clock of the machine that Raccord runs on be set right."),
    ),
    "raccord.plug_in.halted_address": (
        sentence("The plug-in posts to an address that is closed or does not exist."),
        sentence(
            "Open the address on the connection's page, or choose “Install again”, which enters "
            "the right one; then “Resume”."
        ),
    ),
    "raccord.plug_in.halted_credential": (
        sentence("The plug-in may not use the secret that is stored over there."),
        sentence("Choose “Install again”. Whatever you have to do by hand is said there."),
    ),
    "raccord.plug_in.halted_stranger": (
        sentence("At the plug-in's address somebody answers who is not Raccord."),
        sentence(
            "Something stands between them, such as a sign-in page or a proxy. Let messages to "
            "Raccord's address pass, then choose “Resume”."
        ),
    ),
    "raccord.plug_in.halted_other": (
        sentence("The plug-in's messages are refused with the answer %(status)s (%(code)s)."),
        sentence("Put that right, then choose “Resume”."),
    ),
    "raccord.plug_in.unscheduled": (
        sentence("The plug-in's hourly look has ended: what one attempt leaves may lie for long."),
        sentence("Choose “Resume”: it begins anew."),
    ),
    "raccord.plug_in.stuck": (
        sentence("Changes wait for hours in the plug-in, and nobody sends them: %(count)s."),
        sentence(
            "Choose “Install again”: it says which part is missing. It sends with the rights of: "
            "%(user)s."
        ),
    ),
    "raccord.plug_in.delivers_elsewhere": (
        sentence("The plug-in says that its messages are taken, but they do not arrive here."),
        sentence(
            "It posts to another installation of Raccord. Choose “Install again” if it is to tell "
            "this one."
        ),
    ),
    "raccord.plug_in.given_up": (
        sentence("The plug-in gave up messages that were refused. Changes in them: %(count)s."),
        sentence("Raccord found these changes by asking. Choose “Send again” to try once more."),
    ),
}
