"""How a contact and its record came apart, or went on elsewhere, in words."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from raccord.sync.models import Link, LinkState
from raccord.sync.partings import Why


def of(link: Link, *, deleted: bool) -> str:
    """One sentence, "" where the two never parted. deleted: the contact was, here."""
    why = link.parted.get("why", "")
    if deleted and link.state == LinkState.LINKED:
        return _("The contact was deleted here; the record stays and receives nothing any more.")
    if why == Why.CONVERTED:
        return _("Converted into a %(object)s:") % {"object": link.parted.get("object", "")}
    if why == Why.MERGED:
        return _("Merged into another record there:")
    if why == Why.DELETED or link.state == LinkState.GONE:
        return _deleted(link, contact_too=deleted)
    if link.state == LinkState.LET_GO:
        return _("No longer linked: the contact had been deleted here.")
    return ""


def _deleted(link: Link, *, contact_too: bool) -> str:
    when = _when(str(link.parted.get("at", "")))
    if link.state == LinkState.LET_GO:
        if when:
            return _("Deleted there on %(when)s, and no longer linked.") % {"when": when}
        return _("Deleted there, and no longer linked.")
    if contact_too:
        return _("Deleted on both sides.")
    if when:
        return _("Deleted there on %(when)s. The contact stays here.") % {"when": when}
    return _("Deleted there. The contact stays here.")


def _when(stamp: str) -> str:
    try:
        at = datetime.fromisoformat(stamp)
    except ValueError:
        return ""
    return date_format(timezone.localtime(at), "SHORT_DATE_FORMAT") if at.tzinfo else ""
