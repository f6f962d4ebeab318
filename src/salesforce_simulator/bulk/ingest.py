"""/jobs/ingest: a file of records to write, from the job's opening to its results."""

import json
from functools import partial
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from salesforce_simulator.bulk import writing
from salesforce_simulator.bulk.jobs import (
    ABORTED,
    COMPLETE_UPLOAD,
    DELIMITERS,
    ENDS,
    IN_PROGRESS,
    LINE_ENDINGS,
    OPEN,
    Job,
)
from salesforce_simulator.call import Call
from salesforce_simulator.clock import to_stamp
from salesforce_simulator.errors import ApiError, malformed_json
from salesforce_simulator.schema import SObjectType

KIND = "ingest"
LARGEST_UPLOAD = 150 * 1024 * 1024
LARGEST_PART = 100_000
PER_PAGE = 1000
OPERATIONS = frozenset({"insert", "update", "upsert", "delete", "hardDelete"})


def create(call: Call) -> Response:
    """Open a job; one that brings its file along (multipart) is closed at once."""
    content: bytes | None = None
    if call.request.mimetype == "multipart/form-data":
        wish, content = _parts(call)
    else:
        wish = call.json_object()
    job = _new_job(call, wish)
    call.org.jobs.add(job)
    if content is not None:
        job.content = content
        call.org.jobs.move(job, COMPLETE_UPLOAD, of=(OPEN,))
    answer = call.answer(job.info() | _address(job) | _form(job))
    if content is not None:
        _start(call, job)
    return answer


def list_jobs(call: Call) -> Response:
    """The jobs that write, those of Bulk API 1.0 among them."""
    return jobs_page(call, kinds=("ingest", "classic"))


def show(call: Call, job_id: str) -> Response:
    job = call.org.jobs.get(job_id, kind=KIND)
    address = _address(job) if job.state == OPEN else {}
    return call.answer(job.info() | address | _form(job) | _progress(job))


def upload(call: Call, job_id: str) -> Response:
    job = call.org.jobs.get(job_id, kind=KIND)
    if call.request.mimetype != "text/csv":
        raise ApiError("UNSUPPORTED_MEDIA_TYPE", "Content type not supported", status=415)
    if job.content is not None or job.state != OPEN:
        message = (
            f"Found multiple contents for job: <{job.id}>, please 'Close' / 'Abort' / 'Delete' "
            "the current Job then create a new Job and make sure you only do 'PUT' once on a "
            "given Job."
        )
        raise ApiError("INVALIDJOBSTATE", message)
    content = call.body(limit=LARGEST_UPLOAD)
    job.content = content
    return call.no_content(status=201)


def change(call: Call, job_id: str) -> Response:
    """Close a job for uploads, which starts it, or abort it."""
    job = call.org.jobs.get(job_id, kind=KIND)
    wanted = call.json_object().get("state")
    if wanted != COMPLETE_UPLOAD:
        abort(call, job, wanted)
        return call.answer(job.info())
    if not call.org.jobs.move(job, COMPLETE_UPLOAD, of=(OPEN,)):
        raise ApiError("INVALIDJOBSTATE", f"Closing already {_said(job)} Job not allowed")
    # Said before the work begins: a small job would be over before the answer is written.
    answer = call.answer(job.info())
    _start(call, job)
    return answer


def abort(call: Call, job: Job, wanted: Any) -> None:
    """Take a job to Aborted, which is what is wanted. ApiError where it cannot be."""
    if wanted != ABORTED:
        raise ApiError("INVALIDJOB", f"Unable to change the state of the job to {wanted}")
    if not call.org.jobs.move(job, ABORTED, of=(OPEN, COMPLETE_UPLOAD, IN_PROGRESS)):
        raise ApiError("INVALIDJOBSTATE", f"Aborting already {_said(job)} Job not allowed")


def delete(call: Call, job_id: str) -> Response:
    call.org.jobs.remove(call.org.jobs.get(job_id, kind=KIND))
    return call.no_content()


def results(call: Call, job_id: str, name: str) -> Response:
    """One of the three result files."""
    job = call.org.jobs.get(job_id, kind=KIND)
    if job.state not in ENDS:
        message = f"Job {job.id} is in state {job.state}: no results yet"
        raise ApiError("INVALIDJOBSTATE", message)
    return Response(job.files.get(name, "").encode(), content_type="text/csv")


