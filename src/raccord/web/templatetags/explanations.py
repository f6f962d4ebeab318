"""Help where it is needed: a “?” beside a term that says in a sentence what the term means.

Loaded for every template. The “?” is a button; it opens a small box with the term, the sentence
and, where that helps, an example. Browsers do the rest themselves (the popover attribute): it
works by keyboard and without JavaScript, closes on Esc and on a click elsewhere, and a screen
reader calls it “Help: Unique key”.

    <h2 class="card-title">{% translate "Unique key" %}</h2>
    {% help _("Unique key") %}
      {% translate "The field that tells one contact from another: no two share its value." %}
    {% example %}
      {% translate "With the e-mail as the key, importing a known address changes that contact." %}
    {% endhelp %}

It stands right behind a heading, a label or a legend, not inside it (a screen reader would read it
as a part of that, and a click on a label is for its control); inside a paragraph or a table cell it
is at home. Inside are plain sentences, at most two, and only elements that a paragraph may hold.
`{% example %}` with what follows it may be left out. A form field's own short hint stays its
`help_text`.
"""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token
from django.template.loader import render_to_string
from django.utils.crypto import get_random_string
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.tag("help")
def explanation(parser: Parser, token: Token) -> Explanation:
    """{% help _("Term") %}what it means{% example %}such as{% endhelp %}."""
    parts = token.split_contents()
    if len(parts) != 2:
        raise template.TemplateSyntaxError('help needs one term: {% help _("Unique key") %}')
    meaning = parser.parse(("example", "endhelp"))
    example = None
    if parser.next_token().contents == "example":
        example = parser.parse(("endhelp",))
        parser.delete_first_token()
    return Explanation(parser.compile_filter(parts[1]), meaning=meaning, example=example)


class Explanation(template.Node):
    """The button and the box behind it."""

    child_nodelists = ("meaning", "example")

    def __init__(
        self, term: FilterExpression, *, meaning: NodeList, example: NodeList | None
    ) -> None:
        self.term = term
        self.meaning = meaning
        self.example = example or NodeList()

    def render(self, context: template.Context) -> SafeString:
        return render_to_string(
            "base/help.html",
            {
                # Random, since a pop-up may explain what the page beneath it explains as well.
                "key": f"help-{get_random_string(8)}",
                "term": self.term.resolve(context),
                "meaning": _rendered(self.meaning, context),
                "example": _rendered(self.example, context),
            },
        )


def _rendered(nodes: NodeList, context: template.Context) -> SafeString:
    return mark_safe(nodes.render(context).strip())  # noqa: S308 - rendered by Django
