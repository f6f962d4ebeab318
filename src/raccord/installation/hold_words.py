"""Why everything is held, and what to do, in words: for the page and for commands."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from raccord.installation.models import HeldBecause, Installation

BECAUSE = {
    HeldBecause.RESTORED: gettext_noop(
        "The database was written anew from a backup, or into another server."
    ),
    HeldBecause.OLDER: gettext_noop(
        "The database is in an older state than this machine has seen it in: it was put back to a "
        "backup, or has lost what it had confirmed."
    ),
    HeldBecause.MOVED: gettext_noop(
        "The data folder lies elsewhere than before, or was copied together with its database."
    ),
    HeldBecause.ASKED: gettext_noop("Somebody held everything by hand."),
}


def because(row: Installation) -> str:
    """Why, as one sentence; "" while nothing is held."""
    return _(BECAUSE[HeldBecause(row.held_because)]) if row.held_because else ""


def said(row: Installation) -> str:
    """For a command: that it is held, why, and what to do."""
    what = _("Raccord is held: nothing is exchanged with other systems.")
    todo = _(
        "If this is the original: raccord installation --original. If it is a copy: raccord "
        "installation --copy. Or say so on the page “Installation”."
    )
    return f"{what} {because(row)}\n{todo}"