def jobs_page(call: Call, *, kinds: tuple[str, ...]) -> Response:
    """The jobs of these kinds that the address's filters leave, a thousand a page."""
    filters = call.request.args
    chunked = filters.get("isPkChunkingEnabled", "").lower()
    jobs = [
        job
        for job in call.org.jobs.all()
        if job.kind in kinds
        and filters.get("jobType", job.job_type).lower() == job.job_type.lower()
        and filters.get("concurrencyMode", job.concurrency).lower() == job.concurrency.lower()
        and chunked in {"", str(job.chunk_size > 0).lower()}
    ]
    asked = filters.get("queryLocator", "0")
    if not asked.isdecimal():
        raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator")
    end = int(asked) + PER_PAGE
    others = [(name, value) for name, value in filters.items() if name != "queryLocator"]
    address = f"{call.path}/jobs/{kinds[0]}?{urlencode([*others, ('queryLocator', end)])}"
    return call.answer(
        {
            "done": end >= len(jobs),
            "records": [job.info() | {"jobType": job.job_type} for job in jobs[int(asked) : end]],
            "nextRecordsUrl": None if end >= len(jobs) else address,
        }
    )


def choice(wish: dict[str, Any], name: str, allowed: Any, *, usual: str = "") -> str:
    """A value of the wish that must be one of these. ApiError INVALIDJOB if it is not."""
    value = str(wish.get(name) or usual)
    if value not in allowed:
        raise ApiError("INVALIDJOB", f"InvalidJob : Invalid value for {name}: {value}")
    return value


def check_hard_delete(call: Call) -> None:
    """Refuse a user without the permission to delete for good."""
    if not call.org.permissions.of(call.user_id).has("BulkApiHardDelete"):
        message = "hardDelete operation requires special user profile permission, please contact "
        message += "your system administrator"
        raise ApiError("FEATURENOTENABLED", f"FeatureNotEnabled : {message}")


def find_object(call: Call, name: str) -> SObjectType:
    """Return the object that a job is about. ApiError INVALIDJOB if there is none."""
    kind = call.org.schema.find(name)
    if kind is None:
        raise ApiError("INVALIDJOB", f"InvalidJob : Unable to find object: {name}")
    return kind


def find_key(kind: SObjectType, name: str) -> str:
    """Return the name of an upsert's key field. ApiError INVALIDJOB if it cannot be one."""
    if not name:
        message = f"InvalidJob : External ID was blank for {kind.name}. An External ID must be "
        raise ApiError("INVALIDJOB", f"{message}specified for upsert.")
    field = kind.field(name)
    if field is None or not (field.is_key or field.name == "Id"):
        message = f"InvalidJob : Field name provided, {name} does not match an External ID"
        raise ApiError("INVALIDJOB", f"{message}, Salesforce Id, or indexed field for {kind.name}")
    return field.name


def _new_job(call: Call, wish: dict[str, Any]) -> Job:
    call.org.jobs.batches.check()
    operation = choice(wish, "operation", OPERATIONS)
    if operation == "hardDelete":
        check_hard_delete(call)
    choice(wish, "contentType", {"CSV"}, usual="CSV")
    kind = find_object(call, str(wish.get("object") or ""))
    return Job(
        id=call.org.jobs.new_id(),
        kind=KIND,
        operation=operation,
        object_name=kind.name,
        user_id=call.user_id,
        version=call.version,
        client=call.actor().client,
        created=to_stamp(call.org.now()),
        delimiter=choice(wish, "columnDelimiter", DELIMITERS, usual="COMMA"),
        line_ending=choice(wish, "lineEnding", LINE_ENDINGS, usual="LF"),
        state=OPEN,
        key=find_key(kind, str(wish.get("externalIdFieldName") or ""))
        if operation == "upsert"
        else "",
    )


def _parts(call: Call) -> tuple[dict[str, Any], bytes]:
    """The two parts of a multipart request: the job as JSON, and its file."""
    request = call.request
    job, content = (
        request.files[name].read() if name in request.files else request.form.get(name, "").encode()
        for name in ("job", "content")
    )
    if len(content) > LARGEST_PART:
        raise ApiError("INVALIDJOB", f"content is larger than {LARGEST_PART} characters")
    try:
        wish = json.loads(job)
    except (json.JSONDecodeError, UnicodeDecodeError) as broken:
        raise malformed_json("the job part is not JSON") from broken
    if not isinstance(wish, dict):
        raise malformed_json("the job part is not an object")
    return wish, content


def _start(call: Call, job: Job) -> None:
    call.org.jobs.carry_out(job, partial(writing.write, call.org))


def _address(job: Job) -> dict[str, Any]:
    path = f"services/data/v{job.version}/jobs/{KIND}/{job.id}/batches"
    return {"contentUrl": path}


def _form(job: Job) -> dict[str, Any]:
    return {"lineEnding": job.line_ending, "columnDelimiter": job.delimiter}


def _progress(job: Job) -> dict[str, Any]:
    said: dict[str, Any] = {
        "jobType": "V2Ingest",
        "retries": 0,
        "totalProcessingTime": job.milliseconds,
        "apiActiveProcessingTime": job.milliseconds,
        "apexProcessingTime": 0,
        "numberRecordsProcessed": job.processed,
        "numberRecordsFailed": job.failed,
    }
    return {**said, "errorMessage": job.error} if job.error else said


def _said(job: Job) -> str:
    return {"JobComplete": "Completed", "UploadComplete": "Closed"}.get(job.state, job.state)
