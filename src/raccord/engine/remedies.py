"""What a field mapping can do about a refusal, so that records like it are no longer refused.

A refusal that names a field has a remedy there, where its code is one of these. A connector
declares the remedies of its own codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from raccord.engine.choices import MISSING_HERE, MISSING_THERE
from raccord.engine.mapping import LONGER_THERE


class Remedy(StrEnum):
    """CUT a text that is too long there. FILL: send a value of one's choice where ours is empty.
    PAIR a value with one of their list."""

    CUT = "cut"
    FILL = "fill"
    PAIR = "pair"


REMEDIES: Mapping[str, Remedy] = {
    LONGER_THERE: Remedy.CUT,
    MISSING_THERE: Remedy.PAIR,
    MISSING_HERE: Remedy.PAIR,
    "raccord.plan.required_missing": Remedy.FILL,
    "raccord.plan.required_there": Remedy.FILL,
}
