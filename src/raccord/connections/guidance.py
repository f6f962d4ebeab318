"""Who can do something about a code, and what the field mapping can: beside its words.

The words are `sentences.py`. A connector says it of its own codes; ours are told apart by what
they begin with, the longest beginning that fits. A code that nobody knows is the other side's: its
administrator knows what it means.
"""

from __future__ import annotations

from collections.abc import Mapping

from raccord.connectors import registry
from raccord.engine.errors import Who
from raccord.engine.remedies import REMEDIES, Remedy

_WHO: Mapping[str, Who] = {
    "http.": Who.NOBODY,
    "http.host_not_allowed": Who.USER,
    "oauth.": Who.USER,
    "oauth.busy": Who.NOBODY,
    "oauth.unavailable": Who.NOBODY,
    "oauth.grant_not_allowed": Who.THEIR_ADMINISTRATOR,
    "oauth.no_run_as_user": Who.THEIR_ADMINISTRATOR,
    "oauth.redirect_mismatch": Who.THEIR_ADMINISTRATOR,
    "oauth.scope_refused": Who.THEIR_ADMINISTRATOR,
    "oauth.user_blocked": Who.THEIR_ADMINISTRATOR,
    "raccord.": Who.USER,
    "raccord.authorization.no_refresh_token": Who.THEIR_ADMINISTRATOR,
    "raccord.authorization.renewal_slow": Who.NOBODY,
    "raccord.internal": Who.OUR_ADMINISTRATOR,
    "raccord.mapping.remote_": Who.THEIR_ADMINISTRATOR,
    "raccord.plan.field_not_visible": Who.THEIR_ADMINISTRATOR,
    "raccord.plan.not_updateable": Who.THEIR_ADMINISTRATOR,
    "raccord.plan.not_visible": Who.THEIR_ADMINISTRATOR,
    "raccord.plan.remote_gone": Who.NOBODY,
    "raccord.plug_in.": Who.THEIR_ADMINISTRATOR,
    "raccord.sync.interrupted": Who.OUR_ADMINISTRATOR,
    "raccord.sync.malformed_answer": Who.NOBODY,
    "raccord.sync.not_answered": Who.NOBODY,
    "raccord.sync.out_of_time": Who.NOBODY,
    "raccord.sync.spoken_for": Who.NOBODY,
    "raccord.vault.": Who.OUR_ADMINISTRATOR,
    "webhook.": Who.THEIR_ADMINISTRATOR,
    "webhook.closed": Who.USER,
}


def who_acts(code: str, *, source: str = "") -> Who:
    """Who can do something about the code; `source` is the connection's, "" where there is none."""
    theirs = registry.who()
    for known in (code, f"{source}.{code}"):
        if known in theirs:
            return theirs[known]
    fitting = [beginning for beginning in _WHO if code.startswith(beginning)]
    if fitting:
        return _WHO[max(fitting, key=len)]
    return theirs.get(code.partition(".")[0], Who.THEIR_ADMINISTRATOR)


def remedy(code: str) -> Remedy | None:
    """What the field mapping can do about it; None if nothing."""
    return REMEDIES.get(code) or registry.remedies().get(code)
