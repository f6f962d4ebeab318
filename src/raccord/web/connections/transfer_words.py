"""How the rules of a data transfer are called on the screen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from raccord.engine.records import FirstLinkRule, OnlyThere


def first_link_rules(source: str) -> dict[FirstLinkRule, str]:
    """Each rule in words; `source` is how the third party is called."""
    return {
        FirstLinkRule.THEIRS: _("The value in %(source)s stays") % {"source": source},
        FirstLinkRule.OURS: _("Raccord's value replaces it"),
        FirstLinkRule.NEWEST: _("The value that changed last stays"),
        FirstLinkRule.ASK: _("Neither: a person decides each time"),
    }


def only_there_choices() -> dict[OnlyThere, str]:
    """What becomes of records that nobody is linked to."""
    return {
        OnlyThere.CREATE: _("Link those who are contacts here, and make contacts of the others"),
        OnlyThere.LINK: _("Link those who are contacts here, and leave the others there"),
        OnlyThere.IGNORE: _("Leave all of them alone"),
    }


def only_there_told(source: str) -> dict[OnlyThere, str]:
    """The same as a statement, for the data type's row."""
    named = {"source": source}
    return {
        OnlyThere.CREATE: _("Who is only in %(source)s becomes a contact.") % named,
        OnlyThere.LINK: _("Who is only in %(source)s stays there.") % named,
        OnlyThere.IGNORE: _("Records of %(source)s without a link are left alone.") % named,
    }
