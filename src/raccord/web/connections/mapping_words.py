"""How the conversions, directions and rules of a field mapping are called on the screen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from raccord.engine.records import Direction, Rule

TRANSFORMS: dict[str, str | Promise] = {
    "": gettext_lazy("As it is"),
    "not": gettext_lazy("The opposite (yes becomes no)"),
    "consent_to_opt_out": gettext_lazy("Consent “no” ticks the box, “yes” clears it"),
    "upper": gettext_lazy("In capital letters"),
    "lower": gettext_lazy("In small letters"),
}


def transform_label(name: str) -> str:
    """The name of a conversion in the current language; its own name if it is new."""
    return str(TRANSFORMS.get(name, name))


def direction_labels(source: str) -> dict[Direction, str]:
    """Each direction in words, seen from here; `source` is how the third party is called."""
    named = {"source": source}
    return {
        Direction.OUTBOUND: _("→ To %(source)s") % named,
        Direction.INBOUND: _("← From %(source)s") % named,
        Direction.BOTH: _("↔ Both ways"),
    }


def rule_labels(source: str) -> dict[Rule, str]:
    """Who wins where both sides changed, in words."""
    named = {"source": source}
    return {
        Rule.NEWEST: _("The newest change wins"),
        Rule.THEIRS: _("%(source)s wins") % named,
        Rule.THEIRS_UNLESS_BLANK: _("%(source)s wins unless blank") % named,
        Rule.OURS: _("Raccord wins"),
        Rule.ASK: _("Ask me"),
    }


def rule_example(rule: Rule, *, field: str, source: str) -> str:
    """What the rule does when `field`, by its label, was changed on both sides."""
    examples = {
        Rule.NEWEST: _(
            "“%(field)s” is changed here and in %(source)s: the later change goes to both. If the "
            "times do not prove which one that is, you are asked."
        ),
        Rule.THEIRS: _(
            "“%(field)s” is changed here and in %(source)s: what %(source)s says replaces the "
            "value here."
        ),
        Rule.THEIRS_UNLESS_BLANK: _(
            "“%(field)s” is changed here and in %(source)s: what %(source)s says replaces the "
            "value here. If it was emptied in %(source)s, the value from here is written there."
        ),
        Rule.OURS: _(
            "“%(field)s” is changed here and in %(source)s: the value from here is written there."
        ),
        Rule.ASK: _(
            "“%(field)s” is changed here and in %(source)s: both stay as they are until you choose."
        ),
    }
    return examples[rule] % {"field": field, "source": source}
