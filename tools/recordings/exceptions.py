"""Differences that stay, with the reason."""

import re

_STAYS: dict[str, str] = {
    r"PATCH /data/v64.0/jobs/query/": "a query of nothing is over before it can be aborted",
    r"GET /data/v64.0/jobs/query/\.": "the recording is of a job of Bulk API 1.0",
    r"/resultPages": "the recording is of a result of several pages",
}


def reason(line: str) -> str:
    """Return why a difference stays; empty if nobody has said so."""
    return next((text for pattern, text in _STAYS.items() if re.search(pattern, line)), "")
