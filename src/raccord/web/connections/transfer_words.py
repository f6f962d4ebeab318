"""How the rules of a data transfer are called on the screen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from raccord.engine.records import FirstLinkRule, OnlyThere
from raccord.engine.rules import DeletionRule, OnlyHere


def first_link_rules(source: str) -> dict[FirstLinkRule, str]:
    """Each rule in words; `source` is how the third party is called."""
    return {
        FirstLinkRule.THEIRS: _("The value in %(source)s stays") % {"source": source},
        FirstLinkRule.OURS: _("Raccord's value replaces it"),
        FirstLinkRule.NEWEST: _("The value that changed last stays"),
        FirstLinkRule.ASK: _("Neither: a person decides each time"),
    }


def only_here_choices() -> dict[OnlyHere, str]:
    """What becomes of contacts that have no record."""
    return {
        OnlyHere.CREATE: _("Link those who are there, and create records for the others"),
        OnlyHere.LINK: _("Link those who are there, and let the others wait until they are"),
        OnlyHere.IGNORE: _("Leave these contacts alone"),
    }


def only_there_choices() -> dict[OnlyThere, str]:
    """What becomes of records that nobody is linked to."""
    return {
        OnlyThere.CREATE: _("Link those who are contacts here, and make contacts of the others"),
        OnlyThere.LINK: _("Link those who are contacts here, and leave the others there"),
        OnlyThere.IGNORE: _("Leave all of them alone"),
    }


def our_deletion_choices(*, ticked: bool) -> dict[DeletionRule, str]:
    """What the deletion of a contact does to its record. ticked: deletions are sent at once."""
    asks = _("A person is asked each time whether the record is deleted, too")
    if ticked:
        at_once = _("The record is deleted at once: “Deleted” is ticked among the update types")
        return {DeletionRule.NOTHING: at_once, DeletionRule.ASK: asks}
    return {
        DeletionRule.NOTHING: _("The record stays; if the contact is restored, the two go on"),
        DeletionRule.UNLINK: _("The record stays, and the two are no longer linked"),
        DeletionRule.ASK: asks,
    }


def their_deletion_choices() -> dict[DeletionRule, str]:
    """What the deletion of a record does to its contact."""
    return {
        DeletionRule.NOTHING: _("The contact stays; if the record is restored, the two go on"),
        DeletionRule.UNLINK: _("The contact stays, and the two are no longer linked"),
        DeletionRule.ASK: _("A person is asked each time whether the contact is deleted, too"),
    }


def only_here_told() -> dict[OnlyHere, str]:
    """What becomes of contacts without a record, as a statement for the data type's row."""
    return {
        OnlyHere.CREATE: _("Who is found nowhere is created."),
        OnlyHere.LINK: _("Nobody is created there."),
        OnlyHere.IGNORE: _("Contacts without a link are left alone."),
    }


def only_there_told(source: str) -> dict[OnlyThere, str]:
    """The same for records without a contact."""
    named = {"source": source}
    return {
        OnlyThere.CREATE: _("Who is only in %(source)s becomes a contact.") % named,
        OnlyThere.LINK: _("Who is only in %(source)s stays there.") % named,
        OnlyThere.IGNORE: _("Records of %(source)s without a link are left alone.") % named,
    }


def deletions_told(*, ours: DeletionRule, theirs: DeletionRule) -> str:
    """What deletions do, for the data type's row; "" where they do nothing."""
    told = {
        (True, True): _("Somebody is asked about deletions on either side."),
        (True, False): _("Somebody is asked about deletions here."),
        (False, True): _("Somebody is asked about deletions there."),
    }
    asks = (ours is DeletionRule.ASK, theirs is DeletionRule.ASK)
    return told.get(asks, "")
