"""/jobs/query: the result of a query as CSV, page by page."""

import base64
import binascii
import time
from functools import partial
from typing import Any

from werkzeug.wrappers import Response

from salesforce_simulator.bulk import csv_form
from salesforce_simulator.bulk.ingest import abort, choice, jobs_page
from salesforce_simulator.bulk.jobs import COMPLETE_UPLOAD, DELIMITERS, DONE, LINE_ENDINGS, Job
from salesforce_simulator.call import Call
from salesforce_simulator.clock import to_stamp
from salesforce_simulator.errors import ApiError
from salesforce_simulator.org import Org
from salesforce_simulator.soql.run import Columns, columns

KIND = "query"
PAGE = 50_000


def create(call: Call) -> Response:
    wish = call.json_object()
    call.org.jobs.queries.check()
    operation = choice(wish, "operation", {"query", "queryAll"})
    choice(wish, "contentType", {"CSV"}, usual="CSV")
    text = str(wish.get("query") or "")
    if not text:
        raise ApiError("INVALIDJOB", "InvalidJob : query is required")
    with call.org.lock:
        # What makes no sense is refused now, not by a job that fails later.
        object_name = _columns(call.org, text, operation).object_name
    job = Job(
        id=call.org.jobs.new_id(),
        kind=KIND,
        operation=operation,
        object_name=object_name,
        user_id=call.user_id,
        client=call.actor().client,
        version=call.version,
        created=to_stamp(call.org.now()),
        delimiter=choice(wish, "columnDelimiter", DELIMITERS, usual="COMMA"),
        line_ending=choice(wish, "lineEnding", LINE_ENDINGS, usual="LF"),
        state=COMPLETE_UPLOAD,
        query=text,
    )
    call.org.jobs.add(job)
    call.org.jobs.queries.spend()
    answer = job.info() | {"lineEnding": job.line_ending, "columnDelimiter": job.delimiter}
    call.org.jobs.carry_out(job, partial(_run, call.org))
    return call.answer(answer)


def list_jobs(call: Call) -> Response:
    """All jobs: here the platform leaves out none, unless a filter does."""
    return jobs_page(call, kinds=(KIND, "ingest", "classic"))


def show(call: Call, job_id: str) -> Response:
    job = call.org.jobs.get(job_id, kind=KIND)
    said: dict[str, Any] = {
        **job.info(),
        "lineEnding": job.line_ending,
        "columnDelimiter": job.delimiter,
        "jobType": "V2Query",
        "numberRecordsProcessed": job.processed,
        "retries": 0,
        "totalProcessingTime": job.milliseconds,
        "isPkChunkingSupported": True,
    }
    return call.answer({**said, "errorMessage": job.error} if job.error else said)


def change(call: Call, job_id: str) -> Response:
    job = call.org.jobs.get(job_id, kind=KIND)
    abort(call, job, call.json_object().get("state"))
    return call.answer(job.info())


def delete(call: Call, job_id: str) -> Response:
    call.org.jobs.remove(call.org.jobs.get(job_id, kind=KIND))
    return call.no_content()


def results(call: Call, job_id: str) -> Response:
    """One page of the result: the header and up to `maxRecords` lines from the locator on."""
    job = _finished(call, job_id)
    start = _start(call.request.args.get("locator", ""))
    asked = call.request.args.get("maxRecords", "")
    end = start + (max(1, int(asked)) if asked.isdigit() else PAGE)
    page = job.lines[start:end]
    call.rows = len(page)
    headers = {
        "Sforce-NumberOfRecords": str(len(page)),
        "Sforce-Locator": _locator(end) if end < len(job.lines) else "null",
    }
    text = job.header + "".join(page)
    return Response(text.encode(), headers=headers, content_type="text/csv")


def result_pages(call: Call, job_id: str) -> Response:
    """The addresses of all pages, to be fetched side by side."""
    job = _finished(call, job_id)
    path = f"{call.path}/jobs/{KIND}/{job.id}/results"
    starts = range(0, max(1, len(job.lines)), PAGE)
    links = [{"resultLink": f"{path}?locator={_locator(start)}"} for start in starts]
    return call.answer({"resultPages": links, "nextRecordsUrl": None, "done": True})


def _finished(call: Call, job_id: str) -> Job:
    job = call.org.jobs.get(job_id, kind=KIND)
    if job.version != call.version:
        message = "Results can only be read with the API version that created the job"
        raise ApiError("API_ERROR", message, status=409)
    if job.state != DONE:
        message = (
            "can only download query results of successfully completed bulk job with status: "
            f"JOB_COMPLETE. Current status: {_worded(job.state)}"
        )
        raise ApiError("JOB_NOT_COMPLETE", message)
    return job


def _worded(state: str) -> str:
    return {"UploadComplete": "UPLOAD_COMPLETE", "InProgress": "IN_PROGRESS"}.get(
        state, state.upper()
    )


def _run(org: Org, job: Job) -> None:
    began = time.monotonic()
    with org.lock:
        found = _columns(org, job.query, job.operation)
        rows = list(found.rows)
    job.header = csv_form.written(job, found.names)
    for row in rows:
        cells = (csv_form.cell(read(row)) for read in found.readers)
        job.lines.append(csv_form.written(job, cells))
    job.processed = len(job.lines)
    job.milliseconds = int((time.monotonic() - began) * 1000)


def _columns(org: Org, text: str, operation: str) -> Columns:
    return columns(org, text, deleted=operation == "queryAll")


def _locator(start: int) -> str:
    return base64.b64encode(str(start).encode()).decode().rstrip("=")


def _start(locator: str) -> int:
    try:
        return int(base64.b64decode(locator + "=" * (-len(locator) % 4))) if locator else 0
    except (binascii.Error, ValueError) as wrong:
        raise ApiError("INVALID_QUERY_LOCATOR", "invalid query locator") from wrong
