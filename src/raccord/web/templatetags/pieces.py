"""Small pieces of the screens, loaded for every template: icons, badges, times, paging."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from raccord.contacts.blamed_fields import for_reader
from raccord.contacts.messages import explain
from raccord.contacts.models import ImportReject, ImportRun
from raccord.engine.errors import BadInput

register = template.Library()

_BEFORE_A_BREAK = re.compile(r"(?<=[@./])")

# look of a badge -> Tabler's colour and the icon that says the same without colour
BADGES = {
    "ok": ("green", "circle-check"),
    "waiting": ("azure", "clock"),
    "paused": ("yellow", "player-pause"),
    "warning": ("orange", "alert-triangle"),
    "danger": ("red", "alert-circle"),
    "off": ("secondary", "circle-x"),
    "neutral": ("secondary", ""),
}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """Draw an icon of `icons.txt`; it is decoration, the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        extra,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag
def badge(look: str, text: str) -> SafeString:
    """Draw a status: `look` is one of BADGES, `text` says it in words."""
    colour, symbol = BADGES[look]
    drawing = icon(symbol, "icon-sm me-1") if symbol else ""
    return format_html('<span class="badge bg-{}-lt">{}{}</span>', colour, drawing, text)


@register.simple_tag(takes_context=True)
def with_page(context: dict[str, Any], number: int | str) -> str:
    """Return the query string of the same list at another page."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    query["page"] = str(number)
    return f"?{query.urlencode()}"


@register.filter
def in_words(problem: BadInput) -> str:
    """Say what is wrong with something that a person gave us."""
    return explain(problem.code, problem.params)


@register.filter
def refusal(row: ImportRun | ImportReject, labels: Mapping[str, str] | None = None) -> str:
    """Say why a file, or a line of it, was not taken; `labels` of `labels_for_reader`."""
    code = row.reason if isinstance(row, ImportRun) else row.code
    return explain(code, for_reader(row.parameters, labels or {}))


@register.filter
def breakable(address: str) -> SafeString:
    """An e-mail or web address that a line may break after "@", "." or "/", not within a word."""
    parts = _BEFORE_A_BREAK.split(address)
    return format_html_join(mark_safe("<wbr>"), "{}", ((part,) for part in parts if part))


@register.filter
def initials(name: str) -> str:
    """Return one or two letters for a person's picture: "Ada Lovelace" -> "AL"."""
    words = name.replace("@", " ").replace(".", " ").split()
    return "".join(word[0] for word in words[:2]).upper()


@register.tag
def capture(parser: template.base.Parser, token: template.base.Token) -> Capture:
    """{% capture name %}…{% endcapture %}: keep what is inside, to be shown in several places."""
    _tag, name = token.split_contents()
    nodelist = parser.parse(("endcapture",))
    parser.delete_first_token()
    return Capture(nodelist, name=name)


class Capture(template.Node):
    """Renders what it holds into a variable instead of the page."""

    def __init__(self, nodelist: template.NodeList, *, name: str) -> None:
        self.nodelist = nodelist
        self.name = name

    def render(self, context: template.Context) -> SafeString:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # noqa: S308 - rendered by Django
        return mark_safe("")


@register.filter
def in_digits(number: int) -> str:
    """Group the digits of a count as the language does: 12,345 or 12 345."""
    return number_format(number, decimal_pos=0, force_grouping=True)
