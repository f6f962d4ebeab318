"""The sentences about limits, and about who is told when one is reached."""

from __future__ import annotations

from collections.abc import Mapping

from raccord.engine.errors import sentence

LIMIT_SENTENCES: Mapping[str, tuple[str, str]] = {
    "raccord.alert_hook.invalid": (
        sentence("This is not a web address that can be posted to."),
        sentence("Copy it from the chat tool, such as https://chat.example.org/hooks/…"),
    ),
    "raccord.alert_hook.not_secure": (
        sentence("This address is not protected in transit."),
        sentence("Use one that begins with https://."),
    ),
    "raccord.alert_hook.not_public": (
        sentence("%(host)s lies inside a private network."),
        sentence(
            "Use an address that can be reached from outside, or have whoever runs Raccord "
            "allow private ones (RACCORD_PRIVATE_ALERT_HOOKS)."
        ),
    ),
    "raccord.alert_hook.unknown_host": (
        sentence("There is no computer named %(host)s."),
        sentence("Check the address for typing errors."),
    ),
    "raccord.budget.share_invalid": (
        sentence("The share is a whole number from 1 to 100."),
        sentence("50 means that half of the calls that are allowed each day may be Raccord’s."),
    ),
    "raccord.integration.limit_invalid": (
        sentence("The limit is a whole number from 1 to 100,000."),
        sentence("1,000 means several full calls; a small number stops at the first bad import."),
    ),
}
