"""How the rules of a data transfer are called on the screen."""

from __future__ import annotations

from django.utils.translation import gettext as _

from raccord.engine.records import FirstLinkRule


def first_link_rules(source: str) -> dict[FirstLinkRule, str]:
    """Each rule in words; `source` is how the third party is called."""
    return {
        FirstLinkRule.THEIRS: _("The value in %(source)s stays") % {"source": source},
        FirstLinkRule.OURS: _("Raccord's value replaces it"),
        FirstLinkRule.NEWEST: _("The value that changed last stays"),
        FirstLinkRule.ASK: _("Neither: a person decides each time"),
    }
