"""Differences that stay, with the reason."""

import re

_STAYS: dict[str, str] = {
    r"PATCH /data/v64.0/jobs/query/": "a query of nothing is over before it can be aborted",
    r"GET /data/v64.0/jobs/query/\.": "the recording is of a job of Bulk API 1.0",
    r"list of objects: Lead\.keyPrefix": "left out of the recording's sample",
    r"list of objects: User\.": "users are made by the seed and the control API only",
    r"^Account: (sobjectDescribeOption|associate)": "the recording is of an older version",
    r"^Account\.(RecordTypeId|.*__c):": "that org's own fields and record types",
    r"MonthlyPlatformEventsUsageEntitlement": "documented since the recording",
    r"/resultPages": "the recording is of a result of several pages",
}


def reason(line: str) -> str:
    """Return why a difference stays; empty if nobody has said so."""
    return next((text for pattern, text in _STAYS.items() if re.search(pattern, line)), "")
