"""What people read when a list cannot be looked up as asked; rendered by `contacts/messages.py`."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_noop

LIST_SENTENCES: Mapping[str, str] = {
    "raccord.list.unknown_field": gettext_noop(
        "This filter is about a field “%(field)s” that the project does not have (any more). "
        "Remove the filter."
    ),
    "raccord.list.unfit_operator": gettext_noop(
        "“%(field)s” cannot be compared like this. Remove the filter and add it again."
    ),
    "raccord.list.needs_value": gettext_noop("Give at least one value to look for."),
    "raccord.list.needs_one_value": gettext_noop("Give one value only."),
    "raccord.list.needs_no_value": gettext_noop("This filter takes no value. Leave it out."),
    "raccord.list.too_many_values": gettext_noop(
        "A filter takes %(limit)s values at most. Remove some."
    ),
    "raccord.list.value_too_long": gettext_noop(
        "What a filter looks for has %(limit)s characters at most. Shorten it."
    ),
    "raccord.list.days": gettext_noop("Give a number of days from 1 to %(limit)s."),
    "raccord.list.sync_state": gettext_noop(
        "Contacts have no such state in other systems. Remove the filter and add it again."
    ),
    "raccord.list.text_too_long": gettext_noop(
        "What you search for has %(limit)s characters at most. Shorten it."
    ),
    "raccord.list.too_many_conditions": gettext_noop(
        "A list takes %(limit)s filters at most. Remove some."
    ),
    "raccord.list.unsortable": gettext_noop(
        "The list cannot be sorted by “%(field)s”. Choose another column to sort by."
    ),
    "raccord.list.too_slow": gettext_noop(
        "Looking through so many contacts takes too long. Narrow the list down with a word or a "
        "filter, or sort it by something else."
    ),
}
