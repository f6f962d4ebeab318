"""/sobjects/X/updated and /deleted: what changed between two moments."""

from datetime import UTC, datetime, timedelta

from werkzeug.wrappers import Response

from salesforce_simulator.call import Call
from salesforce_simulator.clock import from_stamp, to_stamp
from salesforce_simulator.errors import ApiError
from salesforce_simulator.rest.sobjects import find_store

MAX_IDS = 600_000
UPDATED_REACH = timedelta(days=30)
DELETED_REACH = timedelta(days=15)
_MINUTE = timedelta(minutes=1)


def updated(call: Call, name: str) -> Response:
    """Ids of records created, changed or undeleted from start until end."""
    store = find_store(call, name)
    start, end = _window(call, reach=UPDATED_REACH)
    covered = min(end, call.org.covered_until())
    with call.org.lock:
        until = to_stamp(covered)
        rows = store.changed_since(to_stamp(start), deleted=False)
        ids = [row["Id"] for row in rows if row["SystemModstamp"] < until]
    if len(ids) > MAX_IDS:
        raise ApiError("EXCEEDED_ID_LIMIT", f"more than {MAX_IDS} ids")
    call.rows = len(ids)
    ids.reverse()
    return call.answer({"ids": ids, "latestDateCovered": to_stamp(covered)})


def deleted(call: Call, name: str) -> Response:
    """Ids of records that went to the recycle bin from start until end, and when."""
    store = find_store(call, name)
    start, end = _window(call, reach=DELETED_REACH)
    covered = min(end, call.org.covered_until())
    with call.org.lock:
        since, until = to_stamp(start), to_stamp(covered)
        gone = [
            {"id": row["Id"], "deletedDate": row["SystemModstamp"]}
            for row in store.deleted.values()
            if since <= row["SystemModstamp"] < until
        ]
        gone += [
            {"id": record_id, "deletedDate": stamp}
            for record_id, stamp in store.delete_log.items()
            if since <= stamp < until
        ]
    call.rows = len(gone)
    earliest = call.org.now() - DELETED_REACH
    return call.answer(
        {
            "deletedRecords": gone,
            "earliestDateAvailable": to_stamp(earliest),
            "latestDateCovered": to_stamp(covered),
        }
    )


def _window(call: Call, *, reach: timedelta) -> tuple[datetime, datetime]:
    """Return start and end, seconds ignored. INVALID_REPLICATION_DATE where they make no sense."""
    start, end = _moment(call, "start"), _moment(call, "end")
    if end - start < _MINUTE:
        raise ApiError("INVALID_REPLICATION_DATE", "endDate must be at least 1 minute after start")
    if start < call.org.now() - reach:
        raise ApiError("INVALID_REPLICATION_DATE", f"startDate before {reach.days} days ago")
    return start, end


def _moment(call: Call, name: str) -> datetime:
    text = call.request.args.get(name)
    if not text:
        raise ApiError("MISSING_ARGUMENT", f"{name} is required")
    try:
        # A "+" that the client did not encode arrives as a space.
        moment = from_stamp(text.strip().replace(" ", "+"))
    except ValueError:
        raise ApiError("INVALID_REPLICATION_DATE", f"{name} is not a date-time: {text}") from None
    return moment.astimezone(UTC).replace(second=0, microsecond=0)
