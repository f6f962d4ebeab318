"""Conditional requests: is there something new for the reader, is the writer up to date?

Entity tags judge exactly, dates to the second. A tag is only given to accounts and to describes;
every record has its date. Source: Salesforce's page on conditional request headers, which follows
HTTP/1.1 except that DELETE takes no conditions and that a malformed condition of a write is an
error (of a read it is ignored).
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from enum import Enum
from typing import Any

from salesforce_simulator.errors import ApiError


class Verdict(Enum):
    """What becomes of a conditional request."""

    GO_ON = 200
    NOT_MODIFIED = 304
    FAILED = 412


def judge(
    headers: Mapping[str, str], *, modified: datetime, etag: str = "", writes: bool = False
) -> Verdict:
    """Judge the conditions in a request's headers against what it is about.

    `modified` has whole seconds; without an `etag` conditions on tags are not looked at.
    ApiError (400) where a write's condition is malformed.
    """
    stale = Verdict.FAILED if writes else Verdict.NOT_MODIFIED
    match, none_match = headers.get("If-Match"), headers.get("If-None-Match")
    if match is not None and etag:
        if not _names(match, etag, writes=writes):
            return Verdict.FAILED
    elif (limit := _date(headers, "If-Unmodified-Since", strict=writes)) and modified > limit:
        return Verdict.FAILED
    if none_match is not None and etag:
        return stale if _names(none_match, etag, writes=writes) else Verdict.GO_ON
    since = _date(headers, "If-Modified-Since", strict=False)
    return stale if since and modified <= since else Verdict.GO_ON


def failed() -> ApiError:
    message = "One or more of the preconditions in the request's headers are not met"
    return ApiError("PRECONDITION_FAILED", message, status=412)


def tag(content: Any) -> str:
    """Return the entity tag of a content, in its quotes."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    digest = hashlib.sha256(text.encode()).digest()
    return f'"{base64.b64encode(digest).decode()}"'


def response_headers(*, modified: datetime, etag: str = "") -> dict[str, str]:
    """Return the headers by which a client can ask conditionally the next time."""
    headers = {"Last-Modified": format_datetime(modified, usegmt=True)}
    return {"ETag": etag, **headers} if etag else headers


def _names(header: str, etag: str, *, writes: bool) -> bool:
    """Tell whether a list of tags names this one. A compressed answer's tag ends in -gzip."""
    if header.strip() == "*":
        return True
    listed = [each.strip().removeprefix("W/") for each in header.split(",")]
    well_formed = [
        each for each in listed if len(each) > 1 and each.startswith('"') and each.endswith('"')
    ]
    if writes and len(well_formed) < len(listed):
        raise ApiError("INVALID_ARGUMENT_TYPE", f"not a list of entity tags: {header}")
    return etag.strip('"') in {
        each.strip('"').removesuffix("gzip").rstrip("-") for each in well_formed
    }


def _date(headers: Mapping[str, str], name: str, *, strict: bool) -> datetime | None:
    text = headers.get(name)
    if text is None:
        return None
    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        moment = None
    if moment is None or moment.tzinfo is None:
        if strict:
            raise ApiError("INVALID_ARGUMENT_TYPE", f"{name} is not a date: {text}")
        return None
    return moment
