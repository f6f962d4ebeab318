"""How the conversions of a field mapping are called on the screen."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TRANSFORMS: dict[str, str | Promise] = {
    "": _("As it is"),
    "not": _("The opposite (yes becomes no)"),
    "consent_to_opt_out": _("Consent “no” ticks the box, “yes” clears it"),
    "upper": _("In capital letters"),
    "lower": _("In small letters"),
}


def transform_label(name: str) -> str:
    """The name of a conversion in the current language; its own name if it is new."""
    return str(TRANSFORMS.get(name, name))
