"""/services/async/XX.0/job: create a job, show it, close or abort it."""

import re
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.bulk.ingest import check_hard_delete, choice, find_key, find_object
from salesforce_simulator.bulk.jobs import ABORTED, CLOSED, OPEN
from salesforce_simulator.bulk.v1.model import KIND, NOT_PROCESSED, QUERIES, QUEUED, ClassicJob
from salesforce_simulator.bulk.v1.notation import job_answer, says_json
from salesforce_simulator.call import Call
from salesforce_simulator.clock import to_stamp
from salesforce_simulator.errors import ApiError
from salesforce_simulator.xml_reading import XmlError, local, parse, text

OPERATIONS = QUERIES | {"insert", "update", "upsert", "delete", "hardDelete"}
CONTENT_TYPES = frozenset({"CSV", "XML", "JSON"})
USUAL_CHUNK, LARGEST_CHUNK = 100_000, 250_000
# Clients send the place of the mode in the list in place of its name.
_MODES = {
    "0": "Parallel",
    "1": "Serial",
    "parallel": "Parallel",
    "serial": "Serial",
    "": "Parallel",
}


def create(call: Call) -> Response:
    wish = _wish(call)
    call.org.jobs.batches.check()
    operation = choice(wish, "operation", OPERATIONS)
    if operation == "hardDelete":
        check_hard_delete(call)
    kind = find_object(call, str(wish.get("object") or ""))
    job = ClassicJob(
        id=call.org.jobs.new_id(),
        kind=KIND,
        operation=operation,
        object_name=kind.name,
        user_id=call.user_id,
        client=call.actor().client,
        version=call.version,
        created=to_stamp(call.org.now()),
        delimiter="COMMA",
        line_ending="LF",
        state=OPEN,
        key=find_key(kind, str(wish.get("externalIdFieldName") or ""))
        if operation == "upsert"
        else "",
        concurrency=_mode(wish),
        chunk_size=_chunk_size(call) if operation in QUERIES else 0,
        content_type=_content_type(wish),
        assignment_rule_id=str(wish.get("assignmentRuleId") or "") or None,
    )
    call.org.jobs.add(job)
    return job_answer(call, job, status=201)


def show(call: Call, job_id: str) -> Response:
    return job_answer(call, find_job(call, job_id))


def change(call: Call, job_id: str) -> Response:
    """Close a job, so that no batch follows, or abort it, so that no batch begins."""
    job = find_job(call, job_id)
    wanted = str(_wish(call).get("state") or "")
    if wanted not in {CLOSED, ABORTED}:
        raise ApiError("INVALIDJOBSTATE", f"Unable to change the state of the job to {wanted}")
    of = (OPEN,) if wanted == CLOSED else (OPEN, CLOSED)
    if not call.org.jobs.move(job, wanted, of=of):
        verb = "Closing" if wanted == CLOSED else "Aborting"
        raise ApiError("INVALIDJOBSTATE", f"{verb} already {job.state} Job not allowed")
    if wanted == ABORTED:
        with call.org.lock:
            for batch in job.batches.values():
                if batch.state == QUEUED:
                    batch.state = NOT_PROCESSED
    return job_answer(call, job)


def find_job(call: Call, job_id: str) -> ClassicJob:
    """Return a job of this API by its id in either form. ApiError INVALIDJOB if there is none."""
    found = call.org.jobs.find(job_id)
    if not isinstance(found, ClassicJob):
        raise ApiError("INVALIDJOB", f"Invalid job id: {job_id}")
    return found


def _wish(call: Call) -> dict[str, Any]:
    """The jobInfo that was sent, as XML or as JSON."""
    if says_json(call):
        return call.json_object()
    try:
        root = parse(call.body())
    except XmlError as broken:
        raise ApiError("INVALIDXML", f"Failed to parse the request: {broken}") from broken
    if local(root) != "jobInfo":
        raise ApiError("INVALIDXML", f"Expected jobInfo, found {local(root)}")
    return {local(each): text(each) for each in root}


def _mode(wish: dict[str, Any]) -> str:
    said = wish.get("concurrencyMode")
    mode = _MODES.get("" if said is None else str(said).lower())
    if mode is None:
        raise ApiError("INVALIDJOB", f"Invalid value for concurrencyMode: {said}")
    return mode


def _content_type(wish: dict[str, Any]) -> str:
    said = str(wish.get("contentType") or "XML").upper()
    if said.startswith("ZIP_"):
        raise ApiError("FEATURENOTENABLED", "Binary attachments are not simulated")
    if said not in CONTENT_TYPES:
        raise ApiError("INVALIDJOB", f"Invalid value for contentType: {said}")
    return said


def _chunk_size(call: Call) -> int:
    """How many ids a batch of a chunked query covers: TRUE, or chunkSize=N; ..."""
    said = call.request.headers.get("Sforce-Enable-PKChunking", "").strip().lower()
    if said in {"", "false"}:
        return 0
    asked = re.search(r"chunksize\s*=\s*(\d+)", said)
    size = int(asked[1]) if asked else USUAL_CHUNK
    if not 0 < size <= LARGEST_CHUNK:
        raise ApiError("INVALIDJOB", f"chunkSize must be between 1 and {LARGEST_CHUNK}")
    return size
